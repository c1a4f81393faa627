"""House equipment: what a system's reply means, and the remedy of a bad one. Nothing of it is passed on."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError

LONGEST_WAIT = timedelta(hours=1)  # that a system may ask of us; then we look again

_OK = range(200, 300)
_REDIRECTS = range(300, 400)
_BROKEN = range(500, 600)
_REFUSALS: Mapping[int, tuple[type[DsarError], str]] = {
    401: (OperatorError, "credentials_refused"),
    403: (OperatorError, "credentials_refused"),
    404: (OperatorError, "address_unknown"),
}
_THROTTLED = frozenset({429, 477})
_TRY_AGAIN = frozenset({408, 425})
# Not every system throttles by status: some send 200 or 403 and say so in the body.
_THROTTLE_CODES = frozenset({"throttled", "rate_limited", "ratelimited", "request_limit_exceeded"})
_CODE_FIELDS = ("code", "type", "error", "errorcode", "error_code")

_UNREADABLE = object()


def judged(system: str, reply: httpx.Response, body: bytes, *, optional: bool) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of a good reply; None for a 404 where the thing is `optional`.

    Raises:
        TemporaryError: `throttled` (by status or body) and `http_5xx`, with the delay that was asked for.
        OperatorError: `credentials_refused`, `redirected`, `address_unknown`.
        ContractError: `reply_malformed`, `request_refused`.
    """
    status, parsed = reply.status_code, _parsed(body)
    if status in _THROTTLED or _says_throttled(parsed):
        raise TemporaryError(system, "throttled", after=_wait(reply.headers))
    if status in _TRY_AGAIN or status in _BROKEN:
        raise TemporaryError(system, f"http_{status}", after=_wait(reply.headers))
    if optional and status == httpx.codes.NOT_FOUND:
        return None
    if status not in _OK:
        kind, reason = _refusal(status)
        raise kind(system, reason)
    if parsed is _UNREADABLE:
        raise ContractError(system, "reply_malformed")
    return parsed


def _refusal(status: int) -> tuple[type[DsarError], str]:
    if status in _REDIRECTS:
        return OperatorError, "redirected"  # never followed: it would take our credential along
    return _REFUSALS.get(status, (ContractError, "request_refused"))


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _says_throttled(parsed: object) -> bool:
    if not isinstance(parsed, dict):
        return False
    said = {str(value).lower() for key, value in parsed.items() if key.lower() in _CODE_FIELDS}
    return bool(said & _THROTTLE_CODES)


def _wait(headers: httpx.Headers) -> timedelta | None:
    """Read Retry-After: seconds or an HTTP date (RFC 9110, 10.2.3), within nothing and `LONGEST_WAIT`."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    until = _date(text)
    now = _date(headers.get("Date", "")) or datetime.now(UTC)  # their clock, if they show it
    return min(max(until - now, timedelta()), LONGEST_WAIT) if until else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
