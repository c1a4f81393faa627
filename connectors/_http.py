"""House equipment for HTTP: one careful client. It never follows a redirect, reads no more than it must,
and turns what goes wrong into our errors without an address, a query or a body in them.
"""

import asyncio
import ipaddress
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from connectors import _http_errors
from dsar.errors import ContractError, InputError, TemporaryError

MOST_BYTES = 32 * 2**20  # of one reply, unpacked
REPLY_SECONDS = 90
MOST_PAGES = 100_000


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
            DsarError: by remedy; see `_http_errors`.
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
            ContractError: `pages_repeat`, `pages_endless`; `page_elsewhere` for the address of another host.
        """
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            reply = self.record(await self.get(path, params))
            yield reply
            address = reply.get(following)
            if not address:
                return
            if address in seen:
                raise ContractError(self._system, "pages_repeat")
            seen.add(address)
            path, params = self._here(address), None
        raise ContractError(self._system, "pages_endless")

    def demand(self, kept: object, reason: str) -> None:
        """Hold the system to a promise.

        Raises:
            ContractError: with that reason, unless it was kept.
        """
        if not kept:
            raise ContractError(self._system, reason)

    def record(self, reply: object) -> Mapping[str, Any]:
        """Return the reply if it is a JSON object.

        Raises:
            ContractError: `reply_unexpected`.
        """
        if isinstance(reply, dict):
            return reply
        raise ContractError(self._system, "reply_unexpected")

    def records(self, reply: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
        """Return the field if it is a list of JSON objects. Raises as `record`."""
        items = reply.get(field)
        if not isinstance(items, list):
            raise ContractError(self._system, "reply_unexpected")
        return [self.record(item) for item in items]

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await self._client.aclose()

    async def _call(
        self,
        method: Literal["GET", "POST"],
        path: str,
        *,
        optional: bool = False,
        **sent: Any,  # noqa: ANN401 - what httpx takes
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
        return _http_errors.judged(self._system, reply, body, optional=optional)

    async def _body(self, reply: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in reply.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ContractError(self._system, "reply_too_large")
        return bytes(body)

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


def bearer(token: str) -> dict[str, str]:
    """Return the header of RFC 6750.

    Raises:
        InputError: `credential_unreadable`; no header can carry it.
    """
    text = token.strip()
    if not text or not text.isascii() or not text.isprintable():
        raise InputError("credential_unreadable", "paste it again: it holds characters that no key has")
    return {"Authorization": f"Bearer {text}"}


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
