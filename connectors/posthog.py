"""PostHog, self-hosted or cloud: one person and their events.

Sources: posthog.com/docs/api (persons, errors), /docs/api/queries (`POST …/query/` with a HogQLQuery, its
`refresh` modes and row limits). Not confirmed against a live project, hence asked with care: that
`values` fills `{placeholders}` with lists; that `email=` compares letter by letter (so we ask for the
address as given and in lower case); that `distinct_ids` of a person may be cut short (so events are asked
for by person as well). Every person that comes back is compared again: a server that ignored the filter
would hand us somebody else.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _http
from connectors._values import key_from, key_text
from dsar.errors import ContractError, OperatorError, TemporaryError
from dsar.holdings import Card, Collection, Findings, Holding, Page
from dsar.person import Identifier, Identity, askable, comparable
from dsar.vocabulary import Category, IdentifierKind

_COLLECTIONS = (
    Collection(name="persons", category=Category.PROFILE, title="Your analytics profile"),
    Collection(name="events", category=Category.TECHNICAL_USAGE, title="What you did on our pages"),
)
_EVENT = ("uuid", "event", "timestamp", "distinct_id", "properties", "elements_chain")
# Instant and id as text: that is exactly what is sorted by, so nothing is lost between two pages.
_PAGE = """
select toString(timestamp), toString(uuid), event, timestamp, distinct_id, properties, elements_chain
from events where ({whose}) and (toString(timestamp) > {{at}}
or (toString(timestamp) = {{at}} and toString(uuid) > {{uuid}}))
order by toString(timestamp), toString(uuid) limit {limit}
"""
_COUNT = "select count() from events where {whose}"

Person = Mapping[str, Any]
Persons = Mapping[str, Person]  # by id, in order


class Settings(BaseModel):
    """`api_key` is a personal API key with the scopes person:read and query:read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    project_id: int = Field(ge=1)
    api_key: SecretStr
    page_rows: int = Field(default=500, ge=1, le=10_000)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "PostHog":
    """Return the connector. Raises `InputError` for an address or a key that cannot be taken."""
    headers = _http.bearer(settings.api_key.get_secret_value())
    api = _http.Api(name, settings.base_url, headers=headers, transport=transport)
    return PostHog(name, api, f"/api/projects/{settings.project_id}", settings.page_rows)


class PostHog:
    """A connected PostHog project."""

    def __init__(self, name: str, api: _http.Api, project: str, page_rows: int) -> None:
        self._api = api
        self._project = project
        self._page_rows = page_rows
        self.card = Card(
            name=name,
            vendor="PostHog",
            collections=_COLLECTIONS,
            finds_by=frozenset({IdentifierKind.EMAIL, IdentifierKind.DISTINCT_ID}),
            teaches=frozenset({IdentifierKind.EMAIL, IdentifierKind.DISTINCT_ID, IdentifierKind.RECORD_KEY}),
            notes="Session recordings are not part of this export.",
        )

    def __repr__(self) -> str:
        return f"PostHog({self.card.name})"

    async def check(self) -> None:
        """Ask for nobody, and for the number one: that takes both scopes. Raises as `_http.Api.get`."""
        await self._api.get(f"{self._project}/persons/", {"distinct_id": "dsar-check", "limit": "1"})
        await self._query("select 1", {})

    async def find(self, identity: Identity) -> Findings:
        """Find the person by e-mail address or distinct id and count their events.

        Several persons stop for a human. Events whose distinct id has no person count as well.
        """
        persons = await self._persons(identity)
        if len(persons) > 1 and not self._frozen(identity):
            return Findings(people=len(persons))
        events = await self._count(persons, identity)
        found = (("persons", len(persons)), ("events", events))
        return Findings(
            holdings=tuple(self._holding(name, count) for name, count in found if count),
            learned=tuple(learned for person in persons.values() for learned in self._learned(person)),
        )

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream persons by id, or events by time and id.

        Raises:
            OperatorError: `several_people`, where `find` was not asked first or its answer not heeded.
            ContractError: `collection_unknown`, `cursor_unreadable`, `pages_repeat`.
        """
        reading = {"persons": self._person_pages, "events": self._event_pages}.get(collection)
        if reading is None:
            raise ContractError(self.card.name, "collection_unknown")
        persons = await self._persons(identity)
        if len(persons) > 1 and not self._frozen(identity):
            raise OperatorError(self.card.name, "several_people")
        async for page in reading(persons, identity, cursor):
            yield page

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await self._api.close()

    async def _persons(self, identity: Identity) -> dict[str, Person]:
        """Return persons by id, in order. Keys learned here before say who is meant, and nothing else."""
        persons: dict[str, Person] = {}
        if frozen := self._frozen(identity):
            for key in frozen:
                if person := await self._api.get(f"{self._project}/persons/{key}/", optional=True):
                    persons[key] = self._api.record(person)
            return persons
        for field, value, fits in _questions(identity):
            async for page in self._api.pages(f"{self._project}/persons/", {field: value}):
                for person in self._api.records(page, "results"):
                    self._api.demand(fits(person), "filter_ignored")
                    persons[self._id(person)] = person
        return dict(sorted(persons.items()))

    async def _count(self, persons: Persons, identity: Identity) -> int:
        whose, values = self._whose(persons, identity)
        if not whose:
            return 0
        rows = await self._query(_COUNT.format(whose=whose), values)
        self._api.demand(len(rows) == 1 and isinstance(rows[0][0], int), "reply_unexpected")
        return int(rows[0][0])

    async def _person_pages(self, persons: Persons, _: Identity, cursor: str) -> AsyncIterator[Page]:
        [after] = key_from(self.card.name, cursor, width=1) if cursor else ("",)
        for key, person in persons.items():
            if key > after:
                yield Page(rows=(dict(person),), cursor=key_text((key,)))

    async def _event_pages(self, persons: Persons, identity: Identity, cursor: str) -> AsyncIterator[Page]:
        whose, values = self._whose(persons, identity)
        after = key_from(self.card.name, cursor, width=2) if cursor else ("", "")
        query = _PAGE.format(whose=whose, limit=self._page_rows)
        while whose:
            asked = {**values, "at": after[0], "uuid": after[1]}
            rows = await self._query(query, asked, width=len(_EVENT) + 1)
            if not rows:
                return
            keys = [after, *((str(row[0]), str(row[1])) for row in rows)]
            self._api.demand(keys == sorted({*keys}), "pages_repeat")
            after = keys[-1]
            yield Page(rows=tuple(_event(row) for row in rows), cursor=key_text(after))

    def _whose(self, persons: Persons, identity: Identity) -> tuple[str, dict[str, list[str]]]:
        """Return the condition for the person's events and its values; empty if there is nothing to ask by.

        Distinct ids that other systems taught us count only where no person is known here: else they
        might be somebody else's.
        """
        keys = {*persons, *self._frozen(identity)}
        known = identity.of(IdentifierKind.DISTINCT_ID, system=self.card.name if keys else None)
        own = [value for person in persons.values() for value in _distinct_ids(person)]
        ids = {value for value in (*own, *known) if askable(value)}
        values = {"person_id": sorted(keys), "distinct_id": sorted(ids)}
        asked = {column: known for column, known in values.items() if known}
        return " or ".join(f"{column} in {{{column}}}" for column in asked), asked

    async def _query(self, query: str, values: Mapping[str, Any], *, width: int = 1) -> list[list[Any]]:
        """Ask in HogQL. Values travel beside the query and are typed and escaped by PostHog."""
        asked = {"kind": "HogQLQuery", "query": " ".join(query.split()), "values": values}
        body = {"query": asked, "refresh": "force_blocking", "name": "dsar"}
        reply = self._api.record(await self._api.post(f"{self._project}/query/", body))
        status, rows = reply.get("query_status"), reply.get("results")
        if isinstance(status, dict) and not status.get("complete", True):
            raise TemporaryError(self.card.name, "query_unfinished")
        whole = isinstance(rows, list) and all(isinstance(row, list) and len(row) == width for row in rows)
        self._api.demand(whole and not reply.get("error"), "reply_unexpected")
        return list(rows or ())

    def _frozen(self, identity: Identity) -> tuple[str, ...]:
        keys = identity.of(IdentifierKind.RECORD_KEY, system=self.card.name)
        return tuple(sorted(self._uuid(key) for key in keys))

    def _id(self, person: Person) -> str:
        return self._uuid(person.get("uuid") or person.get("id"))

    def _uuid(self, text: object) -> str:
        """Return the id, made sure to be one: it becomes part of an address."""
        try:
            return str(UUID(str(text)))
        except ValueError:
            raise ContractError(self.card.name, "person_id_unexpected") from None

    def _learned(self, person: Person) -> list[Identifier]:
        named = [(IdentifierKind.RECORD_KEY, self._id(person))]
        named += [(IdentifierKind.DISTINCT_ID, value) for value in _distinct_ids(person)]
        named += [(IdentifierKind.EMAIL, value) for value in [_email(person)] if value]
        return [Identifier(kind=kind, value=value, system=self.card.name) for kind, value in named]

    def _holding(self, name: str, count: int) -> Holding:
        kind = self.card.collection(name).category
        return Holding(system=self.card.name, collection=name, category=kind, count=count)


Question = tuple[str, str, Callable[[Person], bool]]


def _questions(identity: Identity) -> list[Question]:
    """Return each filter to ask by, its value, and the test that an honest answer passes."""
    emails = [email.strip() for email in identity.of(IdentifierKind.EMAIL) if askable(email)]
    spellings = {comparable(IdentifierKind.EMAIL, email) for email in emails}
    ids = {known for known in identity.of(IdentifierKind.DISTINCT_ID) if askable(known)}

    def has_email(person: Person) -> bool:
        return comparable(IdentifierKind.EMAIL, _email(person)) in spellings

    def has_id(person: Person) -> bool:
        return not ids.isdisjoint(_distinct_ids(person))

    by_email: list[Question] = [("email", value, has_email) for value in sorted({*emails, *spellings})]
    return [*by_email, *(("distinct_id", value, has_id) for value in sorted(ids))]


def _event(row: list[Any]) -> dict[str, Any]:
    event = dict(zip(_EVENT, row[1:], strict=True))
    with suppress(TypeError, ValueError):  # properties come as an object, or as its text
        event["properties"] = json.loads(event["properties"])
    return event


def _distinct_ids(person: Person) -> list[str]:
    found = person.get("distinct_ids")
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []


def _email(person: Person) -> str:
    properties = person.get("properties")
    value = properties.get("email") if isinstance(properties, dict) else None
    return value if isinstance(value, str) else ""
