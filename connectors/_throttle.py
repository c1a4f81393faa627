"""House equipment: who says "not so fast", and until when. By status or in the body, in every spelling."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import ceil

import httpx

LONGEST_WAIT = timedelta(hours=1)  # that a system may ask of us; then we look again

_STATUSES = frozenset({429, 477})
# Not every system throttles by status: some send 200 or 403 and say so in the body.
_CODES = frozenset(
    {
        "throttled",
        "ratelimited",
        "rate_limit",
        "rate_limited",
        "rate_limit_exceeded",
        "request_limit_exceeded",
        "resource_exhausted",
        "too_many_requests",
    }
)
_CODE_FIELDS = frozenset({"code", "type", "error", "errorcode", "error_code", "status"})
_INSIDE = ("error", "errors", "extensions")
_GOOD = range(200, 300)

_IN_MILLISECONDS = ("Retry-After-Ms", "X-HubSpot-RateLimit-Interval-Milliseconds")
_RESETS = ("X-RateLimit-Reset", "X-Rate-Limit-Reset", "RateLimit-Reset")
_AN_INSTANT = 10**9  # a smaller figure is a span of seconds
_IN_MILLIS = 10**12  # a greater one is an instant in milliseconds


def throttled(status: int, parsed: object) -> bool:
    """Whether this reply says that we ask too fast."""
    return status in _STATUSES or bool(_CODES & {*_said(parsed, listed=status not in _GOOD)})


def wait(headers: httpx.Headers, *, throttle: bool = True) -> timedelta | None:
    """Return how long we are asked to wait, within nothing and `LONGEST_WAIT`; None if it is not said.

    Read are Retry-After as seconds or as an HTTP date (RFC 9110, 10.2.3), the headers that count in
    milliseconds, and, of a throttle, the instant or the span after which a budget is full again.
    """
    asked = _retry_after(headers)
    if asked is None and throttle:
        asked = _milliseconds(headers)
    if asked is None and throttle:
        asked = _reset(headers)
    return None if asked is None else min(max(asked, timedelta()), LONGEST_WAIT)


def _said(parsed: object, *, listed: bool) -> Iterator[str]:
    """Yield codes at the places where vendors put them. A list counts in a bad reply only: in a good one
    it may be a person's own data.
    """
    if isinstance(parsed, list) and listed:
        for item in parsed[:10]:
            yield from _said(item, listed=False)
    if not isinstance(parsed, Mapping):
        return
    for field, value in parsed.items():
        if isinstance(value, str) and field.lower() in _CODE_FIELDS:
            yield value.lower()
        elif field in _INSIDE:
            yield from _said(value, listed=True)


def _retry_after(headers: httpx.Headers) -> timedelta | None:
    text = headers.get("Retry-After", "").strip()
    if (seconds := _number(text)) is not None:
        return timedelta(seconds=ceil(seconds))
    until = _date(text)
    return until - _now(headers) if until else None


def _milliseconds(headers: httpx.Headers) -> timedelta | None:
    found = [_number(headers.get(name, "")) for name in _IN_MILLISECONDS]
    spans = [timedelta(seconds=ceil(number / 1000)) for number in found if number is not None]
    return max(spans, default=None)


def _reset(headers: httpx.Headers) -> timedelta | None:
    for name in _RESETS:
        number = _number(headers.get(name, ""))
        if number is None:
            continue
        if number < _AN_INSTANT:
            return timedelta(seconds=ceil(number))
        seconds = number / 1000 if number >= _IN_MILLIS else number
        return timedelta(seconds=ceil(seconds - _now(headers).timestamp()))
    return None


def _now(headers: httpx.Headers) -> datetime:
    """Return their clock, if they show it, else ours."""
    return _date(headers.get("Date", "")) or datetime.now(UTC)


def _number(text: str) -> float | None:
    whole, _, rest = text.strip().partition(".")
    fits = whole.isascii() and whole.isdecimal() and rest.isascii() and (not rest or rest.isdecimal())
    return float(f"{whole[:13]}.{rest[:3] or 0}") if fits else None  # an instant in milliseconds has 13


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
