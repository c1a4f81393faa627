"""House equipment for HTTP: one careful client. It never follows a redirect, reads no more than it must,
and turns what goes wrong into our errors without an address, a query or a body in them.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from connectors import _http_errors, _pace
from connectors._auth import bearer
from connectors._guard import Guard
from connectors._guard import transport as careful
from dsar.errors import ContractError, TemporaryError
from dsar.person import askable

__all__ = ["Api", "Reply", "bearer"]

MOST_BYTES = 32 * 2**20  # of one reply, unpacked
REPLY_SECONDS = 90
MOST_PAGES = 100_000
LONGEST_ID = 1000

# What vendors call the id under which their support finds a call. Anything but an id is not kept: it might
# be an echo of what was asked.
_REQUEST_IDS = ("Request-Id", "X-Request-Id", "X-HubSpot-Correlation-Id", "X-Zendesk-Request-Id")
_AN_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")
_ABSENT = frozenset({404, 410})


def _silent(_record: logging.LogRecord) -> bool:
    return False


for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy"):
    logging.getLogger(_name).addFilter(_silent)  # they print addresses, whose queries name people


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A good reply: its JSON (None if the thing is not there, or nothing is to be said), and its headers."""

    status: int
    body: Any = field(repr=False)
    headers: httpx.Headers = field(repr=False)

    @property
    def request(self) -> str:
        """The vendor's id of this request, for the receipt; empty if it gave none."""
        found = (self.headers.get(name, "") for name in _REQUEST_IDS)
        return next((text for text in found if _AN_ID.fullmatch(text)), "")


async def _packed_once(system: str, reply: httpx.Response) -> None:
    """Unpack nothing that is packed in packages: each layer makes a thousand bytes of one."""
    if "," in reply.headers.get("Content-Encoding", ""):
        raise ContractError(system, "reply_malformed")


class Api:
    """One system's HTTP interface, spoken to with its credential."""

    def __init__(  # noqa: PLR0913 - each has a name at the call
        self,
        system: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
        auth: httpx.Auth | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        links: Collection[str] = (),
        self_hosted: bool = False,
    ) -> None:
        """Prepare a client. `headers`, `basic` or `auth` carry the credential; `links` are hosts from which
        downloads may come, without it. Only a `self_hosted` system may have a private address.

        Raises:
            InputError: `url_unreadable`, or `url_insecure` where a credential would travel in clear.
        """
        self.system = system
        self.guard = Guard(system, base_url, links)
        self.pace = _pace.handed()
        self.hooks: Mapping[str, list[Callable[..., Any]]] = {"response": [partial(_packed_once, system)]}
        self.way = transport or careful(system, inside=self_hosted or self.guard.inside)
        self.client = httpx.AsyncClient(
            base_url=base_url,
            headers=headers,
            auth=auth or (httpx.BasicAuth(*basic) if basic else None),
            transport=self.way,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(60, connect=10),
            event_hooks=self.hooks,
        )

    def __repr__(self) -> str:
        return f"Api({self.system})"

    async def get(self, path: str, params: Mapping[str, Any] | None = None, *, optional: bool = False) -> Any:  # noqa: ANN401 - JSON
        """Read JSON. With `optional`, a 404 is None: the thing is not there.

        Raises:
            DsarError: by remedy; see `_http_errors`.
        """
        return (await self.ask("GET", path, params=params, absent=_ABSENT if optional else frozenset())).body

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Send JSON, read JSON. Raises as `get`."""
        return (await self.ask("POST", path, json=body)).body

    async def order(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Send what orders a deed, counted against the month. Raises as `get`, and `budget_spent`."""
        async with self.pace.order(self.system):
            return await self.ask("POST", path, json=body)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        absent: Collection[int] = frozenset(),
        **sent: Any,  # noqa: ANN401 - what httpx takes: params, json, data (a form), headers
    ) -> Reply:
        """Call once, when the account's budget has leave for it. A status in `absent` says that the thing is
        not there. Raises as `get`.
        """
        async with self.pace.call(self.system):
            return await self._asked(method, path, frozenset(absent), sent)

    async def _asked(self, method: str, path: str, absent: frozenset[int], sent: Mapping[str, Any]) -> Reply:
        try:
            async with asyncio.timeout(REPLY_SECONDS), self.client.stream(method, path, **sent) as reply:
                body = await self._body(reply)
        except (TimeoutError, httpx.TimeoutException):
            raise TemporaryError(self.system, "timed_out") from None
        except (httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
            raise ContractError(self.system, "reply_malformed") from None
        except httpx.HTTPError:
            raise TemporaryError(self.system, "unreachable") from None
        said = _http_errors.judged(self.system, reply, body, absent=absent)
        return Reply(status=reply.status_code, body=said, headers=reply.headers)

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
                raise ContractError(self.system, "pages_repeat")
            seen.add(address)
            path, params = self.guard.own(self.client.base_url, address), None
        raise ContractError(self.system, "pages_endless")

    def demand(self, kept: object, reason: str) -> None:
        """Hold the system to a promise.

        Raises:
            ContractError: with that reason, unless it was kept.
        """
        if not kept:
            raise ContractError(self.system, reason)

    def record(self, reply: object) -> Mapping[str, Any]:
        """Return the reply if it is a JSON object.

        Raises:
            ContractError: `reply_unexpected`.
        """
        if isinstance(reply, dict):
            return reply
        raise ContractError(self.system, "reply_unexpected")

    def records(self, reply: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
        """Return the field if it is a list of JSON objects. Raises as `record`."""
        items = reply.get(field)
        if not isinstance(items, list):
            raise ContractError(self.system, "reply_unexpected")
        return [self.record(item) for item in items]

    def text(self, record: Mapping[str, Any], field: str) -> str:
        """Return the field if it is a word or a whole number, as ids are. Raises as `record`."""
        value = record.get(field)
        text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
        if 0 < len(text) <= LONGEST_ID and text.isprintable() and askable(text):
            return text
        raise ContractError(self.system, "reply_unexpected")

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await self.client.aclose()

    async def _body(self, reply: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in reply.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ContractError(self.system, "reply_too_large")
        return bytes(body)
