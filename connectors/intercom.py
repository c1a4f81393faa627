"""Intercom: contacts (people and leads), conversations, tickets and events.

Sources: Intercom's own OpenAPI description 2.16 (the tests check our calls against it) and its help centre
on permanent removal: support can bring a contact back for seven days, then all is destroyed within 90.
Not confirmed against a live workspace: that a search for an address ignores its case; the delay until a new
contact can be searched; that notes beyond the first page follow by `starting_after`. Several contacts may
share an address: then a person must choose. Events older than 90 days are not given out. Ratings of
conversations stay in Intercom's reports, without the person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _escape, _http
from connectors._erasure import Done, Eraser, Way, done_by, keys_of
from connectors._marks import Marker, Rectifier, Suppressor
from connectors._paging import Batches, Cursor, Listing, NextUrl, dug
from connectors._reader import People, Question, Reader, Stream, record_of, shown, value_of
from dsar.deeds import Method, Purpose
from dsar.holdings import Ability, Card, Collection, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

DESTROYED = timedelta(days=7 + 90)
_ABSENT = frozenset({404})
_HOSTS = {"us": "api.intercom.io", "eu": "api.eu.intercom.io", "au": "api.au.intercom.io"}
_CONTACTS = Collection(name="contacts", category=Category.CONTACT, title="Your contact record")
_CONVERSATIONS = Collection(
    name="conversations", category=Category.SUPPORT, title="Your conversations with us", third_party=("*",)
)
_TICKETS = Collection(
    name="tickets", category=Category.SUPPORT, title="Your requests for help", third_party=("*",)
)
_EVENTS = Collection(name="events", category=Category.TECHNICAL_USAGE, title="What you did in our product")
_NOTES = Collection(
    name="notes", category=Category.PROFILE, title="Notes our staff took about you", third_party=("*",)
)
_KINDS = {
    "email": IdentifierKind.EMAIL,
    "phone": IdentifierKind.PHONE,
    "external_id": IdentifierKind.ACCOUNT_ID,
}


class Settings(BaseModel):
    """`token` is an access token that may read and write people, conversations and tickets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr
    region: Literal["us", "eu", "au"] = "us"
    page_rows: int = Field(default=50, ge=1, le=150)


def connect(
    name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None
) -> "Intercom":
    """Return the connector. Raises `InputError` for a token that cannot be taken."""
    headers = {**_http.bearer(settings.token.get_secret_value()), "Intercom-Version": "2.16"}
    api = _http.Api(name, f"https://{_HOSTS[settings.region]}", headers=headers, transport=transport)
    return Intercom(name, api, settings)


@dataclass(frozen=True, slots=True)
class _Searched:
    """Intercom's pages: a cursor that goes inward, beside the size."""

    size: int

    def asked(self, mark: str) -> Mapping[str, Any]:
        return {"pagination": {"per_page": self.size, **({"starting_after": mark} if mark else {})}}

    def following(self, reply: _http.Reply, _rows: Sequence[Row], _mark: str) -> str:
        return str(dug(reply.body, "pages.next.starting_after") or "")


class Intercom:
    """A connected Intercom workspace."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._rows = settings.page_rows
        self.card = _card(name)
        reader = Reader(
            card=self.card,
            questions=tuple(
                Question(kind=kind, ask=self._asking(field), shown=shown(field))
                for field, kind in _KINDS.items()
            ),
            person=self._contact,
            key_of=lambda row: api.text(row, "id"),
            streams=(
                Stream(collection=_CONTACTS, read=record_of),
                Stream(collection=_CONVERSATIONS, read=self._talks("conversations"), dress=self._with_parts),
                Stream(collection=_TICKETS, read=self._talks("tickets")),
                Stream(collection=_EVENTS, read=self._events),
                Stream(collection=_NOTES, read=self._notes),
            ),
            teaches=lambda row: ((kind, row.get(field)) for field, kind in _KINDS.items()),
        )
        marker = Marker(reader=reader, marked=_unsubscribed, write=self._unsubscribe)
        forget, along = self._forget, ("contacts", "events", "notes")
        ways = {c: Way(method=Method.REMOVE, act=self._remove(c)) for c in ("conversations", "tickets")}
        ways |= dict.fromkeys(along, Way(method=Method.REMOVE, act=forget, takes=along))
        eraser = Eraser(reader=reader, ways=ways, markers={Verb.SUPPRESS: marker})
        rectifier = Rectifier(
            reader=reader,
            collection="contacts",
            attributes={field: value_of(field) for field in ("name", "email", "phone")},
            write=self._write,
        )
        suppressor = Suppressor(
            marker=marker, collection="contacts", serves=frozenset({Purpose.MARKETING, Purpose.CONSENT})
        )
        self.find, self.export = reader.find, reader.export
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify
        self.suppress, self.rectify, self.close = suppressor.suppress, rectifier.rectify, api.close

    def __repr__(self) -> str:
        return f"Intercom({self.card.name})"

    async def check(self) -> None:
        """Search for nobody. Raises as `_http.Api.get`."""
        async for _ in self._asking("email")("dsar-check@nobody.invalid"):
            break

    def _asking(self, field: str) -> Callable[[str], Batches]:
        return lambda value: self._search("contacts", field, value, "data").read()

    def _talks(self, kind: str) -> Callable[[str, Row, str], Batches]:
        return lambda key, _row, mark: self._search(kind, "contact_ids", key, kind).read(mark)

    def _search(self, kind: str, field: str, value: str, rows: str) -> Listing:
        asks = {"query": {"field": field, "operator": "=", "value": value}}
        paging = _Searched(self._rows)
        return Listing(
            api=self._api, path=f"/{kind}/search", rows=rows, paging=paging, asks=asks, sent_as="json"
        )

    def _events(self, key: str, _row: Row, mark: str) -> Batches:
        asks = {"type": "user", "intercom_user_id": key, "per_page": self._rows}
        paging = NextUrl("pages.next")
        return Listing(
            api=self._api, path="/events", rows="events", paging=paging, asks=asks, absent=_ABSENT
        ).read(mark)

    def _notes(self, key: str, _row: Row, mark: str) -> Batches:
        path = _escape.url("contacts", key, "notes")
        paging = Cursor(at="pages.next.starting_after", into="starting_after")
        return Listing(api=self._api, path=path, rows="data", paging=paging, absent=_ABSENT).read(mark)

    async def _contact(self, key: str) -> Row | None:
        row = await self._api.get(_escape.url("contacts", key), optional=True)
        return None if row is None else self._api.record(row)

    async def _with_parts(self, row: Row) -> Row:
        path = _escape.url("conversations", self._api.text(row, "id"))
        whole = await self._api.get(path, {"display_as": "plaintext"}, optional=True)
        return row if whole is None else self._api.record(whole)

    def _remove(self, kind: str) -> Callable[[People], Any]:
        params = {"retain_metrics": "false"} if kind == "conversations" else {}

        async def act(people: People) -> Done:
            keys = await keys_of(self._api, self._talks(kind), people)
            paths = [_escape.url(kind, key) for key in keys]
            asked = [await self._api.ask("DELETE", path, params=params, absent=_ABSENT) for path in paths]
            return done_by(asked)

        return act

    async def _forget(self, people: People) -> Done:
        paths = [_escape.url("contacts", key) for key in people]
        replies = [await self._api.ask("DELETE", path, absent=_ABSENT) for path in paths]
        return done_by(replies, ready_after=DESTROYED)

    async def _unsubscribe(self, key: str, on: bool) -> _http.Reply:  # noqa: FBT001 - the mark itself
        return await self._put(key, {"unsubscribed_from_emails": on})

    async def _write(self, key: str, fields: Mapping[str, str]) -> _http.Reply:
        return await self._put(key, fields)

    async def _put(self, key: str, fields: Mapping[str, object]) -> _http.Reply:
        return await self._api.ask("PUT", _escape.url("contacts", key), json=dict(fields))


def _card(name: str) -> Card:
    note = "Intercom can bring a contact back for seven days; within 90 more their data is destroyed."
    return Card(
        name=name,
        vendor="Intercom",
        collections=(_CONTACTS, _CONVERSATIONS, _TICKETS, _EVENTS, _NOTES),
        can=frozenset(Verb) - {Verb.RESTRICT, Verb.LIFT},
        finds_by=frozenset(_KINDS.values()),
        teaches=frozenset({*_KINDS.values(), IdentifierKind.RECORD_KEY}),
        notes="Events older than 90 days are not given out by Intercom.",
        abilities={
            Verb.ERASE: Ability(finishes_in=DESTROYED, note=note),
            Verb.SUPPRESS: Ability(reversible=True, note="E-mail only."),
            Verb.RECTIFY: Ability(reversible=True),
        },
    )


def _unsubscribed(row: Row) -> bool:
    return row.get("unsubscribed_from_emails") is True
