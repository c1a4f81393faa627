"""A system is held to its own count: what its export leaves out, nobody would miss."""

import asyncio

import pytest

from activities.counted import check_whole
from dsar.errors import ContractError
from dsar.parcels import Chain
from tests.people import ADA, ADA_EMAIL
from tests.pretend_tools import VISITS, PretendSystem


def checked(held: int, *, counted: int, exported: int) -> PretendSystem:
    system = PretendSystem("crm", rows={ADA_EMAIL: [{"n": n} for n in range(held)]})
    chain = Chain(collection=VISITS.name, parcels=1, rows=exported, last="")
    asyncio.run(check_whole(system, ADA, {VISITS.name: counted}, [chain]))
    return system


def test_an_export_that_is_whole_or_grew_meanwhile_asks_nobody_again() -> None:
    assert 0 == checked(3, counted=3, exported=3).searches
    assert 0 == checked(4, counted=3, exported=4).searches


def test_records_that_went_meanwhile_are_no_lie() -> None:
    assert 1 == checked(2, counted=3, exported=2).searches


@pytest.mark.parametrize("exported", [0, 2])
def test_fewer_records_than_it_counts_before_and_after_are_one(exported: int) -> None:
    with pytest.raises(ContractError, match="export_short"):
        checked(3, counted=3, exported=exported)
