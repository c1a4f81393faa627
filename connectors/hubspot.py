"""HubSpot: contacts, and what staff wrote down about them.

Sources: HubSpot's public API descriptions of 2026-08 (objects, associations, communication preferences) and
its knowledge base on permanent contact deletion. Versions are dates and stand in the path (`api_version`).
Search takes four calls a second of each token (HubSpot's change log for developers), and lags behind by
seconds, so whoever was found before is read by id.
Not confirmed against a live portal: that `hs_additional_emails` is searched by CONTAINS_TOKEN; that
`hs_email_optout` shows an unsubscription on the contact.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _escape, _http
from connectors._erasure import Done, Eraser, Way, done_by, keys_of
from connectors._marks import Marker, Rectifier, Suppressor
from connectors._paging import Batches, Cursor, Listing, dug
from connectors._reader import People, Question, Reader, Stream, record_of, value_of
from dsar.deeds import Method, Purpose
from dsar.holdings import Ability, Card, Collection, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

PURGE = timedelta(days=30)
_NEXT = Cursor(at="paging.next.after", into="after")
_ABSENT = frozenset({404})
_CONTACTS = Collection(name="contacts", category=Category.CONTACT, title="Your contact record")
# What may be associated with a contact, by HubSpot's own names.
_ASSOCIATED = tuple(
    Collection(name=name, category=category, title=title, third_party=() if name == "deals" else ("*",))
    for name, category, title in (
        ("notes", Category.PROFILE, "Notes our staff took about you"),
        ("calls", Category.SUPPORT, "Calls with you"),
        ("emails", Category.SUPPORT, "E-mails with you"),
        ("meetings", Category.SUPPORT, "Meetings with you"),
        ("tasks", Category.SUPPORT, "Tasks concerning you"),
        ("communications", Category.SUPPORT, "Short messages with you"),
        ("tickets", Category.SUPPORT, "Your requests for help"),
        ("deals", Category.TRANSACTION, "Offers to you"),
    )
)


class Settings(BaseModel):
    """`token` is a private app's: crm.objects.*.read and .write, communication_preferences.read_write."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr
    api_version: str = Field(default="2026-03", pattern=r"^\d{4}-\d{2}$")
    page_rows: int = Field(default=100, ge=1, le=100)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "HubSpot":
    """Return the connector. Raises `InputError` for a token that cannot be taken."""
    headers = _http.bearer(settings.token.get_secret_value())
    api = _http.Api(name, "https://api.hubapi.com", headers=headers, transport=transport)
    return HubSpot(name, api, settings)


class HubSpot:
    """A connected HubSpot portal."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._rows = settings.page_rows
        self._version = settings.api_version
        self._objects = f"/crm/objects/{settings.api_version}"
        self.card = _card(name)
        reader = Reader(
            card=self.card,
            questions=(Question(kind=IdentifierKind.EMAIL, ask=self._by_email, shown=_emails, fuzzy=True),),
            person=self._contact,
            key_of=lambda row: api.text(row, "id"),
            streams=(
                Stream(collection=_CONTACTS, read=record_of),
                *(Stream(collection=c, read=self._associated(c.name)) for c in _ASSOCIATED),
            ),
            teaches=lambda row: ((IdentifierKind.EMAIL, email) for email in _emails(row)),
        )
        marker = Marker(reader=reader, marked=_opted_out, write=self._unsubscribe)
        trash = {c.name: Way(method=Method.TRASH, act=self._archive(c.name)) for c in _ASSOCIATED}
        forget = {"contacts": Way(method=Method.REMOVE, act=self._forget)}
        eraser = Eraser(reader=reader, ways=trash | forget, markers={Verb.SUPPRESS: marker})
        rectifier = Rectifier(
            reader=reader,
            collection="contacts",
            attributes={f: value_of(f"properties.{f}") for f in ("email", "phone", "firstname", "lastname")},
            write=self._write,
        )
        suppressor = Suppressor(
            marker=marker, collection="contacts", serves=frozenset({Purpose.MARKETING, Purpose.CONSENT})
        )
        self.find, self.export = reader.find, reader.export
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify
        self.suppress, self.rectify, self.close = suppressor.suppress, rectifier.rectify, api.close

    def __repr__(self) -> str:
        return f"HubSpot({self.card.name})"

    async def check(self) -> None:
        """Search for nobody. Raises as `_http.Api.get`."""
        async for _ in self._by_email("dsar-check@nobody.invalid"):
            break

    def _by_email(self, value: str) -> Batches:
        """Search by the first address and by the others: groups of filters are alternatives."""
        first = {"propertyName": "email", "operator": "EQ", "value": value}
        other = {"propertyName": "hs_additional_emails", "operator": "CONTAINS_TOKEN", "value": value}
        asks = {
            "filterGroups": [{"filters": [first]}, {"filters": [other]}],
            "properties": ["email", "hs_additional_emails"],
            "limit": self._rows,
        }
        path = f"{self._objects}/contacts/search"
        return Listing(
            api=self._api, path=path, rows="results", paging=_NEXT, asks=asks, sent_as="json"
        ).read()

    async def _contact(self, key: str) -> Row | None:
        asks = {"properties": ",".join(await self._names("contacts"))}
        row = await self._api.get(self._objects + _escape.url("contacts", key), asks, optional=True)
        return None if row is None else self._api.record(row)

    def _associated(self, kind: str) -> Callable[[str, Row, str], Batches]:
        async def read(key: str, _row: Row, mark: str) -> Batches:
            path = self._objects + _escape.url("contacts", key, "associations", kind)
            ids = Listing(
                api=self._api,
                path=path,
                rows="results",
                paging=_NEXT,
                asks={"limit": self._rows},
                absent=_ABSENT,
            )
            async for rows, following in ids.read(mark):
                yield await self._read(kind, [self._api.text(row, "toObjectId") for row in rows]), following

        return read

    async def _read(self, kind: str, ids: list[str]) -> list[Row]:
        """Read these objects whole, in the order of their ids."""
        if not ids:
            return []
        asked = {"inputs": [{"id": key} for key in ids], "properties": await self._names(kind)}
        reply = self._api.record(await self._api.post(f"{self._objects}/{kind}/batch/read", asked))
        found = {self._api.text(row, "id"): row for row in self._api.records(reply, "results")}
        self._api.demand({*found} <= {*ids}, "row_of_another")
        return [found[key] for key in ids if key in found]

    async def _names(self, kind: str) -> list[str]:
        """Return every property's name: without them a read shows only a few."""
        reply = self._api.record(await self._api.get(f"/crm/v3/properties/{kind}"))
        return sorted(self._api.text(row, "name") for row in self._api.records(reply, "results"))

    def _archive(self, kind: str) -> Callable[[People], Any]:
        async def act(people: People) -> Done:
            keys = await keys_of(self._api, self._associated(kind), people)
            paths = [self._objects + _escape.url(kind, key) for key in keys]
            return done_by([await self._api.ask("DELETE", path, absent=_ABSENT) for path in paths])

        return act

    async def _forget(self, people: People) -> Done:
        """Erase for good, by id: an address that is unknown would be put on a list for ever."""
        path = f"{self._objects}/contacts/gdpr-delete"
        asked = [key for key, row in people.items() if row]
        replies = [await self._api.ask("POST", path, json={"objectId": k}, absent=_ABSENT) for k in asked]
        return done_by(replies, ready_after=PURGE)

    async def _unsubscribe(self, key: str, _on: bool) -> _http.Reply:  # noqa: FBT001 - it is only set
        email = dug(await self._contact(key), "properties.email")
        path = _escape.url("communication-preferences", self._version, "statuses", email, "unsubscribe-all")
        return await self._api.ask("POST", path, params={"channel": "EMAIL"})

    async def _write(self, key: str, fields: Mapping[str, str]) -> _http.Reply:
        path = self._objects + _escape.url("contacts", key)
        return await self._api.ask("PATCH", path, json={"properties": dict(fields)})


def _card(name: str) -> Card:
    erased = (
        "What is noted on a company's timeline stays there; what belongs to the contact alone goes first."
    )
    return Card(
        name=name,
        vendor="HubSpot",
        collections=(_CONTACTS, *_ASSOCIATED),
        can=frozenset(Verb) - {Verb.RESTRICT, Verb.LIFT},
        finds_by=frozenset({IdentifierKind.EMAIL}),
        teaches=frozenset({IdentifierKind.EMAIL, IdentifierKind.RECORD_KEY}),
        notes="Web visits that HubSpot keeps apart from contacts are not part of this search.",
        abilities={
            Verb.ERASE: Ability(finishes_in=PURGE, note=erased),
            Verb.SUPPRESS: Ability(note="E-mail only."),
            Verb.RECTIFY: Ability(reversible=True),
        },
    )


def _emails(row: Row) -> list[str]:
    first, others = dug(row, "properties.email"), dug(row, "properties.hs_additional_emails")
    found = [first, *(others.split(";") if isinstance(others, str) else ())]
    return [email for email in found if isinstance(email, str) and email]


def _opted_out(row: Row) -> bool:
    return str(dug(row, "properties.hs_email_optout")).lower() == "true"
