"""House equipment: lists in pages, of every kind that vendors have. A mark says where a page begins: "" is
the beginning, and as what follows a page it is the end. No total is believed, and no page is read twice.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Literal, Protocol

import httpx

from connectors._http import MOST_PAGES, Api, Reply
from dsar.errors import ContractError
from dsar.holdings import Row
from dsar.person import askable

MOST_EMPTY = 20  # pages without a row, one after another

Params = Mapping[str, Any]
Batch = tuple[Sequence[Row], str]  # rows, and the mark of what follows them
Batches = AsyncIterator[Batch]


class Paging(Protocol):
    """How a list goes on."""

    def asked(self, mark: str) -> Params:
        """Return what must be said to get the page at a mark."""

    def following(self, reply: Reply, rows: Sequence[Row], mark: str) -> str:
        """Return the mark of the next page."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything comes at once."""

    def asked(self, _mark: str) -> Params:
        return {}

    def following(self, _reply: Reply, _rows: Sequence[Row], _mark: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The reply holds a token at `at` (dots lead inward), which is given back as `into`. Where a reply has a
    token even at the end, `more` says whether anything follows.
    """

    at: str
    into: str
    more: str = ""

    def asked(self, mark: str) -> Params:
        return {self.into: mark} if mark else {}

    def following(self, reply: Reply, _rows: Sequence[Row], _mark: str) -> str:
        token = dug(reply.body, self.at)
        ended = self.more and dug(reply.body, self.more) is not True
        return "" if ended or token is None else str(token)


@dataclass(frozen=True, slots=True)
class LastId:
    """The next page begins after the last row's `key`, while the reply's field `more` is true."""

    into: str
    more: str
    key: str = "id"

    def asked(self, mark: str) -> Params:
        return {self.into: mark} if mark else {}

    def following(self, reply: Reply, rows: Sequence[Row], _mark: str) -> str:
        return str(rows[-1].get(self.key, "")) if rows and dug(reply.body, self.more) is True else ""


@dataclass(frozen=True, slots=True)
class Offset:
    """So many rows are skipped. A page that is not full is the last one."""

    size: int
    into: str = "offset"

    def asked(self, mark: str) -> Params:
        return {self.into: mark or "0"}

    def following(self, _reply: Reply, rows: Sequence[Row], mark: str) -> str:
        return str(int(mark or "0") + len(rows)) if len(rows) >= self.size else ""


@dataclass(frozen=True, slots=True)
class Number:
    """Pages have numbers, from `first` on. A page that is not full is the last one."""

    size: int
    into: str = "page"
    first: int = 1

    def asked(self, mark: str) -> Params:
        return {self.into: mark or str(self.first)}

    def following(self, _reply: Reply, rows: Sequence[Row], mark: str) -> str:
        return str(int(mark or self.first) + 1) if len(rows) >= self.size else ""


@dataclass(frozen=True, slots=True)
class Session:
    """Numbered pages of one session, whose id the first reply gives."""

    size: int
    at: str = "session_id"

    def asked(self, mark: str) -> Params:
        session, _, page = mark.rpartition(":")
        return {"session_id": session, "page": page} if mark else {}

    def following(self, reply: Reply, rows: Sequence[Row], mark: str) -> str:
        session = dug(reply.body, self.at)
        page = int(mark.rpartition(":")[2] or "0")
        return f"{session}:{page + 1}" if session and len(rows) >= self.size else ""


@dataclass(frozen=True, slots=True)
class NextUrl:
    """The reply holds the whole address of the next page at `at`."""

    at: str = "next"

    def asked(self, _mark: str) -> Params:
        return {}

    def following(self, reply: Reply, _rows: Sequence[Row], _mark: str) -> str:
        address = dug(reply.body, self.at)
        return str(address) if address is not None else ""


@dataclass(frozen=True, slots=True)
class LinkHeader:
    """The header `Link` holds the whole address of the next page (RFC 8288)."""

    def asked(self, _mark: str) -> Params:
        return {}

    def following(self, reply: Reply, _rows: Sequence[Row], _mark: str) -> str:
        links = httpx.Response(reply.status, headers=reply.headers).links
        return links.get("next", {}).get("url", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of one system: where it is, how it goes on, and under which field its rows are ("": the body).

    `asks` are the arguments of every call: parameters, or a body in JSON (`json`) or of a form (`data`).
    """

    api: Api
    path: str
    rows: str
    paging: Paging = field(default_factory=Whole)
    asks: Params = field(default_factory=dict, repr=False)
    sent_as: Literal["params", "json", "data"] = "params"
    absent: frozenset[int] = frozenset()

    async def read(self, mark: str = "") -> Batches:
        """Yield page after page from a mark on.

        Raises:
            ContractError: `pages_repeat`, `pages_endless`, `reply_unexpected`.
        """
        async for batch in walked(self.api.system, self._page, mark):
            yield batch

    async def _page(self, mark: str) -> Batch:
        whole_address = mark and isinstance(self.paging, (NextUrl, LinkHeader))
        path = self.api.guard.own(self.api.client.base_url, mark) if whole_address else self.path
        said = {} if whole_address else {**self.asks, **self.paging.asked(mark)}
        sent = {self.sent_as: said} if said else {}
        method = "GET" if self.sent_as == "params" else "POST"
        reply = await self.api.ask(method, path, absent=self.absent, **sent)
        if reply.status in self.absent:
            return (), ""
        rows = self._rows(reply)
        following = self.paging.following(reply, rows, mark)
        self.api.demand(not following or askable(following), "reply_unexpected")
        return rows, following

    def _rows(self, reply: Reply) -> list[Row]:
        found = dug(reply.body, self.rows) if self.rows else reply.body
        return self.api.records({"rows": found}, "rows")


async def walked(system: str, fetch: Callable[[str], Awaitable[Batch]], mark: str = "") -> Batches:
    """Yield pages until nothing follows. A page or a mark that comes a second time ends it.

    Raises:
        ContractError: `pages_repeat`, `pages_endless`.
    """
    seen: set[bytes | str] = {mark}
    empty = 0
    for _ in range(MOST_PAGES):
        rows, following = await fetch(mark)
        empty = 0 if rows else empty + 1
        if empty > MOST_EMPTY:
            break
        digest = blake2b(json.dumps(rows, default=str).encode(), digest_size=12).digest()
        if following in seen - {""} or (rows and digest in seen):
            raise ContractError(system, "pages_repeat")
        yield rows, following
        if not following:
            return
        seen |= {digest, following}
        mark = following
    raise ContractError(system, "pages_endless")


def dug(body: object, path: str) -> Any:  # noqa: ANN401 - JSON
    """Return what stands at a path of names, dots between them; None if it leads nowhere."""
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body
