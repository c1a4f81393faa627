"""The master key: it wraps every data key and never meets a person's data."""

import os
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import SecretStr

from dsar.errors import OperatorError
from vault.translate import master_errors

_NONCE = 12
_KEY_BYTES = 32
_SHORTEST = 20  # characters of a passphrase: six words
_OTHERS = 0o077  # permissions of the group and of everybody


class MasterKey(Protocol):
    """Wraps and unwraps data keys. A wrapped key opens only for the scope it was wrapped for."""

    def wrap(self, key: bytes, scope: str) -> bytes: ...

    def unwrap(self, wrapped: bytes, scope: str) -> bytes:
        """Return the data key.

        Raises:
            OperatorError: `master_key_refused`: another master key wrapped it, or it is for another scope.
            TemporaryError: the key service cannot be reached now.
        """


def create_key_file(path: Path) -> None:
    """Write a new master key that only its owner can read. An existing file is never touched.

    Raises:
        OperatorError: `master_key_exists`; `master_key_unwritable`: no such place, or no room in it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise OperatorError("vault", "master_key_unwritable") from None
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise OperatorError("vault", "master_key_exists") from None
    except OSError:
        raise OperatorError("vault", "master_key_unwritable") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
            file.flush()
            os.fsync(descriptor)
    except OSError:
        path.unlink()  # half a key would be taken for one
        raise OperatorError("vault", "master_key_unwritable") from None


class _OwnMasterKey:
    """A master key that we hold ourselves, however we came by its 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes, scope: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, scope.encode())

    def unwrap(self, wrapped: bytes, scope: str) -> bytes:
        try:
            return self._cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], scope.encode())
        except (InvalidTag, ValueError):  # ValueError: cut too short to hold a nonce
            raise OperatorError("vault", "master_key_refused") from None


class FileMasterKey(_OwnMasterKey):
    """A master key of 32 bytes in a local file.

    Raises:
        OperatorError: `master_key_missing`, `master_key_exposed` (others may read it: `chmod 600`),
            `master_key_malformed`.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(_read_key_file(path))


class PassphraseMasterKey(_OwnMasterKey):
    """A master key made from a passphrase (scrypt), for whoever keeps it in a head or a safe.

    It takes a third of a second and 128 MiB, once. `salt` differs between installations: the bucket's name.

    Raises:
        OperatorError: `passphrase_short`.
    """

    def __init__(self, passphrase: SecretStr, *, salt: str) -> None:
        said = passphrase.get_secret_value().encode()
        if len(said) < _SHORTEST:
            raise OperatorError("vault", "passphrase_short")
        made = Scrypt(b"dsar master key 1|" + salt.encode(), _KEY_BYTES, n=2**17, r=8, p=1)
        super().__init__(made.derive(said))


class KmsMasterKey:
    """A master key in AWS KMS. The scope is the encryption context, so CloudTrail shows which was opened.

    Without `access_key` the AWS SDK finds credentials by itself (an instance role, web identity, …).
    See https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
    """

    def __init__(
        self,
        key_id: str,
        *,
        region: str,
        endpoint: str | None = None,
        access_key: str | None = None,
        secret: SecretStr | None = None,
    ) -> None:
        self._key_id = key_id
        self._kms: Any = boto3.session.Session().client(
            "kms",
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret.get_secret_value() if secret else None,
            config=Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard"}),
        )

    def wrap(self, key: bytes, scope: str) -> bytes:
        with master_errors():
            answer = self._kms.encrypt(KeyId=self._key_id, Plaintext=key, EncryptionContext={"case": scope})
            return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, scope: str) -> bytes:
        with master_errors():
            answer = self._kms.decrypt(
                KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext={"case": scope}
            )
            return bytes(answer["Plaintext"])


def _read_key_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            exposed = os.fstat(file.fileno()).st_mode & _OTHERS
            key = file.read(_KEY_BYTES + 1)
    except FileNotFoundError:
        raise OperatorError("vault", "master_key_missing") from None
    except OSError:
        raise OperatorError("vault", "master_key_unreadable") from None
    if exposed:
        raise OperatorError("vault", "master_key_exposed")
    if len(key) != _KEY_BYTES:
        raise OperatorError("vault", "master_key_malformed")
    return key
