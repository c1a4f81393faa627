"""A small shop in PostgreSQL: five tables linked by foreign keys, and people with 10 to 100,000 rows in them.

The database is thrown away with the bench. Every key that a search follows has an index, as the how-to asks
of any connected database.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import yaml
from psycopg import sql

_TABLES = """
CREATE TABLE customers (
    id bigint PRIMARY KEY, email text UNIQUE, full_name text, phone text, birth_date date,
    created_at timestamptz NOT NULL
);
CREATE INDEX ON customers (lower(email));
CREATE TABLE addresses (
    id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id),
    street text, city text, postcode text, country text
);
CREATE INDEX ON addresses (customer_id);
CREATE TABLE orders (
    id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id),
    placed_at timestamptz NOT NULL, total_cents bigint NOT NULL, delivery_note text
);
CREATE INDEX ON orders (customer_id);
CREATE TABLE payments (
    id bigserial PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders (id),
    card_holder text, card_last4 text, amount_cents bigint NOT NULL, paid_at timestamptz NOT NULL
);
CREATE INDEX ON payments (order_id);
CREATE TABLE visits (
    id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id),
    visited_at timestamptz NOT NULL, ip_address text, user_agent text, page_url text
);
CREATE INDEX ON visits (customer_id);
CREATE TEMP TABLE wanted (id bigint, addresses int, orders int, payments int, visits int);
"""

_ROWS = """
INSERT INTO customers
SELECT id, 'person' || id || '@shop.example', 'Customer ' || id, '+44207' || lpad(id::text, 7, '0'),
    date '1960-02-01' + (id % 15000)::int, timestamptz '2019-05-01 08:00+00' + id * interval '3 minutes'
FROM wanted;
INSERT INTO addresses (customer_id, street, city, postcode, country)
SELECT id, n || ' Lantern Row', 'Harbour ' || id % 89, 'HB' || id % 9000, 'GB'
FROM wanted, generate_series(1, addresses) n;
INSERT INTO orders (customer_id, placed_at, total_cents, delivery_note)
SELECT id, timestamptz '2023-03-01 00:00+00' + n * interval '11 minutes', n * 139 % 80000 + 250,
    'Ring twice, then leave it with the porter of house ' || n % 50
FROM wanted, generate_series(1, orders) n;
INSERT INTO payments (order_id, card_holder, card_last4, amount_cents, paid_at)
SELECT first + (n - 1) % orders, 'Customer ' || id, lpad((id * 37 + n)::text, 4, '0'), n * 139 % 80000 + 250,
    timestamptz '2023-03-01 02:00+00' + n * interval '11 minutes'
FROM wanted JOIN (SELECT customer_id, min(id) AS first FROM orders GROUP BY 1) o ON o.customer_id = wanted.id,
    generate_series(1, payments) n;
INSERT INTO visits (customer_id, visited_at, ip_address, user_agent, page_url)
SELECT id, timestamptz '2023-03-01 00:00+00' + n * interval '80 seconds',
    '10.' || n % 250 || '.' || id % 250 || '.9',
    'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/1' || n % 30,
    'https://shop.example/shelf/' || n % 7000
FROM wanted, generate_series(1, visits) n;
"""

_MAP: Mapping[str, Any] = {
    "vendor": "Lantern Shop (PostgreSQL)",
    "person": {"table": "customers", "finds_by": {"email": "email"}},
    "collections": {
        "customers": {"category": "identity"},
        "addresses": {"category": "contact", "via": {"customer_id": "customers.id"}},
        "orders": {"category": "transaction", "via": {"customer_id": "customers.id"}},
        "payments": {"category": "financial", "via": {"order_id": "orders.id"}},
        "visits": {"category": "technical_usage", "via": {"customer_id": "customers.id"}},
    },
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of customer: the first id, how many there are, and how many rows each has in the tables."""

    first: int
    people: int
    addresses: int
    orders: int
    payments: int
    visits: int

    @property
    def rows(self) -> int:
        return 1 + self.addresses + self.orders + self.payments + self.visits

    def email(self, number: int) -> str:
        """Return the address of the n-th customer of this kind; they take turns."""
        return f"person{self.first + number % self.people}@shop.example"


SMALL = Kind(1, 2000, addresses=1, orders=2, payments=2, visits=4)
MEDIUM = Kind(20_001, 40, addresses=2, orders=150, payments=200, visits=647)
LARGE = Kind(30_001, 3, addresses=2, orders=10_000, payments=10_000, visits=79_997)


@contextmanager
def database(server: str) -> Iterator[str]:
    """Create an empty database on a PostgreSQL server and drop it at the end. Yields its URL.

    Raises:
        psycopg.OperationalError: the server does not answer, or does not let us.
    """
    name = f"dsar_bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{server.rsplit('/', 1)[0]}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def fill(url: str, kinds: tuple[Kind, ...]) -> None:
    """Make the tables and their rows, the same each time."""
    wanted = [
        (kind.first + n, kind.addresses, kind.orders, kind.payments, kind.visits)
        for kind in kinds
        for n in range(kind.people)
    ]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(_TABLES)
        cursor.executemany("INSERT INTO wanted VALUES (%s, %s, %s, %s, %s)", wanted)
        cursor.execute(_ROWS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def data_map() -> Mapping[str, Any]:
    """Return the shop's data map, which says what is where and nothing of erasing."""
    return _MAP


def write_systems(directory: Path, url: str) -> Path:
    """Write the data map and a `systems.yaml` that names the shop. Returns the latter."""
    (directory / "shop.map.yaml").write_text(yaml.safe_dump(dict(_MAP), sort_keys=False))
    settings = {"url": url, "map": str(directory / "shop.map.yaml")}
    systems = directory / "systems.yaml"
    systems.write_text(
        yaml.safe_dump({"systems": [{"name": "shop", "connector": "sql", "settings": settings}]})
    )
    return systems
