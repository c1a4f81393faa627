"""House equipment for HTTP: one careful client. It never follows a redirect, reads no more than it must,
and turns what goes wrong into our errors without an address, a query or a body in them.
"""

import asyncio
import ipaddress
import json
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from dsar.errors import ContractError, InputError, OperatorError, TemporaryError

MOST_BYTES = 32 * 2**20  # of one reply, unpacked
REPLY_SECONDS = 90
LONGEST_WAIT = timedelta(hours=1)  # that a system may ask of us; then we look again
MOST_PAGES = 100_000

_OK = range(200, 300)
_REDIRECTS = range(300, 400)
_BROKEN = range(500, 600)
_REFUSALS = frozenset({401, 403})
_THROTTLED = frozenset({429, 477})
_TRY_AGAIN = frozenset({408, 425})
# Not every system throttles by status: some send 200 or 403 and say so in the body.
_THROTTLE_CODES = frozenset({"throttled", "rate_limited", "ratelimited", "request_limit_exceeded"})
_CODE_FIELDS = ("code", "type", "error", "errorcode", "error_code")


def _silent(_record: logging.LogRecord) -> bool:
    return False


for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy"):
    logging.getLogger(_name).addFilter(_silent)  # they print addresses, whose queries name people


class Api:
    """One system's HTTP interface, spoken to with its credential."""

    def __init__(
        self,
        system: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare a client. `headers` and `basic` carry the credential.

        Raises:
            InputError: `url_unreadable`, or `url_insecure` where a credential would travel in clear.
        """
        self._system = system
        self._host = _careful_host(base_url)
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers=headers,
            auth=basic,
            transport=transport,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(60, connect=10),
        )

    def __repr__(self) -> str:
        return f"Api({self._system})"

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, optional: bool = False) -> Any:  # noqa: ANN401 - JSON
        """Read JSON. With `optional`, a 404 is None: the thing is not there.

        Raises:
            DsarError: by remedy; see `_judged`.
        """
        return await self._call("GET", path, optional=optional, params=params)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Send JSON, read JSON. Raises as `get`."""
        return await self._call("POST", path, json=body)

    async def pages(
        self, path: str, params: Mapping[str, str] | None, *, following: str = "next"
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Follow pages whose field `following` holds the next address, or nothing at the end.

        Raises:
            ContractError: `pages_repeat`, `pages_endless`, or `page_elsewhere` if the address is of another host.
        """
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            reply = self.object(await self.get(path, params))
            yield reply
            address = reply.get(following)
            if not address:
                return
            if address in seen:
                raise ContractError(self._system, "pages_repeat")
            seen.add(address)
            path, params = self._here(address), None
        raise ContractError(self._system, "pages_endless")

    def object(self, reply: object) -> Mapping[str, Any]:
        """Return the reply if it is a JSON object.

        Raises:
            ContractError: `reply_unexpected`.
        """
        if isinstance(reply, dict):
            return reply
        raise ContractError(self._system, "reply_unexpected")

    def objects(self, reply: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
        """Return the field if it is a list of JSON objects. Raises as `object`."""
        items = reply.get(field)
        if not isinstance(items, list):
            raise ContractError(self._system, "reply_unexpected")
        return [self.object(item) for item in items]

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await self._client.aclose()

    async def _call(
        self, method: Literal["GET", "POST"], path: str, *, optional: bool = False, **sent: Any
    ) -> Any:  # noqa: ANN401 - JSON
        try:
            async with asyncio.timeout(REPLY_SECONDS), self._client.stream(method, path, **sent) as reply:
                body = await self._body(reply)
        except (TimeoutError, httpx.TimeoutException):
            raise TemporaryError(self._system, "timed_out") from None
        except (httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
            raise ContractError(self._system, "reply_malformed") from None
        except httpx.HTTPError:
            raise TemporaryError(self._system, "unreachable") from None
        return self._judged(reply, body, optional=optional)

    async def _body(self, reply: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in reply.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ContractError(self._system, "reply_too_large")
        return bytes(body)

    def _judged(self, reply: httpx.Response, body: bytes, *, optional: bool) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON of a good reply, or raise the remedy of a bad one.

        Raises:
            TemporaryError: `throttled` (by status or body) and `http_5xx`, with the delay that was asked for.
            OperatorError: `credentials_refused`, `redirected`, `address_unknown`.
            ContractError: `reply_malformed`, `request_refused`.
        """
        status = reply.status_code
        parsed = _parsed(body)
        if status in _THROTTLED or _says_throttled(parsed):
            raise TemporaryError(self._system, "throttled", after=_wait(reply.headers))
        if status in _TRY_AGAIN or status in _BROKEN:
            raise TemporaryError(self._system, f"http_{status}", after=_wait(reply.headers))
        if status in _REFUSALS:
            raise OperatorError(self._system, "credentials_refused")
        if status in _REDIRECTS:
            raise OperatorError(self._system, "redirected")
        if status == httpx.codes.NOT_FOUND:
            return self._missing(optional=optional)
        if status not in _OK:
            raise ContractError(self._system, "request_refused")
        if parsed is _UNREADABLE:
            raise ContractError(self._system, "reply_malformed")
        return parsed

    def _missing(self, *, optional: bool) -> None:
        if not optional:
            raise OperatorError(self._system, "address_unknown")

    def _here(self, address: object) -> str:
        """Return a page's address on our own origin, so that our credential goes nowhere else.

        Behind a proxy a system may not know its own scheme and port; only its host must be the one we know.
        """
        try:
            page = httpx.URL(str(address))
        except httpx.InvalidURL:
            raise ContractError(self._system, "page_elsewhere") from None
        if page.host not in {"", self._host}:
            raise ContractError(self._system, "page_elsewhere")
        return str(self._client.base_url.copy_with(raw_path=page.raw_path))


_UNREADABLE = object()


def bearer(token: str) -> dict[str, str]:
    """Return the header of RFC 6750.

    Raises:
        InputError: `credential_unreadable`; no header can carry it.
    """
    text = token.strip()
    if not text or not text.isascii() or not text.isprintable():
        raise InputError("credential_unreadable", "paste it again: it holds characters that no key has")
    return {"Authorization": f"Bearer {text}"}


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
    """Read Retry-After: seconds or an HTTP date (RFC 9110, 10.2.3). Never negative, never beyond `LONGEST_WAIT`."""
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


def _careful_host(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.scheme not in {"http", "https"} or parts.username or parts.query or parts.fragment:
        raise InputError(
            "url_unreadable", "write it as https://host, without a name, password or query", field="base_url"
        )
    if parts.scheme == "http" and not _stays_inside(host):
        raise InputError("url_insecure", "use https: the credential would travel in clear", field="base_url")
    return host


def _stays_inside(host: str) -> bool:
    """Whether a host is this machine, or a name without a dot such as a container's."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." not in host
