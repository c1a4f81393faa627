"""A system is held to its own count: what its export leaves out, nobody would miss."""

import asyncio

import pytest

from activities.counted import short_of
from dsar.parcels import Chain
from dsar.shortfalls import Shortfall
from tests.people import ADA, ADA_EMAIL
from tests.pretend_tools import VISITS, PretendSystem


def checked(held: int, *, counted: int, exported: int) -> tuple[PretendSystem, tuple[Shortfall, ...]]:
    system = PretendSystem("crm", rows={ADA_EMAIL: [{"n": n} for n in range(held)]})
    chain = Chain(collection=VISITS.name, parcels=1, rows=exported, last="")
    short = asyncio.run(short_of(system, ADA, {VISITS.name: counted}, [chain]))
    return system, short


def test_an_export_that_is_whole_or_grew_meanwhile_asks_nobody_again() -> None:
    for held, counted, exported in ((3, 3, 3), (4, 3, 4)):
        system, short = checked(held, counted=counted, exported=exported)
        assert (0, ()) == (system.searches, short)


def test_records_that_went_meanwhile_are_no_lie() -> None:
    system, short = checked(2, counted=3, exported=2)

    assert (1, ()) == (system.searches, short)


@pytest.mark.parametrize("exported", [0, 2])
def test_fewer_records_than_it_counts_before_and_after_are_one(exported: int) -> None:
    _, [short] = checked(3, counted=4, exported=exported)

    assert (3, exported) == (short.counted, short.given)
