"""Create the secret files that docker-compose.yml mounts. What exists is kept, so it is safe to repeat."""

import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

# Compose mounts a secret with the owner and mode it has outside. The two keys of the engine are its own: it
# refuses them if anybody else may read them, so its containers run under the id that owns them. Others are
# read by images with ids of their own: all may read those files, but only the owner may enter the folder.
FOLDER_MODE, KEY_MODE, SHARED_MODE = 0o700, 0o600, 0o444
KEYS = ("master_key", "signing_key")
PASSWORDS = (
    "postgres_password",
    "temporal_db_password",
    "register_db_password",
    "s3_sse_key",
    "s3_filer_key",
)
IMAGE_ID = 10001  # whom the Dockerfile runs as; used where root makes the secrets


def main(here: Path = Path()) -> int:
    """Write what is missing below `here`, and name it."""
    owner = os.geteuid() or IMAGE_ID
    folder = here / "secrets"
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    for name, make in makers(folder).items():
        write_once(folder / name, make, owner, KEY_MODE if name in KEYS else SHARED_MODE)
    write_once(here / ".env", f"DSAR_UID={owner}\n".encode, os.geteuid(), 0o644)
    return 0


def makers(folder: Path) -> dict[str, Callable[[], bytes]]:
    """Name each file and how its content is made, in an order in which each needs only earlier ones."""
    passwords: dict[str, Callable[[], bytes]] = dict.fromkeys(PASSWORDS, new_password)
    return passwords | {
        "s3_access_key": lambda: secrets.token_hex(10).encode(),
        "s3_secret_key": new_password,
        "s3_identities": lambda: s3_identities(folder),
        "master_key": lambda: secrets.token_bytes(32),
        "signing_key": new_signing_key,
    }


def write_once(path: Path, make: Callable[[], bytes], owner: int, mode: int) -> None:
    """Write a file that does not exist yet, whole or not at all. Never overwrites a key."""
    if path.exists():
        return
    unfinished = path.with_suffix(".unfinished")
    unfinished.touch(mode=KEY_MODE)
    unfinished.write_bytes(make())
    os.chown(unfinished, owner, -1)
    unfinished.chmod(mode)
    unfinished.rename(path)
    sys.stdout.write(f"created {path}\n")


def new_password() -> bytes:
    """Return 256 random bits, spelled so that shells, URLs and SQL leave them alone."""
    return secrets.token_urlsafe(32).encode()


def s3_identities(folder: Path) -> bytes:
    """Return SeaweedFS's list of who may do what: one identity, and the key store that encrypts objects."""
    credentials = {
        "accessKey": (folder / "s3_access_key").read_text(),
        "secretKey": (folder / "s3_secret_key").read_text(),
    }
    engine = {
        "name": "dsar",
        "credentials": [credentials],
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }
    local = {"type": "local", "enableOnDemandCreate": True}
    kms = {"default_provider": "local", "providers": {"local": local}}
    return json.dumps({"identities": [engine], "kms": kms}).encode()


def new_signing_key() -> bytes:
    """Return a fresh Ed25519 key, PEM, under which bundles are signed."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


if __name__ == "__main__":
    raise SystemExit(main())
