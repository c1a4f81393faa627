"""Create the secret files that docker-compose.yml mounts. What exists is kept, so it is safe to repeat."""

import json
import secrets
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

# Compose mounts a secret with the owner and mode it has outside, and most images run under an id of
# their own. So all may read the files, but only the owner may enter the folder: nobody else can reach them.
FOLDER_MODE, FILE_MODE = 0o700, 0o444
PASSWORDS = (
    "postgres_password",
    "temporal_db_password",
    "register_db_password",
    "s3_sse_key",
    "s3_filer_key",
)


def main(folder: Path = Path("secrets")) -> int:
    """Write the files that are missing and name them."""
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    for name, make in makers(folder).items():
        if write_once(folder / name, make):
            sys.stdout.write(f"created {folder / name}\n")
    return 0


def makers(folder: Path) -> dict[str, Callable[[], str]]:
    """Name each file and how its content is made, in an order in which each needs only earlier ones."""
    passwords: dict[str, Callable[[], str]] = dict.fromkeys(PASSWORDS, lambda: secrets.token_urlsafe(32))
    return passwords | {
        "s3_access_key": lambda: secrets.token_hex(10),
        "s3_secret_key": lambda: secrets.token_urlsafe(32),
        "s3_identities": lambda: s3_identities(
            (folder / "s3_access_key").read_text(), (folder / "s3_secret_key").read_text()
        ),
        "master_key": lambda: b64encode(secrets.token_bytes(32)).decode(),
        "signing_key": new_signing_key,
    }


def write_once(path: Path, make: Callable[[], str]) -> bool:
    """Write a file that does not exist yet: whole or not at all. Never overwrites a key."""
    if path.exists():
        return False
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(make(), encoding="ascii")
    unfinished.chmod(FILE_MODE)
    unfinished.rename(path)
    return True


def s3_identities(access_key: str, secret_key: str) -> str:
    """Return SeaweedFS's list of who may do what: one identity, and the key store that encrypts objects."""
    credentials = [{"accessKey": access_key, "secretKey": secret_key}]
    actions = ["Admin", "Read", "List", "Tagging", "Write"]
    local = {"type": "local", "enableOnDemandCreate": True}
    return json.dumps(
        {
            "identities": [{"name": "dsar", "credentials": credentials, "actions": actions}],
            "kms": {"default_provider": "local", "providers": {"local": local}},
        }
    )


def new_signing_key() -> str:
    """Return a fresh Ed25519 key, PEM, under which bundles are signed."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


if __name__ == "__main__":
    raise SystemExit(main())
