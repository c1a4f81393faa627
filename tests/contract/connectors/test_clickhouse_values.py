"""What ClickHouse holds and how it answers: kinds of its own, copies to be found, answers that break off."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from connectors import _clickhouse, _sql, _sql_engine
from dsar.errors import OperatorError, TemporaryError
from tests.contract.connectors.reading import known, pages
from tests.contract.connectors.systems.sql import VARIANTS, PretendShop
from tests.contract.connectors.test_clickhouse_alone import ONLY, PERSON, connected
from tests.contract.connectors.test_sql_deeds_alone import rows
from tests.people import ADA_EMAIL, identity


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PretendShop]:
    with VARIANTS["clickhouse"](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        yield pretend


async def test_every_kind_of_value_leaves_as_it_is(shop: PretendShop) -> None:
    rows(
        shop,
        "create table kinds (id UInt64, customer_id Int64, paid Decimal(38, 4),"
        " tags Array(LowCardinality(String)), counts Map(String, UInt64), said JSON,"
        " mood Enum('' = 0, 'well' = 1), spoken LowCardinality(Nullable(String)), raw FixedString(2),"
        " at Nullable(DateTime64(9, 'Asia/Tokyo')), day Date32, address IPv4,"
        " pair Tuple(a Int8, b String), ratio Float64, seen DateTime('Europe/Paris'))"
        " engine = MergeTree order by id",
    )
    rows(
        shop,
        "insert into kinds values (18446744073709551615, 1, 1.20, ['x'], {'n': 18446744073709551615},"
        " '{\"a\": {\"b\": 1}}', 'well', null, unhex('ff00'), '2026-05-01 12:00:00.123456789', '1925-01-01',"
        " '192.0.2.1', (1, 'x'), nan, '2026-05-01 12:00:00')",
    )
    text = PERSON + ONLY + "  kinds: {category: profile, via: {customer_id: customers.id}}\n"
    async with connected(shop, text) as system:
        [page] = await pages(system, await known(system), "kinds")

    assert page.rows == (
        {
            "id": 18446744073709551615,
            "customer_id": 1,
            "paid": "1.2000",
            "tags": ["x"],
            "counts": {"n": 18446744073709551615},
            "said": {"a": {"b": 1}},
            "mood": "well",
            "spoken": None,
            "raw": {"base64": "/wA=", "note": "2 bytes that are not text"},
            "at": "2026-05-01T03:00:00.123456789Z",
            "day": "1925-01-01",
            "address": "192.0.2.1",
            "pair": {"a": 1, "b": "x"},
            "ratio": "nan",
            "seen": "2026-05-01T10:00:00+00:00",
        },
    )


async def test_a_number_of_64_bits_finds_its_person(shop: PretendShop) -> None:
    widened = "alter table customers update account = 18446744073709551615 where id = 1"
    rows(shop, f"{widened} settings mutations_sync = 1")
    async with connected(shop) as system:
        widest = await system.find(identity("", account_id="18446744073709551615"))
        beyond = await system.find(identity("", account_id="9" * 25))

    assert "customers" in {h.collection for h in widest.holdings}
    assert beyond.holdings == ()


async def test_copies_in_views_arrays_and_names_that_bite_are_found(shop: PretendShop) -> None:
    table, column = 'mail "log"; drop `customers`;\\--', "it's % a `:column`\\"
    quoted = [part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") for part in (table, column)]
    rows(
        shop, f'create table "{quoted[0]}" ("{quoted[1]}" Array(String)) engine = MergeTree order by tuple()'
    )
    rows(shop, f"insert into \"{quoted[0]}\" values (['to', '{ADA_EMAIL}'])")  # noqa: S608  # our own words
    rows(shop, "create table audit (id Int64, change JSON) engine = MergeTree order by id")
    rows(shop, "create materialized view copied engine = MergeTree order by id as select * from audit")
    rows(shop, f'insert into audit values (1, \'{{"email": "{ADA_EMAIL}"}}\')')  # noqa: S608  # as above
    async with connected(shop) as system:
        found = {one.place: one.count for one in (await system.scan(await known(system))).found}

    assert {f"{table}.{column}": 1, "audit.change": 1}.items() <= found.items()
    assert [1] == [count for place, count in found.items() if place.startswith(".inner")]
    assert not [place for place in found if place.startswith("copied")]


async def test_an_account_that_may_set_nothing_is_told_apart(shop: PretendShop) -> None:
    async with connected(shop, username="reader", password="only looks") as system:
        with pytest.raises(OperatorError, match="settings_refused"):
            await system.check()


async def test_a_statement_that_takes_too_long_is_ended(
    shop: PretendShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sql_engine, "STATEMENT_SECONDS", 0.5)
    database = _sql.Database("shop", shop.url.render_as_string(hide_password=False))
    endless = sa.text("select count(*) from numbers(1000000000000) where number * number = 7")

    with pytest.raises(TemporaryError, match="statement_timeout"):
        await database.run(lambda c: c.execute(endless).all())
    await database.close()


def answering(*parts: bytes, status: int = 200) -> tuple[_clickhouse.Cursor, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, content=iter(parts))

    client = httpx.Client(base_url="https://sample.example", transport=httpx.MockTransport(answer))
    return _clickhouse.Cursor(client, {"readonly": "2"}), asked


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (b"Code: 241. DB::Exception: Memory limit exceeded, ada.osei@subject.example", 241),
        (b"<html>a page</html>", 0),
        (b'[1, "cut o', 0),
        (b"[1, 2, 3]", 0),
    ],
)
def test_an_answer_that_breaks_off_is_no_end_of_the_rows(last: bytes, code: int) -> None:
    cursor, _asked = answering(b'["a"]\n["UIn', b't64"]\n[1]\n', last)
    cursor.execute("select a from t")

    with pytest.raises(_clickhouse.DatabaseError) as caught:
        cursor.fetchall()

    assert caught.value.code == code
    assert ADA_EMAIL not in repr(caught.value)


def test_no_value_stands_in_an_address(tmp_path: Path) -> None:
    """Proxies write addresses into their logs."""
    cursor, asked = answering(b"")
    cursor.execute("select %(who)s", {"who": ADA_EMAIL})

    assert "ada" not in str(asked[0].url)
    assert ADA_EMAIL.encode() in asked[0].read()
