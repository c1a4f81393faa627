"""Mailchimp Marketing: members of each audience, and what became of the mail to them.

Sources: Mailchimp's own client library (paths, arguments) of 2022; a key ends in the data centre, which is
the host. A member's key is the MD5 of the address in lower case, the same in every audience, so nobody is
searched: each audience is asked for that key.
Not confirmed against a live account: that the activity feed pages by `offset`; how an archived member looks.
Erasing is for good and the address can never be imported again. Customers and orders of shops (`/ecommerce`)
and messages are not searched.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _escape, _http
from connectors._erasure import Done, Eraser, Way, done_by
from connectors._marks import Marker, Rectifier, Suppressor
from connectors._paging import Batches, Listing, Offset, dug
from connectors._reader import People, Question, Reader, Stream, listed, shown
from dsar.deeds import Method, Purpose
from dsar.errors import InputError
from dsar.holdings import Ability, Card, Collection, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

_ABSENT = frozenset({404})
_MEMBERS = Collection(
    name="members", category=Category.MARKETING_COMMS, title="Your newsletter subscriptions"
)
# By path below a member: under which field the rows come, and what they are.
_PARTS = {
    "activity-feed": ("activity", "What you did with our mail", Category.MARKETING_COMMS),
    "events": ("events", "Events we told our newsletter about", Category.TECHNICAL_USAGE),
    "notes": ("notes", "Notes our staff took about you", Category.PROFILE),
}
_FIELDS = ("FNAME", "LNAME", "PHONE")
_STOPPED = frozenset({"unsubscribed", "cleaned", "archived"})


class Settings(BaseModel):
    """`api_key` is an API key, with the data centre at its end: …-us21."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_key: SecretStr
    page_rows: int = Field(default=500, ge=1, le=1000)


def connect(
    name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None
) -> "Mailchimp":
    """Return the connector.

    Raises:
        InputError: `credential_unreadable`; the key names no data centre.
    """
    key = settings.api_key.get_secret_value().strip()
    centre = key.rpartition("-")[2]
    if not (centre.isascii() and centre.isalnum() and centre != key):
        raise InputError("credential_unreadable", "give the whole key, with its end such as -us21")
    base = f"https://{centre}.api.mailchimp.com/3.0"
    return Mailchimp(name, _http.Api(name, base, basic=("dsar", key), transport=transport), settings)


class Mailchimp:
    """A connected Mailchimp account. A person is the same address in one or more audiences."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._rows = settings.page_rows
        parts = {path: Collection(name=rows, category=c, title=t) for path, (rows, t, c) in _PARTS.items()}
        self.card = _card(name, (_MEMBERS, *parts.values()))
        reader = Reader(
            card=self.card,
            questions=(
                Question(kind=IdentifierKind.EMAIL, ask=self._by_email, shown=shown("email_address")),
            ),
            person=self._person,
            key_of=lambda row: api.text(row, "id"),
            streams=(
                Stream(collection=_MEMBERS, read=lambda _key, row, _mark: listed(_members(row))),
                *(Stream(collection=c, read=self._part(path, c.name)) for path, c in parts.items()),
            ),
            teaches=lambda row: [(IdentifierKind.EMAIL, row.get("email_address"))],
        )
        marker = Marker(reader=reader, marked=_stopped, write=self._unsubscribe)
        every = tuple(c.name for c in self.card.collections)
        eraser = Eraser(
            reader=reader,
            ways=dict.fromkeys(every, Way(method=Method.REMOVE, act=self._forget, takes=every)),
            markers={Verb.SUPPRESS: marker},
        )
        rectifier = Rectifier(
            reader=reader,
            collection="members",
            attributes={field: _everywhere(f"merge_fields.{field}") for field in _FIELDS},
            write=self._write,
        )
        suppressor = Suppressor(
            marker=marker, collection="members", serves=frozenset({Purpose.MARKETING, Purpose.CONSENT})
        )
        self.find, self.export = reader.find, reader.export
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify
        self.suppress, self.rectify, self.close = suppressor.suppress, rectifier.rectify, api.close

    def __repr__(self) -> str:
        return f"Mailchimp({self.card.name})"

    async def check(self) -> None:
        """List the audiences. Raises as `_http.Api.get`."""
        await self._audiences()

    async def _audiences(self) -> list[str]:
        asks = {"count": self._rows, "fields": "lists.id,total_items"}
        lists = Listing(api=self._api, path="/lists", rows="lists", paging=Offset(self._rows), asks=asks)
        return sorted([self._api.text(row, "id") async for rows, _ in lists.read() for row in rows])

    async def _by_email(self, value: str) -> Batches:
        digest = hashlib.md5(value.lower().encode(), usedforsecurity=False)  # Mailchimp's own key
        row = await self._person(digest.hexdigest())
        yield [row] if row else [], ""

    async def _person(self, key: str) -> Row | None:
        found = []
        for audience in await self._audiences():
            row = await self._api.get(_member(audience, key), optional=True)
            if row is not None:
                self._api.demand(dug(row, "id") == key and dug(row, "list_id") == audience, "row_of_another")
                found.append(row)
        return (
            {"id": key, "email_address": found[0].get("email_address"), "members": found} if found else None
        )

    def _part(self, path: str, rows: str) -> Callable[[str, Row, str], Batches]:
        """Read what stands below a member, audience after audience: the mark says which, and from where."""

        async def read(key: str, row: Row, mark: str) -> Batches:
            at, _, offset = mark.partition(" ")
            audiences = [a for a in (self._api.text(m, "list_id") for m in _members(row)) if a >= at]
            for number, audience in enumerate(audiences):
                pages = Listing(
                    api=self._api,
                    path=f"{_member(audience, key)}/{path}",
                    rows=rows,
                    paging=Offset(self._rows),
                    asks={"count": self._rows},
                    absent=_ABSENT,
                )
                async for page, following in pages.read(offset if audience == at else ""):
                    after = audiences[number + 1] if number + 1 < len(audiences) else ""
                    yield page, f"{audience} {following}" if following else after

        return read

    async def _forget(self, people: People) -> Done:
        paths = [f"{path}/actions/delete-permanent" for path in _paths(self._api, people)]
        return done_by([await self._api.ask("POST", path, absent=_ABSENT) for path in paths])

    async def _unsubscribe(self, key: str, _on: bool) -> _http.Reply:  # noqa: FBT001 - it is only set
        return await self._change(key, {"status": "unsubscribed"})

    async def _write(self, key: str, fields: Mapping[str, str]) -> _http.Reply:
        return await self._change(key, {"merge_fields": dict(fields)})

    async def _change(self, key: str, asked: Mapping[str, object]) -> _http.Reply:
        paths = _paths(self._api, {key: await self._person(key) or {}})
        replies = [await self._api.ask("PATCH", path, json=asked) for path in paths]
        self._api.demand(replies, "person_vanished")
        return replies[-1]


def _card(name: str, collections: tuple[Collection, ...]) -> Card:
    return Card(
        name=name,
        vendor="Mailchimp",
        collections=collections,
        can=frozenset(Verb) - {Verb.RESTRICT, Verb.LIFT},
        finds_by=frozenset({IdentifierKind.EMAIL}),
        teaches=frozenset({IdentifierKind.EMAIL, IdentifierKind.RECORD_KEY}),
        notes="Orders that a shop told Mailchimp about are not part of this search.",
        abilities={
            Verb.ERASE: Ability(note="The address can never be imported into these audiences again."),
            Verb.RECTIFY: Ability(
                reversible=True, note="Names and telephone; an address is changed by hand."
            ),
        },
    )


def _member(audience: str, key: str) -> str:
    return _escape.url("lists", audience, "members", key)


def _members(row: Row) -> Sequence[Row]:
    found: Sequence[Row] = row.get("members", ())
    return found


def _paths(api: _http.Api, people: People) -> list[str]:
    return [_member(api.text(m, "list_id"), key) for key, row in people.items() for m in _members(row)]


def _stopped(row: Row) -> bool:
    return {m.get("status") for m in _members(row)} <= _STOPPED


def _everywhere(path: str) -> Callable[[Row], object]:
    """Return what reads a value that all audiences agree on; None if they do not."""

    def read(row: Row) -> object:
        values = [dug(member, path) for member in _members(row)]
        return values[0] if values and all(value == values[0] for value in values) else None

    return read
