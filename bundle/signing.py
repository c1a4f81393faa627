"""The key that signs bundles: Ed25519 in a PKCS 8 file that nobody but its owner can read."""

import hashlib
import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from dsar.errors import InputError, OperatorError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def create_key(path: Path) -> Ed25519PrivateKey:
    """Write a new key with mode 0600. Never replaces a file: an old key still proves old bundles.

    Raises:
        OperatorError: `signing_key_exists`, `signing_key_unwritable`.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise OperatorError("bundle", "signing_key_unwritable") from None
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise OperatorError("bundle", "signing_key_exists") from None
    except OSError:
        raise OperatorError("bundle", "signing_key_unwritable") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
    except OSError:
        path.unlink()  # half a key would be taken for one
        raise OperatorError("bundle", "signing_key_unwritable") from None
    return key


def load_key(path: Path) -> Ed25519PrivateKey:
    """Read the key.

    Raises:
        OperatorError: `signing_key_missing`, `signing_key_open_to_others` (run chmod 600),
            `signing_key_unreadable` (no unencrypted Ed25519 key in PEM).
    """
    try:
        with path.open("rb") as file:
            open_to_others = os.fstat(file.fileno()).st_mode & _OTHERS
            pem = file.read(16_384)
    except OSError:
        raise OperatorError("bundle", "signing_key_missing") from None
    if open_to_others:
        raise OperatorError("bundle", "signing_key_open_to_others")
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: the key asks for a password
        raise OperatorError("bundle", "signing_key_unreadable") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise OperatorError("bundle", "signing_key_unreadable")
    return key


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """Return the public half as PEM, as it stands in each bundle."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_public(pem: bytes) -> Ed25519PublicKey:
    """Read a public key from PEM.

    Raises:
        InputError: `public_key_unreadable`.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(
            "public_key_unreadable", "give the sender's Ed25519 public key as a PEM file"
        ) from None
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of the key's DER form, in hex: short enough to read out over a telephone."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
