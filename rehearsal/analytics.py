"""What the demo's analytics service holds: some of the CRM's people, and some that the CRM has never seen.

Every third person never told their e-mail address there: only an id that the CRM knows leads to them.
"""

import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rehearsal.people import ADA_NUMBER, Person, everybody

_SINCE = datetime(2024, 1, 8, 7, 0, 0, 123456, tzinfo=UTC)
_SPACE = uuid.UUID("6f0f3ab4-0c5c-4b7a-9d3c-5d2f1c0b7e11")
_EVENTS = ("$pageview", "$autocapture", "basket changed", "$pageleave")
_SCHEMA = """
create table persons (id text primary key, created_at text not null, properties text not null);
create table distinct_ids (distinct_id text primary key, person_id text not null references persons (id));
create index distinct_ids_person on distinct_ids (person_id);
create table events (
  uuid text primary key, event text not null, timestamp text not null, distinct_id text not null,
  person_id text not null, properties text not null, elements_chain text not null);
create index events_person on events (person_id);
create index events_distinct_id on events (distinct_id);
"""


def build(path: Path) -> None:
    """Write the storage into a new file; an older one there is replaced."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_SCHEMA)
        for person in visitors():
            add(database, person, events=1240 if person.number == ADA_NUMBER else person.number % 17)


def visitors() -> tuple[Person, ...]:
    """Return whom the service has seen: every tenth person keeps away from scripts."""
    return tuple(person for person in everybody() if person.number % 10)


def tells_email(person: Person) -> bool:
    """Whether the service knows the person's address."""
    return person.number % 3 != ADA_NUMBER % 3


def add(database: sqlite3.Connection, person: Person, *, events: int) -> None:
    """Write one person with that many events, under both of their ids."""
    id_ = str(uuid.uuid5(_SPACE, person.visitor_id))
    properties = {"$initial_referrer": "https://search.example/", "plan": "free"}
    if tells_email(person):
        properties |= {"email": person.email, "name": person.name}
    since = _SINCE + timedelta(hours=person.number)
    database.execute("insert into persons values (?, ?, ?)", (id_, since.isoformat(), json.dumps(properties)))
    ids = [(person.visitor_id, id_), (person.anonymous_id, id_)]
    database.executemany("insert into distinct_ids values (?, ?)", ids)
    database.executemany(
        "insert into events values (?, ?, ?, ?, ?, ?, ?)", _events(person, id_, since, events)
    )


def _events(person: Person, id_: str, since: datetime, count: int) -> Iterator[tuple[str, ...]]:
    for k in range(count):
        # Pairs of events share an instant, as they do when a browser sends them together.
        at = (since + timedelta(minutes=17 * (k // 2))).strftime("%Y-%m-%d %H:%M:%S.%f")
        known = person.anonymous_id if k < count // 4 else person.visitor_id
        properties = {
            "$current_url": f"https://shop.example.com/catalogue/{k % 50}?ref={person.number}",
            "$ip": f"192.0.2.{person.number % 250}",
            "$browser": ("Firefox", "Safari", "Chrome")[person.number % 3],
        }
        key = str(uuid.uuid5(_SPACE, f"{person.visitor_id}/{k}"))
        yield key, _EVENTS[k % len(_EVENTS)], at, known, id_, json.dumps(properties), ""
