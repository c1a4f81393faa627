"""A map proposed from a live schema is true, says how sure it is, and tells nothing of anybody."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors import scan, sql
from dsar.errors import InputError, OperatorError
from rehearsal import crm
from tests.contract.connectors.reading import known, pages
from tests.contract.connectors.systems.sql import MAP, PretendShop
from tests.people import ADA, ADA_EMAIL, ADA_NAME, ADA_PHONE

ODD = """
create table Members (
  MemberNo integer primary key, eMail varchar(200) unique, FullName varchar(200), invited_by integer
    references Members (MemberNo), settings json, api_token varchar(80), home_id integer
    references homes (id));
create table homes (id integer primary key, street varchar(200), post_code varchar(20));
create table letters (id integer primary key, sender integer references Members (MemberNo),
  receiver integer references Members (MemberNo), body text);
create table boxes (region integer, box integer, member_no integer, primary key (region, box));
create table papers (region integer, box integer, sheet integer, iban varchar(34),
  primary key (region, box, sheet), foreign key (region, box) references boxes (region, box));
create table "Wish ""List: 2024" (id integer primary key, sender_letter integer references letters (id));
create table visitors (id integer primary key, ip_address varchar(40));
create table loose (email varchar(200), note text);
"""
ROWS = f"""
insert into homes values (1, '1 High Street', 'EH1 1AA');
insert into Members values (1, '{ADA_EMAIL}', '{ADA_NAME}', null, '{{"a": 1}}', 'tok', 1);
insert into Members values (2, 'ben@subject.example', 'Ben', 1, null, 'tok', null);
insert into letters values (1, 1, 2, 'hello'), (2, 2, 1, 'hello back'), (3, 2, 2, 'to myself');
insert into boxes values (1, 1, 1), (1, 2, 2);
insert into papers values (1, 1, 1, 'GB33BUKB20201555555555'), (1, 2, 1, 'DE89370400440532013000');
insert into visitors values (1, '192.0.2.1');
"""  # noqa: S608  # invented people


def odd(folder: Path) -> str:
    url = f"sqlite:///{folder / 'odd.sqlite'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in (ODD + ROWS).split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    engine.dispose()
    return url


def text_of(shop: PretendShop) -> str:
    return shop.url.render_as_string(hide_password=False)


async def test_the_proposed_map_finds_what_a_careful_one_finds(database: PretendShop, tmp_path: Path) -> None:
    """The shop has no foreign keys: names and addresses alone lead from table to table."""
    found = await scan(text_of(database))
    (tmp_path / "map.yaml").write_text(found.text, "utf-8")
    connector = database.connector(data_map=tmp_path / "map.yaml")

    findings = await connector.find(ADA)
    rows = [row for page in await pages(connector, await known(connector), "customers") for row in page.rows]
    await connector.close()

    assert {h.collection: h.count for h in findings.holdings} == database.held
    assert found.proposal
    assert found.proposal.person == "customers"
    assert {*found.proposal.questions} == {"orders", "order_lines", "consents", "replies"}
    assert ["secret" in row for row in rows] == [False]
    assert not any(known in repr(found) for known in (ADA_EMAIL, ADA_NAME, ADA_PHONE))


async def test_the_demo_s_crm_is_mapped_as_we_would(tmp_path: Path) -> None:
    crm.build(tmp_path / "crm.sqlite")

    found = await scan(f"sqlite:///{tmp_path / 'crm.sqlite'}")

    assert found.proposal
    assert found.proposal.person == "people"
    ways = {c.name: dict(c.via) for c in found.proposal.collections}
    assert ways["orders"] == {"person_id": "people.id"}
    assert ways["order_lines"] == {"order_id": "orders.id"}
    assert ways["newsletter"] == {"email": "people.email"}
    assert found.proposal.collections[0].secrets == ("password_hash",)


async def test_composite_keys_self_references_json_and_two_roles_are_mapped(tmp_path: Path) -> None:
    url = odd(tmp_path)
    found = await scan(url)
    (tmp_path / "map.yaml").write_text(found.text, "utf-8")
    connector = sql.connect("odd", sql.Settings(url=url, map=tmp_path / "map.yaml"))

    held = {h.collection: h.count for h in (await connector.find(ADA)).holdings}
    who = await known(connector)
    [row] = [row for page in await pages(connector, who, "members") for row in page.rows]
    await connector.close()

    assert held == {"members": 1, "homes": 1, "letters": 1, "letters_2": 1, "boxes": 1, "papers": 1}
    assert row["settings"]
    assert "api_token" not in row
    assert "wish_list_2024" in found.text
    assert "#   visitors: ip_address: ip" in found.text
    assert "#   loose: no unique key: email, text" in found.text


async def test_a_wrong_guess_is_corrected_by_a_name_and_no_guess_says_so(tmp_path: Path) -> None:
    url = odd(tmp_path)
    empty = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    engine = sa.create_engine(empty)
    engine.connect().close()
    engine.dispose()

    for asked in ({"url": url, "person": "nobody"}, {"url": empty}, {"url": url, "person": "boxes"}):
        with pytest.raises(InputError) as caught:
            await scan(asked.pop("url"), **asked)  # type: ignore[arg-type]  # a name
        assert caught.value.reason == "person_unknown"
    with pytest.raises(OperatorError, match="database_missing"):
        await scan(f"sqlite:///{tmp_path / 'missing.sqlite'}")


async def test_a_map_that_fits_has_no_drift_and_one_that_does_not_says_where(
    database: PretendShop, tmp_path: Path
) -> None:
    def kept(text: str) -> Path:
        (tmp_path / "map.yaml").write_text(text, "utf-8")
        return tmp_path / "map.yaml"

    fitting = await scan(text_of(database), data_map=kept(MAP))
    renamed = await scan(text_of(database), data_map=kept(MAP.replace("[full_name,", "[fullname,")))
    exposed = await scan(text_of(database), data_map=kept(MAP.replace("except: [secret], ", "")))
    fewer = MAP.replace("  consents: {", "  xconsents: {table: customers, ").replace(
        "remove: consents", "remove: xconsents"
    )
    unmapped = await scan(text_of(database), data_map=kept(fewer))

    assert fitting.drift == ()
    assert [(d.code, d.where, d.breaks) for d in renamed.drift] == [
        ("column_missing", "customers.fullname", True)
    ]
    assert [(d.code, d.where, d.breaks) for d in exposed.drift] == [
        ("secret_exported", "customers.secret", False)
    ]
    assert ("table_unmapped", "consents") in {(d.code, d.where) for d in unmapped.drift}


async def test_the_printed_grants_are_enough_and_no_more(database: PretendShop, tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    found = await scan(text_of(database), data_map=tmp_path / "map.yaml")
    if database.url.get_backend_name() in {"sqlite", "duckdb"}:
        assert "has no accounts" in found.grants[0]
        return
    if database.url.get_backend_name() == "clickhouse":
        assert {
            "ALTER USER dsar_read SETTINGS readonly = 2;",
            "GRANT SELECT ON consents TO dsar_read;",
            "GRANT ALTER DELETE ON consents TO dsar_write;",
            "GRANT ALTER UPDATE (full_name, phone, restricted, profiled) ON customers TO dsar_write;",
        } <= {*found.grants}
        assert not [each for each in found.grants if not understood(database, each)]
        return  # chDB has no accounts
    with accounts(database, found.grants) as (reading, writing):
        settings = sql.Settings(
            url=reading.render_as_string(hide_password=False),
            write_url=writing.render_as_string(hide_password=False),
            map=tmp_path / "map.yaml",
        )
        connector = sql.connect("shop", settings)
        await connector.check()
        who = await known(connector)
        everything = [await pages(connector, who, c.name) for c in connector.card.collections]
        receipts = await connector.erase(who, await connector.plan_erasure(who))  # type: ignore[attr-defined]
        left = await connector.find(ADA)
        await connector.close()
        assert refused(reading, "delete from orders")
        if reading.get_backend_name() == "postgresql":
            assert refused(reading, "select secret from customers")

    assert all(everything)
    assert len(receipts) == 5
    assert left.holdings == ()


def understood(shop: PretendShop, statement: str) -> bool:
    """Whether ClickHouse can read a statement."""
    engine = sa.create_engine(shop.url)
    with engine.connect() as connection:
        asked = "select formatQueryOrNull(%(said)s)"
        found = connection.exec_driver_sql(asked, {"said": statement}).scalar_one()
    engine.dispose()
    return found is not None


def refused(account: sa.URL, statement: str) -> bool:
    engine = sa.create_engine(account)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError:
        return True
    finally:
        engine.dispose()
    return False


@contextmanager
def accounts(shop: PretendShop, grants: tuple[str, ...]) -> Iterator[tuple[sa.URL, sa.URL]]:
    """Two accounts of this test's own, granted what was printed."""
    mark, engine = secrets.token_hex(4), sa.create_engine(shop.url, isolation_level="AUTOCOMMIT")
    names = {"dsar_read": f"dsar_read_{mark}", "dsar_write": f"dsar_write_{mark}"}
    postgres = shop.url.get_backend_name() == "postgresql"
    with engine.connect() as admin:
        for name in names.values():
            made = f"create role {name} login password '{mark}'"
            admin.exec_driver_sql(made if postgres else f"create user {name} identified by '{mark}'")
        try:
            for statement in grants:
                for plain, name in names.items():
                    statement = statement.replace(f"TO {plain};", f"TO {name}")  # noqa: PLW2901
                admin.exec_driver_sql(statement)
            read, write = (shop.url.set(username=n, password=mark) for n in names.values())
            yield read, write
        finally:
            for name in names.values():
                with suppress(sa.exc.DBAPIError):
                    admin.exec_driver_sql(f"drop owned by {name}" if postgres else f"select '{name}'")
                admin.exec_driver_sql(f"drop {'role' if postgres else 'user'} {name}")
    engine.dispose()
