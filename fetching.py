"""Values that stand elsewhere: `env:NAME`, `file:PATH`, `aws:NAME` or `aws:NAME#FIELD` (AWS Secrets Manager).

What is fetched is never told: errors name the field and the place, and the place holds no secret.
"""

import json
import os
import re
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from dsar.errors import InputError

_FROM = re.compile(r"(env|file|aws):(.+)")
# Activities wait meanwhile: two tries must end well before a heartbeat is missed (30 s).
_BRIEF = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})


def fetched(value: object, field: str) -> object:
    """Return a value, or what it leads to. Raises `InputError` if that is not there."""
    found = _FROM.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return value
    kind, place = found.groups()
    if kind == "file":
        return read(Path(place), field)
    if kind == "aws":
        return _from_aws(place, field)
    if place not in os.environ:
        raise InputError("setting_missing", f"set the environment variable {place}", field=field)
    return os.environ[place]


def read(path: Path, field: str) -> str:
    """Return what a file holds, without blanks around it. Raises `InputError`: `file_unreadable`."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):  # a ValueError would quote what it could not decode
        raise InputError(
            "file_unreadable", f"{path} cannot be read: write it or correct the path", field=field
        ) from None


def file_of(value: object) -> Path | None:
    """Return the file that a value leads to, if it does."""
    found = _FROM.fullmatch(value) if isinstance(value, str) else None
    return Path(found[2]) if found and found[1] == "file" else None


def is_remote(value: object) -> bool:
    """Whether a value may change where nobody here sees it."""
    return isinstance(value, str) and value.startswith("aws:")


def _from_aws(place: str, field: str) -> str:
    """Ask AWS Secrets Manager (GetSecretValue). The SDK finds region and credentials by itself."""
    name, _, part = place.partition("#")
    try:
        client = boto3.session.Session().client("secretsmanager", config=_BRIEF)
        text = str(client.get_secret_value(SecretId=name)["SecretString"])
    except (BotoCoreError, ClientError, KeyError):
        hint = f"{name} cannot be read from AWS Secrets Manager: correct its name, region or permission"
        raise InputError("secret_unreadable", hint, field=field) from None
    if not part:
        return text.strip()
    try:
        return str(json.loads(text)[part]).strip()
    except (ValueError, KeyError, TypeError):
        hint = f"{name} holds no JSON with a field {part}"
    raise InputError("secret_unreadable", hint, field=field)
