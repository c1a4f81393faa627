"""The demo's CRM: one SQLite file of an invented shop, the same at every build."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rehearsal.people import ADA_NUMBER, HOW_MANY, Person, everybody

MAP = Path(__file__).with_name("crm.map.yaml")

_OPENED = datetime(2023, 3, 1, 9, 30, tzinfo=UTC)
_SCHEMA = """
create table people (
  id integer primary key, account_id text not null unique, full_name text not null, email text not null,
  phone text, analytics_id text, born_on text, password_hash blob not null, created_at text not null,
  restricted integer not null default 0, tracked integer not null default 1);
create index people_email on people (lower(email));
create table addresses (
  id integer primary key, person_id integer not null references people (id),
  street text, city text, postcode text, country text);
create index addresses_person on addresses (person_id);
create table orders (
  id integer primary key, person_id integer not null references people (id),
  placed_at text not null, total_pence integer not null, delivery_note text);
create index orders_person on orders (person_id);
create table order_lines (
  order_id integer not null references orders (id), line integer not null,
  article text not null, pieces integer not null, weight_kg real, primary key (order_id, line));
create table payments (
  id integer primary key, order_id integer not null references orders (id), paid_at text not null,
  amount_pence integer not null, card_last4 text, processor_reference text);
create index payments_order on payments (order_id);
create table conversations (
  id integer primary key, person_id integer not null references people (id),
  opened_at text not null, topic text not null);
create index conversations_person on conversations (person_id);
create table messages (
  id integer primary key, conversation_id integer not null references conversations (id),
  written_at text not null, from_customer integer not null, body text not null);
create index messages_conversation on messages (conversation_id);
create table notes (
  id integer primary key, person_id integer not null references people (id),
  noted_at text not null, body text not null);
create index notes_person on notes (person_id);
create table newsletter (
  email text not null, topic text not null, since text not null, primary key (email, topic));
"""
_COLUMNS = {  # the flags at the end of a row begin as the table says
    "people": "(id, account_id, full_name, email, phone, analytics_id, born_on, password_hash, created_at)"
}
_ARTICLES = ("Sea salt", "Linen towel", "Oak board", "Rope lamp", "Tide clock", "Enamel mug", "Wool throw")
_BODIES = (
    "Where is my parcel?",
    "It is on the van and comes tomorrow.",
    "Thank you! Could it be left with a neighbour?",
    "=1+1 was in my confirmation. Is that right?",
    "<b>Bold</b> claims & plain answers.",
)

Row = tuple[object, ...]


def build(path: Path) -> None:
    """Write the CRM into a new file; an older one there is replaced."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_SCHEMA)
        for table, row in _rows():
            columns, marks = _COLUMNS.get(table, ""), ", ".join("?" * len(row))
            # A shared mailbox subscribes once, whoever opened the account.
            database.execute(f"insert or ignore into {table} {columns} values ({marks})", row)  # noqa: S608 - our own names


def customers() -> tuple[Person, ...]:
    """Return whom the CRM knows: the last twenty only ever looked at the pages."""
    return tuple(person for person in everybody() if person.number <= HOW_MANY - 20)


def _rows() -> Iterator[tuple[str, Row]]:
    for person in customers():
        yield from _person(person)
        yield from _trade(person)
        yield from _talk(person)


def _person(person: Person) -> Iterator[tuple[str, Row]]:
    n = person.number
    born = date(1950, 1, 1) + timedelta(days=n * 71)
    secret = hashlib.sha256(f"password of {n}".encode()).digest()
    row = (n, person.account_id, person.name, person.email, _dialled(person), person.visitor_id)
    yield "people", (*row, born.isoformat(), secret, _at(n, 0))
    for k in range(2 if _heroine(n) else 1):
        street = f"{n + k} Harbour Row" if n % 5 else f"{n} \"The Old 'Granary'\", Quay; Lane\n2nd floor"
        yield "addresses", (n * 10 + k, n, street, f"Port {n % 23}", f"HB{n % 90} {k}QQ", "GB")
    for topic in ("offers", "sailing")[: n % 3]:
        yield "newsletter", (person.email, topic, _at(n, 1))


def _trade(person: Person) -> Iterator[tuple[str, Row]]:
    n = person.number
    for k in range(40 if _heroine(n) else n % 5):
        order = n * 100 + k
        note = None if k % 4 else f"Ring twice for {person.name}"
        yield "orders", (order, n, _at(n, 10 + k), 900 + 137 * k, note)
        for line in range(1, 2 + k % 3):
            article = _ARTICLES[(n + k + line) % len(_ARTICLES)]
            yield "order_lines", (order, line, article, 1 + line % 2, 0.25 * line)
        yield (
            "payments",
            (order, order, _at(n, 11 + k), 900 + 137 * k, f"{n * 31 % 10000:04d}", f"ref-{order}"),
        )


def _talk(person: Person) -> Iterator[tuple[str, Row]]:
    n = person.number
    for k in range(3 if _heroine(n) else n % 2):
        conversation = n * 10 + k
        yield "conversations", (conversation, n, _at(n, 60 + k), "Delivery")
        for m, body in enumerate(_BODIES):
            yield "messages", (conversation * 10 + m, conversation, _at(n, 60 + k), int(m % 2 == 0), body)
    for k in range(5 if _heroine(n) else n % 3):
        yield "notes", (n * 10 + k, n, _at(n, 80 + k), f"{person.name} prefers to be called in the morning.")


def _heroine(number: int) -> bool:
    return number == ADA_NUMBER


def _dialled(person: Person) -> str:
    """Spell numbers as people type them, each a little differently."""
    digits = person.phone.removeprefix("+44")
    return (person.phone, f"+44 {digits[:2]} {digits[2:6]} {digits[6:]}", f"0044-{digits}")[person.number % 3]


def _at(number: int, step: int) -> str:
    return (_OPENED + timedelta(hours=number, days=step)).isoformat()
