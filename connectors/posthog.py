"""PostHog, self-hosted or cloud: one person and their events.

Sources: posthog.com/docs/api (persons, errors), /docs/api/queries (`POST …/query/` with a HogQLQuery, its
`refresh` modes and row limits). Not confirmed against a live project, hence asked with care: that
`values` fills `{placeholders}` with lists; that `email=` compares letter by letter (so we ask for the
address as given and in lower case); that `distinct_ids` of a person may be cut short (so events are asked
for by person as well). Every person that comes back is compared again.

Erasing (posthog.com/docs/privacy/data-deletion): `DELETE …/persons/{uuid}/?delete_events=true` takes the
person at once and their events at the next cleaning, on Cloud at a weekend, elsewhere on Sunday. Not
confirmed: `delete_recordings` on that call; its status, 202 or 204. Events of nobody cannot be erased.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _http, _posthog
from connectors._erasure import Done, Eraser, Way, done_by
from connectors._posthog import Person, Persons
from connectors._values import key_from, key_text
from dsar.deeds import Method, Receipt, Seen, Step
from dsar.errors import ContractError, OperatorError, TemporaryError, UnsupportedError
from dsar.holdings import Ability, Card, Findings, Holding, Page
from dsar.person import Identifier, Identity, askable
from dsar.vocabulary import IdentifierKind, Verb

_ABSENT = frozenset({404})
_CLEANING = timedelta(days=7)  # events go at the next weekend


class Settings(BaseModel):
    """`api_key` may person:read, query:read and, to erase, person:write; `self_hosted`: a private address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    project_id: int = Field(ge=1)
    api_key: SecretStr
    self_hosted: bool = False
    page_rows: int = Field(default=500, ge=1, le=10_000)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "PostHog":
    """Return the connector. Raises `InputError` for an address or a key that cannot be taken."""
    headers = _http.bearer(settings.api_key.get_secret_value())
    url, inside = settings.base_url, settings.self_hosted
    api = _http.Api(name, url, headers=headers, transport=transport, self_hosted=inside)
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
            collections=_posthog.COLLECTIONS,
            can=frozenset({Verb.FIND, Verb.EXPORT, Verb.ERASE, Verb.VERIFY}),
            finds_by=frozenset({IdentifierKind.EMAIL, IdentifierKind.DISTINCT_ID}),
            teaches=frozenset({IdentifierKind.EMAIL, IdentifierKind.DISTINCT_ID, IdentifierKind.RECORD_KEY}),
            notes="Session recordings are not part of this export.",
            abilities={
                Verb.ERASE: Ability(
                    finishes_in=2 * _CLEANING,
                    note="Recordings go with the person; their ids must not be used again.",
                )
            },
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
        persons = await self._known(identity)
        async for page in reading(persons, identity, cursor):
            yield page

    async def plan_erasure(self, identity: Identity) -> Sequence[Step]:
        """Return the person and their events: PostHog takes both together. Raises as `export`."""
        return await self._eraser(identity).plan(identity)

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        """Have the person removed; the events follow within days.

        Raises:
            OperatorError: `plan_outgrown`, `plan_partial`, `several_people`.
            UnsupportedError: `events_of_nobody`; there is no person to remove them with.
        """
        return await self._eraser(identity).erase(identity, steps)

    async def verify(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        """Count again."""
        return await self._eraser(identity).verify(identity, receipts)

    def _eraser(self, identity: Identity) -> Eraser:
        async def forget(persons: Persons) -> Done:
            if not persons and not self._frozen(identity):
                raise UnsupportedError(self.card.name, "events_of_nobody")
            asked = {"delete_events": "true", "delete_recordings": "true"}
            paths = [f"{self._project}/persons/{self._uuid(key)}/" for key in persons]
            replies = [await self._api.ask("DELETE", path, params=asked, absent=_ABSENT) for path in paths]
            return done_by(replies, ready_after=_CLEANING)

        async def count(persons: Persons) -> int:
            return await self._count(persons, identity)

        ways = {
            "events": Way(method=Method.REMOVE, act=forget, takes=("persons",)),
            "persons": Way(method=Method.REMOVE, act=forget, takes=("events",)),
        }
        return Eraser(reader=_posthog.Counted(self.card, self._known, self._persons, count), ways=ways)

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await self._api.close()

    async def _known(self, identity: Identity) -> Persons:
        persons = await self._persons(identity)
        if len(persons) > 1 and not self._frozen(identity):
            raise OperatorError(self.card.name, "several_people")
        return persons

    async def _persons(self, identity: Identity) -> dict[str, Person]:
        """Return persons by id, in order. Keys learned here before say who is meant, and nothing else."""
        persons: dict[str, Person] = {}
        if frozen := self._frozen(identity):
            for key in frozen:
                if person := await self._api.get(f"{self._project}/persons/{key}/", optional=True):
                    persons[key] = self._api.record(person)
            return persons
        for field, value, fits in _posthog.questions(identity):
            async for page in self._api.pages(f"{self._project}/persons/", {field: value}):
                for person in self._api.records(page, "results"):
                    self._api.demand(fits(person), "filter_ignored")
                    persons[self._id(person)] = person
        return dict(sorted(persons.items()))

    async def _count(self, persons: Persons, identity: Identity) -> int:
        whose, values = self._whose(persons, identity)
        if not whose:
            return 0
        rows = await self._query(_posthog.COUNT.format(whose=whose), values)
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
        query = _posthog.PAGE.format(whose=whose, limit=self._page_rows)
        while whose:
            asked = {**values, "at": after[0], "uuid": after[1]}
            rows = await self._query(query, asked, width=len(_posthog.EVENT) + 1)
            if not rows:
                return
            keys = [after, *((str(row[0]), str(row[1])) for row in rows)]
            self._api.demand(keys == sorted({*keys}), "pages_repeat")
            after = keys[-1]
            yield Page(rows=tuple(_posthog.event(row) for row in rows), cursor=key_text(after))

    def _whose(self, persons: Persons, identity: Identity) -> tuple[str, dict[str, list[str]]]:
        """Return the condition for the person's events and its values; empty if there is nothing to ask by.

        Distinct ids that other systems taught us count only where no person is known here: else they
        might be somebody else's.
        """
        keys = {*persons, *self._frozen(identity)}
        known = identity.of(IdentifierKind.DISTINCT_ID, system=self.card.name if keys else None)
        own = [value for person in persons.values() for value in _posthog.distinct_ids(person)]
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
        named = [(IdentifierKind.RECORD_KEY, self._id(person)), *_posthog.taught(person)]
        return [Identifier(kind=kind, value=value, system=self.card.name) for kind, value in named]

    def _holding(self, name: str, count: int) -> Holding:
        kind = self.card.collection(name).category
        return Holding(system=self.card.name, collection=name, category=kind, count=count)
