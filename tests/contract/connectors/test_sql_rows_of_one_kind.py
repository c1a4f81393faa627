"""Rows of one kind, in a table that holds many: what is of another kind is never touched, nor found."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from connectors._sql_fitting import sought
from dsar.errors import OperatorError
from tests.contract.connectors.reading import known
from tests.contract.connectors.systems.sql import BATCHED, VARIANTS, PretendShop
from tests.contract.connectors.test_sql_deeds_alone import MAPPED, connected, rows

INVOICES = (
    "create table invoices (id integer primary key, status varchar(20), customer_id bigint not null,"
    " foreign key (customer_id) references customers (id) on delete {})"
)
DRAFTS = (
    "  drafts: {category: financial, table: invoices, via: {customer_id: customers.id},"
    " where: {status: draft}, erase: remove}\n"
)
FINALS = DRAFTS.replace("drafts", "finals").replace("draft}, erase: remove", "final}")
ALL = DRAFTS.replace("drafts", "all").replace(" where: {status: draft},", "")
REMARKS = (
    "create table remarks (id integer primary key, about_type varchar(20), about_no integer, about_id bigint)"
)
OF_ITS_KIND = (
    "  customers: {category: identity}\n"
    "  remarks: {category: support, via: {about_id: customers.id}, where: {%s}}\n"
)


NOTES = (
    "create table invoice_notes (id integer primary key, invoice_id integer, customer_id bigint not null,"
    " foreign key (customer_id) references customers (id) on delete cascade)"
)
OF_DRAFTS = "  invoice_notes: {category: financial, via: {invoice_id: drafts.id}, erase: remove}\n"
OF_ALL = OF_DRAFTS.replace("drafts", "all")


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])  # DuckDB and ClickHouse have no cascades
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PretendShop]:
    with VARIANTS[request.param](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        yield pretend


@pytest.fixture(params=BATCHED)
def remarked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PretendShop]:
    """Remarks on number 1: of a customer (twice), of a kind that is called 0, of a parcel, of no kind."""
    with VARIANTS[request.param](tmp_path) as pretend:
        assert isinstance(pretend, PretendShop)
        rows(pretend, REMARKS)
        told = (
            "(1, 'customer', 1, 1), (2, 'customer', 1, 1), (3, '0', 0, 1), (4, 'parcel', 2, 1), (5, '', 0, 1)"
        )
        rows(pretend, f"insert into remarks values {told}")  # noqa: S608  # of invented people
        yield pretend


@pytest.mark.parametrize("then", ["cascade", "set null"])
async def test_rows_of_a_kind_that_is_kept_are_not_taken_along(
    shop: PretendShop, tmp_path: Path, then: str
) -> None:
    nullable = INVOICES.replace(" not null", "") if then == "set null" else INVOICES
    rows(shop, nullable.format(then))
    for kept in (DRAFTS + FINALS, DRAFTS):
        async with connected(shop, tmp_path, MAPPED + kept) as system:
            with pytest.raises(OperatorError, match="cascade_unplanned:invoices"):
                await system.check()

    async with connected(shop, tmp_path, MAPPED + ALL) as system:
        await system.check()


async def test_what_is_reached_through_rows_of_a_kind_counts_as_kept_beside_them(
    shop: PretendShop, tmp_path: Path
) -> None:
    """The notes of a final invoice stay in the plan; the customer's own removal would take them along."""
    rows(shop, INVOICES.format("no action"))
    rows(shop, NOTES)
    async with connected(shop, tmp_path, MAPPED + DRAFTS + OF_DRAFTS) as system:
        with pytest.raises(OperatorError, match="cascade_unplanned:invoice_notes"):
            await system.check()

    async with connected(shop, tmp_path, MAPPED + ALL + OF_ALL) as system:
        await system.check()


async def test_what_goes_with_the_very_rows_that_lead_there_is_planned(
    shop: PretendShop, tmp_path: Path
) -> None:
    rows(shop, INVOICES.format("no action"))
    rows(
        shop,
        "create table invoice_notes (id integer primary key, invoice_id integer,"
        " foreign key (invoice_id) references invoices (id) on delete cascade)",
    )
    async with connected(shop, tmp_path, MAPPED + DRAFTS + OF_DRAFTS) as system:
        await system.check()


async def test_what_a_suppression_removes_takes_nothing_along(shop: PretendShop, tmp_path: Path) -> None:
    """An erasure removes the deliveries first; whoever only objects to letters has none of them removed."""
    rows(
        shop,
        "create table lists (id integer primary key, customer_id bigint not null,"
        " foreign key (customer_id) references customers (id) on delete cascade)",
    )
    rows(
        shop,
        "create table deliveries (id integer primary key, list_id integer,"
        " foreign key (list_id) references lists (id) on delete cascade)",
    )
    both = (
        "  lists: {category: marketing_comms, via: {customer_id: customers.id}, erase: remove}\n"
        "  deliveries: {category: marketing_comms, via: {list_id: lists.id}, erase: remove}\n"
    )
    async with connected(shop, tmp_path, MAPPED + both) as system:
        await system.check()
    async with connected(
        shop, tmp_path, MAPPED + both + "suppress: {marketing: {remove: lists}}\n"
    ) as system:
        with pytest.raises(OperatorError, match="cascade_unplanned:deliveries"):
            await system.check()


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("about_type: customer", 2),
        ("about_type: 0", 1),
        ("about_no: 1", 2),
        ('about_no: "1"', 2),
        ("about_no: true", 2),
    ],
)
async def test_a_kind_is_compared_as_its_column_holds_it(
    remarked: PretendShop, tmp_path: Path, said: str, count: int
) -> None:
    async with connected(remarked, tmp_path, OF_ITS_KIND % said) as system:
        await system.check()
        held = {one.collection: one.count for one in (await system.find(await known(system))).holdings}

    assert {"customers": 1, "remarks": count} == held


@pytest.mark.parametrize(
    "said", ["about_no: customer", 'about_no: ""', "about_type: false", f"about_type: {'x' * 21}"]
)
async def test_a_kind_that_its_column_cannot_hold_is_refused(
    remarked: PretendShop, tmp_path: Path, said: str
) -> None:
    """MariaDB would take `customer` for 0, and every text for false: rows about others."""
    if said.endswith("x") and remarked.url.get_backend_name() == "duckdb":
        return  # its texts are of any length
    async with connected(remarked, tmp_path, OF_ITS_KIND % said) as system:
        for look in (system.check, lambda: known(system)):
            with pytest.raises(OperatorError, match=f"column_unfit:remarks.{said.partition(':')[0]}"):
                await look()


@pytest.mark.parametrize(
    ("column", "said", "held"),
    [
        (sa.Enum("0", "1"), 1, "1"),  # a number would be the place among its names
        (mysql.BIT(), True, 1),
        (sa.Boolean(), "true", True),
        (sa.Numeric(8, 2), "1.50", 1.5),
        (sa.Uuid(), "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000a"),
        (sa.types.NullType(), 1, 1),
    ],
)
def test_a_kind_is_asked_for_in_the_type_of_its_column(
    column: sa.types.TypeEngine[Any], said: str | int, held: object
) -> None:
    assert (type(held), held) == (type(sought(column, said)), sought(column, said))


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (sa.Enum("glad", "sad"), "person"),
        (mysql.YEAR(), "person"),
        (mysql.BIT(), "person"),
        (sa.Boolean(), 7),
        (sa.Float(), "nan"),
        (sa.Float(), 10**400),
        (sa.Numeric(8, 2), False),
        (sa.LargeBinary(), False),
        (sa.Date(), 0),
    ],
)
def test_no_column_is_asked_for_what_it_cannot_hold(
    column: sa.types.TypeEngine[Any], said: str | int
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whoever catches it says which column it is
        sought(column, said)
