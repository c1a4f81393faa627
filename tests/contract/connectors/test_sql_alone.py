"""What only a database can do to us: odd values, sly collations and loose keys."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors import _sql, _sql_engine
from connectors._values import key_text, plain
from dsar.errors import ContractError, OperatorError
from dsar.holdings import Row
from dsar.person import Identifier, Identity
from dsar.ports import Connector
from dsar.vocabulary import IdentifierKind
from tests.contract.connectors.small_shop import MAP, connector, execute, opened
from tests.contract.connectors.systems.sql import PretendShop
from tests.people import ADA, ADA_EMAIL, identity


async def visits(found: Connector, who: Identity = ADA) -> list[Row]:
    return [row for page in [p async for p in found.export(who, "visits")] for row in page.rows]


async def test_a_connection_refuses_to_write_whatever_it_is_told(database: PretendShop) -> None:
    connection = opened(database)

    for text in ("delete from replies", "insert into replies (code) values ('x')", "drop table replies"):
        statement = sa.text(text)
        with pytest.raises(ContractError, match="tried_to_write"):
            await connection.run(lambda c, s=statement: c.execute(s).rowcount)  # type: ignore[misc]
    await connection.close()


async def test_more_exports_at_once_than_connections_all_come_to_their_end(database: PretendShop) -> None:
    found = database.connector()
    who = ADA.merged((await found.find(ADA)).learned)

    async def rows() -> int:
        return sum([len(page.rows) async for page in found.export(who, "orders")])

    counts = await asyncio.gather(*(rows() for _ in range(3 * _sql_engine.CONNECTIONS)))
    await found.close()

    assert counts == [23] * 3 * _sql_engine.CONNECTIONS


async def test_a_cancelled_export_gives_its_connection_back(database: PretendShop) -> None:
    found = database.connector()
    who = ADA.merged((await found.find(ADA)).learned)

    for _ in range(2 * _sql_engine.CONNECTIONS):
        export = found.export(who, "orders")
        waiting = asyncio.ensure_future(anext(export))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    async with asyncio.timeout(20):
        assert (await found.find(who)).holdings
    await found.close()


async def test_looking_for_a_missing_file_does_not_create_it(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    missing = tmp_path / "missing.sqlite"

    with pytest.raises(OperatorError, match="database_missing"):
        await connector(missing).check()

    assert not missing.exists()


async def test_text_that_is_not_utf8_is_exported_and_said_to_be_so(shop: Path) -> None:
    execute(shop, "insert into visits values (1, 1, cast(x'41ff' as text)), (2, 1, 'after')")

    rows = await visits(connector(shop))

    assert [row["page"] for row in rows] == [{"base64": "Qf8=", "note": "2 bytes that are not text"}, "after"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_date_beyond_python_is_exported_as_the_database_says_it(database: PretendShop) -> None:
    connection = opened(database)
    odd = sa.select(sa.text("'infinity'::timestamptz, '-infinity'::date, '0044-03-15 BC'::date, now()"))

    [[row]] = [rows async for rows in connection.stream(odd, 10)]
    await connection.close()

    *endless, now = map(plain, row)
    assert endless == ["infinity", "-infinity", "0044-03-15 BC"]
    assert str(now).endswith("+00:00")


@pytest.mark.parametrize(
    "other",
    [
        "äda.osei@subject.example",
        "ada.osei@subject.example ",
        "ADA.OSEİ@subject.example",
        "ada.o\N{LATIN SMALL LETTER LONG S}ei@subject.example",
        "ada_osei@subject.example",
    ],
)
async def test_a_collation_that_calls_two_addresses_equal_is_not_believed(
    database: PretendShop, other: str
) -> None:
    """MariaDB's general collation ignores accents and trailing blanks."""
    found = database.connector()

    findings = await found.find(identity(other))
    await found.close()

    held = database.held if other.strip() == ADA_EMAIL else {}
    assert {h.collection: h.count for h in findings.holdings} == held


@pytest.mark.parametrize(
    "dialled", ["+442079460101", "00442079460101", "+44 20 7946 0101", "0044-20-7946-0101", "442079460101"]
)
async def test_a_number_is_known_however_it_is_dialled(shop: Path, dialled: str) -> None:
    phone = Identity(identifiers=(Identifier(kind=IdentifierKind.PHONE, value=dialled),))

    assert (await connector(shop).find(phone)).holdings


@pytest.mark.parametrize("dialled", ["", "+", "--", "()", "2079460101", "101"])
async def test_a_part_of_a_number_is_nobodys(shop: Path, dialled: str) -> None:
    execute(shop, "insert into customers values (2, null, '', ''), (3, '', '-', null)")
    phone = Identity(identifiers=(Identifier(kind=IdentifierKind.PHONE, value=dialled),))

    assert (await connector(shop).find(phone)).holdings == ()


async def test_an_address_and_a_number_of_two_people_are_ambiguous(shop: Path) -> None:
    execute(shop, "insert into customers values (2, 'sister@subject.example', '+442079460102', null)")

    findings = await connector(shop).find(identity("sister@subject.example", phone="+442079460101"))

    assert (findings.people, findings.holdings, findings.learned) == (2, (), ())


async def test_a_learned_key_outlives_the_row_it_was_learned_from(shop: Path) -> None:
    execute(shop, "insert into visits values (1, 1, '/')")
    who = ADA.merged((await connector(shop).find(ADA)).learned)
    execute(shop, "delete from customers")

    findings = await connector(shop).find(who)

    assert {h.collection: h.count for h in findings.holdings} == {"visits": 1}


async def test_a_table_whose_key_is_not_unique_is_refused(shop: Path) -> None:
    text = MAP.replace("via: {customer_id", "key: page, via: {customer_id")
    shop.with_name("map.yaml").write_text(text, "utf-8")

    with pytest.raises(OperatorError, match="key_not_unique:visits"):
        await connector(shop).check()


async def test_a_cursor_of_another_shape_is_refused(shop: Path) -> None:
    with pytest.raises(ContractError, match="cursor_unreadable"):
        _ = [page async for page in connector(shop).export(ADA, "visits", key_text((1, 2)))]


async def test_a_collection_that_the_card_does_not_name_is_refused(shop: Path) -> None:
    with pytest.raises(ContractError, match="collection_unknown"):
        _ = [page async for page in connector(shop).export(ADA, "sqlite_master")]


async def test_a_page_of_fat_rows_ends_early(shop: Path) -> None:
    execute(
        shop,
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 300) "
        "insert into visits select i, 1, replace(hex(zeroblob(100000)), '00', 'x') from n",
    )

    sizes = [len(page.rows) async for page in connector(shop).export(ADA, "visits")]

    assert sum(sizes) == 300
    assert max(sizes) * 100_000 <= _sql.PAGE_BYTES + 64 * 100_000


async def test_an_empty_link_leads_to_nobody(shop: Path) -> None:
    """Somebody without an account number is not everybody without one."""
    execute(shop, "create table wishes (id integer primary key, account text)")
    execute(shop, "create index wishes_account on wishes (account)")
    execute(shop, "insert into wishes values (1, ''), (2, 'ACC-1'), (3, null)")
    text = f"{MAP}  wishes: {{category: technical_usage, via: {{account: customers.account}}}}\n"
    shop.with_name("map.yaml").write_text(text, "utf-8")
    held = []
    for account in ("", "ACC-1", None):
        execute(shop, "update customers set account = ?", account)
        found = await connector(shop).find(ADA)
        held.append({each.collection: each.count for each in found.holdings}.get("wishes", 0))

    assert [0, 1, 0] == held
