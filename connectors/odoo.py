"""Odoo 19 and later, by its JSON-2 interface: contacts, and what hangs on them.

Sources: Odoo's own documentation of the external JSON-2 API (paths, named arguments, errors) of 2026. Models
of modules that are not installed answer 404 and hold nothing. Archived contacts are searched, too. A contact
with a draft or posted invoice is not removed (Odoo's module `account` refuses it as an error of the user,
which comes with status 422): it stays as long as the books, and `open_documents` goes to a person.
Not confirmed against a live server: that `write` takes `vals`. Odoo's own privacy lookup is not used: it also
matches by name, and a name finds nobody here.
"""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _http
from connectors._auth import header
from connectors._erasure import Done, Eraser, Way, done_by, keys_of
from connectors._marks import Marker, Rectifier
from connectors._paging import Batches, walked
from connectors._reader import People, Question, Reader, Stream, record_of, shown, value_of
from dsar.deeds import Method
from dsar.errors import OperatorError
from dsar.holdings import Ability, Card, Collection, Enforcer, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

_ABSENT = frozenset({404})
_KEPT = 422  # something that must stay refers to it
_PARTNERS = Collection(name="contacts", category=Category.CONTACT, title="Your contact record")
# By collection: the model, the field that names the contact, whether its rows may be removed.
_CHILDREN = {
    "leads": ("crm.lead", "partner_id", True, "What we know of you as a prospect", Category.CONTACT),
    "messages": ("mail.message", "author_id", True, "What you wrote to us", Category.SUPPORT),
    "calendar": ("calendar.attendee", "partner_id", True, "Meetings with you", Category.SUPPORT),
    "orders": ("sale.order", "partner_id", False, "Your orders", Category.TRANSACTION),
    "invoices": ("account.move", "partner_id", False, "Your invoices", Category.TRANSACTION),
}

_TALK = frozenset({"messages", "leads"})  # free text, which may speak of others


class Settings(BaseModel):
    """`api_key` is a key of a user who may read and change what is listed below. `database` is needed where
    several share a host; `self_hosted` where the host has an address of your own network.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    api_key: SecretStr
    database: str = ""
    self_hosted: bool = False
    page_rows: int = Field(default=200, ge=1, le=1000)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "Odoo":
    """Return the connector. Raises `InputError` for an address or a key that cannot be taken."""
    headers = header("Authorization", settings.api_key.get_secret_value(), scheme="bearer")
    headers |= {"X-Odoo-Database": settings.database} if settings.database else {}
    api = _http.Api(
        name,
        settings.base_url.rstrip("/") + "/json/2",
        headers=headers,
        transport=transport,
        self_hosted=settings.self_hosted,
    )
    return Odoo(name, api, settings)


class Odoo:
    """A connected Odoo database."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._rows = settings.page_rows
        children = {
            n: Collection(name=n, category=c, title=t, third_party=("*",) if n in _TALK else ())
            for n, (*_, t, c) in _CHILDREN.items()
        }
        self.card = _card(name, (_PARTNERS, *children.values()))
        kinds = {IdentifierKind.EMAIL: "email", IdentifierKind.ACCOUNT_ID: "ref"}
        reader = Reader(
            card=self.card,
            questions=tuple(
                Question(kind=kind, ask=self._by(field), shown=shown(field)) for kind, field in kinds.items()
            ),
            person=self._partner,
            key_of=lambda row: str(self._number(row)),
            streams=(
                Stream(collection=_PARTNERS, read=record_of),
                *(Stream(collection=c, read=self._children(n), mine=_is_of(n)) for n, c in children.items()),
            ),
            teaches=lambda row: [
                *((kind, row.get(field)) for kind, field in kinds.items()),
                (IdentifierKind.PHONE, row.get("phone")),
            ],
        )
        self.find, self.export, self.close = reader.find, reader.export, api.close
        self._offer(reader)

    def _offer(self, reader: Reader) -> None:
        ways = {
            n: Way(method=Method.REMOVE, act=self._forget(model, self._children(n)))
            for n, (model, _, removable, *_) in _CHILDREN.items()
            if removable
        }
        ways["contacts"] = Way(method=Method.REMOVE, act=self._forget("res.partner", record_of))
        marker = Marker(reader=reader, marked=lambda row: row.get("active") is False, write=self._archive)
        eraser = Eraser(reader=reader, ways=ways, markers={Verb.RESTRICT: marker, Verb.LIFT: marker})
        rectifier = Rectifier(
            reader=reader,
            collection="contacts",
            attributes={f: value_of(f) for f in ("name", "email", "phone", "street", "zip", "city")},
            write=self._write,
        )
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify
        self.restrict, self.lift, self.rectify = marker.restrict, marker.lift, rectifier.rectify

    def __repr__(self) -> str:
        return f"Odoo({self.card.name})"

    async def check(self) -> None:
        """Search for nobody. Raises as `_http.Api.get`."""
        async for _ in self._by("email")("dsar-check@nobody.invalid"):
            break

    def _by(self, field: str) -> Callable[[str], Batches]:
        """Compare exactly: `=ilike` takes % and _ for more than they are, so those are escaped."""

        def ask(value: str) -> Batches:
            escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            return self._search("res.partner", [[field, "=ilike", escaped]])

        return ask

    def _search(self, model: str, domain: list[list[Any]], mark: str = "") -> Batches:
        """Read by id, page after page: what is written meanwhile shifts nothing."""

        async def fetch(after: str) -> tuple[list[Row], str]:
            further = [["id", ">", int(after)]] if after else []
            asked = {
                "domain": [*domain, *further],
                "limit": self._rows,
                "order": "id",
                "context": {"active_test": False},
            }
            reply = await self._api.ask("POST", f"/{model}/search_read", json=asked, absent=_ABSENT)
            rows = self._api.records({"rows": [] if reply.status in _ABSENT else reply.body}, "rows")
            last = max(map(self._number, rows), default=0)
            return [*rows], str(last) if len(rows) == self._rows else ""

        return walked(self.card.name, fetch, mark)

    async def _partner(self, key: str) -> Row | None:
        self._api.demand(key.isdecimal(), "record_key_unexpected")
        found = [
            row async for rows, _ in self._search("res.partner", [["id", "=", int(key)]]) for row in rows
        ]
        return found[0] if found else None

    def _number(self, row: Row) -> int:
        found = row.get("id")
        self._api.demand(type(found) is int and found > 0, "reply_unexpected")
        return int(str(found))

    def _children(self, name: str) -> Callable[[str, Row, str], Batches]:
        model, field, *_ = _CHILDREN[name]
        return lambda key, _row, mark: self._search(model, [[field, "=", int(key)]], mark)

    def _forget(self, model: str, read: Callable[[str, Row, str], Batches]) -> Callable[[People], Any]:
        async def act(people: People) -> Done:
            keys = await keys_of(self._api, read, people)
            self._api.demand(all(map(str.isdecimal, keys)), "reply_unexpected")
            ids = [int(key) for key in keys]
            reply = await self._api.ask(
                "POST", f"/{model}/unlink", json={"ids": ids}, absent={*_ABSENT, _KEPT}
            )
            if reply.status == _KEPT:
                raise OperatorError(self.card.name, "open_documents")
            return done_by([reply])

        return act

    async def _archive(self, key: str, on: bool) -> _http.Reply:  # noqa: FBT001 - the mark itself
        return await self._put(key, {"active": not on})

    async def _write(self, key: str, fields: Mapping[str, str]) -> _http.Reply:
        return await self._put(key, fields)

    async def _put(self, key: str, fields: Mapping[str, object]) -> _http.Reply:
        asked = {"ids": [int(key)], "vals": dict(fields)}
        return await self._api.ask("POST", "/res.partner/write", json=asked)


def _card(name: str, collections: tuple[Collection, ...]) -> Card:
    return Card(
        name=name,
        vendor="Odoo",
        collections=collections,
        can=frozenset(Verb) - {Verb.SUPPRESS},
        finds_by=frozenset({IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID}),
        teaches=frozenset(
            {IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID, IdentifierKind.PHONE, IdentifierKind.RECORD_KEY}
        ),
        abilities={
            Verb.ERASE: Ability(note="Orders and invoices stay as long as the books must be kept."),
            Verb.RESTRICT: Ability(
                reversible=True, enforced_by=Enforcer.NOBODY, note="The contact is archived: out of sight."
            ),
            Verb.RECTIFY: Ability(reversible=True),
        },
    )


def _is_of(name: str) -> Callable[[str, Row], bool]:
    """A many-to-one field comes as its id, or as a pair of id and name."""
    field = _CHILDREN[name][1]

    def mine(key: str, row: Row) -> bool:
        said = row.get(field)
        return str(said[0] if isinstance(said, list) and said else said) == key

    return mine
