"""Acme Desk: the people who wrote to a support desk, and their questions. An invented system.

Its interface: `GET /people?email=…` or `?id=…`, where the case of an address makes no difference;
`GET /questions?person=…&after=…&limit=…`, in the order of their ids and with their total; `GET /ping`.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _http
from connectors._values import key_from, key_text
from dsar.errors import ContractError, OperatorError
from dsar.holdings import Card, Collection, Findings, Holding, Page
from dsar.person import Identifier, Identity, askable, comparable
from dsar.vocabulary import Category, IdentifierKind

Record = Mapping[str, Any]


class Settings(BaseModel):
    """`token` is an API token that may read people and questions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    token: SecretStr
    page_rows: int = Field(default=200, ge=1, le=1000)


def connect(
    name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None
) -> "AcmeDesk":
    """Return the connector. Raises `InputError` for an address or a token that cannot be taken."""
    headers = _http.bearer(settings.token.get_secret_value())
    return AcmeDesk(name, _http.Api(name, settings.base_url, headers=headers, transport=transport), settings)


class AcmeDesk:
    """A connected Acme Desk."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._page_rows = settings.page_rows
        self.card = Card(
            name=name,
            vendor="Acme Desk",
            collections=(
                Collection(name="people", category=Category.CONTACT, title="Your contact record"),
                Collection(name="questions", category=Category.SUPPORT, title="What you asked us"),
            ),
            finds_by=frozenset({IdentifierKind.EMAIL}),
            teaches=frozenset({IdentifierKind.RECORD_KEY}),
        )

    def __repr__(self) -> str:
        return f"AcmeDesk({self.card.name})"

    async def check(self) -> None:
        """Ask for nothing. Raises as `_http.Api.get`."""
        await self._api.get("/ping")

    async def find(self, identity: Identity) -> Findings:
        """Find the person by address, or by the ids learned before, and count their questions."""
        people = await self._people(identity)
        if len(people) > 1 and not self._frozen(identity):
            return Findings(people=len(people))
        counts = {"people": len(people), "questions": 0}
        for person in people:
            counts["questions"] += (await self._questions(person, after=0, limit=1))["total"]
        return Findings(
            holdings=tuple(
                Holding(system=self.card.name, collection=c.name, category=c.category, count=counts[c.name])
                for c in self.card.collections
                if counts[c.name]
            ),
            learned=tuple(
                Identifier(kind=IdentifierKind.RECORD_KEY, value=str(person), system=self.card.name)
                for person in people
            ),
        )

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream people by id, or questions by person and id.

        Raises:
            OperatorError: `several_people`, where `find` was not asked first or its answer not heeded.
            ContractError: `collection_unknown`, `cursor_unreadable`, `pages_repeat`.
        """
        reading = {"people": self._people_pages, "questions": self._question_pages}.get(collection)
        if reading is None:
            raise ContractError(self.card.name, "collection_unknown")
        people = await self._people(identity)
        if len(people) > 1 and not self._frozen(identity):
            raise OperatorError(self.card.name, "several_people")
        after = key_from(self.card.name, cursor, width=2) if cursor else (0, 0)
        async for page in reading(people, after):
            yield page

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await self._api.close()

    async def _people_pages(
        self, people: Mapping[int, Record], after: tuple[int, ...]
    ) -> AsyncIterator[Page]:
        for person in sorted(key for key in people if key > after[0]):
            yield Page(rows=(people[person],), cursor=key_text((person, 0)))

    async def _question_pages(
        self, people: Mapping[int, Record], after: tuple[int, ...]
    ) -> AsyncIterator[Page]:
        for person in sorted(key for key in people if key >= after[0]):
            last = after[1] if person == after[0] else 0
            while rows := (await self._questions(person, after=last, limit=self._page_rows))["rows"]:
                self._api.demand(rows[0]["id"] > last, "pages_repeat")
                last = rows[-1]["id"]
                yield Page(rows=tuple(rows), cursor=key_text((person, last)))

    async def _people(self, identity: Identity) -> dict[int, Record]:
        """Return who is meant, by id. Whoever comes back is compared: a server that ignored the filter
        would hand us somebody else.
        """
        frozen = self._frozen(identity)
        emails = {
            comparable(IdentifierKind.EMAIL, e) for e in identity.of(IdentifierKind.EMAIL) if askable(e)
        }
        asked = [("id", key) for key in frozen] or [("email", email) for email in sorted(emails)]
        people: dict[int, Record] = {}
        for field, value in asked:
            reply = self._api.record(await self._api.get("/people", {field: value}))
            for person in self._api.records(reply, "people"):
                self._api.demand(isinstance(person.get("id"), int), "reply_unexpected")
                shown = str(person.get(field))
                self._api.demand(comparable(IdentifierKind.EMAIL, shown) == value, "person_unexpected")
                people[person["id"]] = person
        return people

    async def _questions(self, person: int, *, after: int, limit: int) -> dict[str, Any]:
        asked = {"person": str(person), "after": str(after), "limit": str(limit)}
        reply = self._api.record(await self._api.get("/questions", asked))
        rows, total = self._api.records(reply, "questions"), reply.get("total")
        whole = isinstance(total, int) and all(isinstance(row.get("id"), int) for row in rows)
        self._api.demand(whole, "reply_unexpected")
        return {"rows": rows, "total": total}

    def _frozen(self, identity: Identity) -> tuple[str, ...]:
        """Keys learned here before: from then on they say who is meant, whatever else is known."""
        return identity.of(IdentifierKind.RECORD_KEY, system=self.card.name)
