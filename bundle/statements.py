"""Signs what we state ourselves, and tells whether such a signature holds. The key is the bundles' own."""

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bundle.signing import fingerprint, load_key, read_public
from dsar.errors import InputError


class StatementSigner:
    """Signs with Ed25519. The key is read when it is first needed.

    Raises:
        OperatorError: see `bundle.signing.load_key`.
    """

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file

    def sign(self, statement: bytes) -> tuple[str, str]:
        """Return (fingerprint of the key, signature), both in hex."""
        key = load_key(self._key_file)
        return fingerprint(key.public_key()), key.sign(statement).hex()

    def judge(self, *more: Path) -> "StatementJudge":
        """Return who believes this key, and the public keys (PEM) that were in use before it.

        Raises:
            InputError: `public_key_unreadable`.
        """
        return StatementJudge(load_key(self._key_file).public_key(), *(_read(path) for path in more))


class StatementJudge:
    """Tells whether a signature is by one of the keys it believes."""

    def __init__(self, *keys: Ed25519PublicKey) -> None:
        self._keys = {fingerprint(key): key for key in keys}

    def believes(self, key: str, statement: bytes, signature: str) -> bool:
        """Whether the key of that fingerprint is believed, and signed just this."""
        known = self._keys.get(key)
        if known is None:
            return False
        try:
            known.verify(bytes.fromhex(signature), statement)
        except (InvalidSignature, ValueError):
            return False
        return True


def _read(path: Path) -> Ed25519PublicKey:
    try:
        return read_public(path.read_bytes())
    except OSError:
        hint = "give the earlier public key as a PEM file"
        raise InputError("public_key_unreadable", hint, field=str(path)) from None
