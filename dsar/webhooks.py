"""Signed messages between servers, as Standard Webhooks 1.0 has them (github.com/standard-webhooks).

The signature covers id, moment and body: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from dsar.errors import InputError

TOLERANCE = timedelta(minutes=5)  # between the sender's clock and ours; older ones are replays
_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64  # bytes of a secret, as the specification wants
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def secret_of(text: str) -> bytes:
    """Return the bytes of a secret such as `whsec_…`.

    Raises:
        InputError: `secret_malformed`.
    """
    try:
        secret = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not _SHORTEST <= len(secret) <= _LONGEST:
        hint = f"write whsec_ and the base64 of {_SHORTEST} to {_LONGEST} random bytes"
        raise InputError("secret_malformed", hint, field="secret")
    return secret


def signed(secret: bytes, message: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of a message with that id."""
    moment = str(int(at.timestamp()))
    return {ID: message, TIMESTAMP: moment, SIGNATURE: f"v1,{_mac(secret, message, moment, body)}"}


def verified(secret: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a message that whoever has the secret signed just now. Headers are in lower case.

    Raises:
        InputError: `signature_missing`, `timestamp_skewed`, `signature_wrong`.
    """
    message, moment, given = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (message and moment and given):
        hint = f"send the headers {ID}, {TIMESTAMP} and {SIGNATURE}"
        raise InputError("signature_missing", hint, field="headers")
    expected = f"v1,{_mac(secret, message, moment, body)}".encode()
    if not any(hmac.compare_digest(expected, one.encode()) for one in given.split()):
        raise InputError("signature_wrong", "sign with the secret that we share", field=SIGNATURE)
    if not moment.isascii() or not moment.isdigit() or abs(now - _instant(moment)) > TOLERANCE:
        hint = "sign it when you send it, with the seconds since 1970, and set your clock"
        raise InputError("timestamp_skewed", hint, field=TIMESTAMP)
    return message


def _mac(secret: bytes, message: str, moment: str, body: bytes) -> str:
    said = f"{message}.{moment}.".encode("utf-8", "surrogateescape") + body
    return base64.b64encode(hmac.new(secret, said, hashlib.sha256).digest()).decode()


def _instant(moment: str) -> datetime:
    """Return the moment; one beyond all calendars is as good as none."""
    return datetime.fromtimestamp(min(int(moment), 10**11), UTC)
