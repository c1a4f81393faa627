"""What PostHog's records say, read without trust."""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from dsar.holdings import Card, Collection
from dsar.person import Identity, askable, comparable
from dsar.vocabulary import Category, IdentifierKind

COLLECTIONS = (
    Collection(name="persons", category=Category.PROFILE, title="Your analytics profile"),
    Collection(name="events", category=Category.TECHNICAL_USAGE, title="What you did on our pages"),
)
# Instant and id as text: that is exactly what is sorted by, so nothing is lost between two pages.
PAGE = """
select toString(timestamp), toString(uuid), event, timestamp, distinct_id, properties, elements_chain
from events where ({whose}) and (toString(timestamp) > {{at}}
or (toString(timestamp) = {{at}} and toString(uuid) > {{uuid}}))
order by toString(timestamp), toString(uuid) limit {limit}
"""
COUNT = "select count() from events where {whose}"
EVENT = ("uuid", "event", "timestamp", "distinct_id", "properties", "elements_chain")
Person = Mapping[str, Any]
Persons = Mapping[str, Person]  # by id, in order


@dataclass(frozen=True, slots=True)
class Counted:
    """Who is meant and how much is held of them, as an eraser asks."""

    card: Card
    known: Callable[[Identity], Awaitable[Persons]]
    people: Callable[[Identity], Awaitable[Persons]]
    events: Callable[[Persons], Awaitable[int]]

    async def count(self, collection: str, people: Persons) -> int:
        """Count one collection."""
        return len(people) if collection == "persons" else await self.events(people)


Question = tuple[str, str, Callable[[Person], bool]]


def questions(identity: Identity) -> list[Question]:
    """Return each filter to ask by, its value, and the test that an honest answer passes."""
    emails = [email.strip() for email in identity.of(IdentifierKind.EMAIL) if askable(email)]
    spellings = {comparable(IdentifierKind.EMAIL, email) for email in emails}
    ids = {known for known in identity.of(IdentifierKind.DISTINCT_ID) if askable(known)}

    def has_email(person: Person) -> bool:
        return comparable(IdentifierKind.EMAIL, email(person)) in spellings

    def has_id(person: Person) -> bool:
        return not ids.isdisjoint(distinct_ids(person))

    by_email: list[Question] = [("email", value, has_email) for value in sorted({*emails, *spellings})]
    return [*by_email, *(("distinct_id", value, has_id) for value in sorted(ids))]


def event(row: list[Any]) -> dict[str, Any]:
    event = dict(zip(EVENT, row[1:], strict=True))
    with suppress(TypeError, ValueError):  # properties come as an object, or as its text
        event["properties"] = json.loads(event["properties"])
    return event


def distinct_ids(person: Person) -> list[str]:
    found = person.get("distinct_ids")
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []


def email(person: Person) -> str:
    properties = person.get("properties")
    value = properties.get("email") if isinstance(properties, dict) else None
    return value if isinstance(value, str) else ""


def taught(person: Person) -> list[tuple[IdentifierKind, str]]:
    """Return what a person's record teaches other systems."""
    ids = [(IdentifierKind.DISTINCT_ID, value) for value in distinct_ids(person)]
    return ids + [(IdentifierKind.EMAIL, value) for value in [email(person)] if value]
