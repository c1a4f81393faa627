"""House equipment: what a system's reply means, and the remedy of a bad one. Nothing of it is passed on."""

import json
from collections.abc import Mapping

import httpx

from connectors import _pace, _throttle
from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError

_OK = range(200, 300)
_REDIRECTS = range(300, 400)
_BROKEN = range(500, 600)
_REFUSALS: Mapping[int, tuple[type[DsarError], str]] = {
    401: (OperatorError, "credentials_refused"),
    402: (OperatorError, "plan_insufficient"),
    403: (OperatorError, "credentials_refused"),
    404: (OperatorError, "address_unknown"),
    410: (OperatorError, "address_unknown"),
}
_TRY_AGAIN = frozenset({408, 425})

_NO_JSON = object()


def judged(
    system: str, reply: httpx.Response, body: bytes, *, absent: frozenset[int] = frozenset()
) -> object:
    """Return the JSON of a good reply; None where its status says that the thing is not there (`absent`),
    and for what has no content after something was done.

    Raises:
        TemporaryError: `throttled` (by status or body) and `http_5xx`, with the delay that was asked for.
        OperatorError: `credentials_refused`, `plan_insufficient`, `redirected`, `address_unknown`.
        ContractError: `reply_malformed`, `reply_unexpected` (null), `request_refused`.
    """
    status, parsed = reply.status_code, _parsed(body)
    _temporary(system, reply, parsed)
    if status in absent:
        return None
    if status not in _OK:
        kind, reason = _refusal(status)
        raise kind(system, reason)
    if not body and reply.request.method != "GET":
        return None
    if parsed is _NO_JSON:
        raise ContractError(system, "reply_malformed")
    if parsed is None:  # it would look like what is not there
        raise ContractError(system, "reply_unexpected")
    return parsed


def _temporary(system: str, reply: httpx.Response, parsed: object) -> None:
    status = reply.status_code
    if _throttle.throttled(status, parsed):
        raise TemporaryError(system, _pace.THROTTLED, after=_throttle.wait(reply.headers))
    if status in _TRY_AGAIN or status in _BROKEN:
        raise TemporaryError(system, f"http_{status}", after=_throttle.wait(reply.headers, throttle=False))


def _refusal(status: int) -> tuple[type[DsarError], str]:
    if status in _REDIRECTS:
        return OperatorError, "redirected"  # never followed: it would take our credential along
    return _REFUSALS.get(status, (ContractError, "request_refused"))


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NO_JSON
