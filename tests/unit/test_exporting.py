"""Filling parcels: side by side, to the end, and the same bundle however often a worker died."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.exporting import SIDE_BY_SIDE, Export, ahead
from bundle.archive import ArchiveWriter
from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.holdings import Collection, Page
from dsar.parcels import Chain, folder_of, unpack
from dsar.person import Identity
from dsar.ports import Connector, Section
from dsar.vocabulary import Category
from tests.bundles import KEY, Pipe, facts
from tests.people import ADA
from tests.pretend_vault import MemoryVault

CASE = f"case_{'0' * 20}"
FOLDER = folder_of("crm", 1)
texts = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(
    ["=1+1", "\ud800", "a,b", "\u202e"]
)
values = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.lists(texts, max_size=2)
row_lists = st.lists(st.dictionaries(texts, values, max_size=3), max_size=6)


class Shop:
    """A system whose collections give a row a page. It may die at a page, and counts who is in it at once."""

    def __init__(
        self,
        held: dict[str, list[dict[str, Any]]],
        dies_after: int = -1,
        troubles: Mapping[str, Exception] = MappingProxyType({}),
    ) -> None:
        self._held, self.left, self._troubles = held, dies_after, troubles
        self.inside = self.most = 0
        self.crowded = asyncio.Event()  # all collections are being asked
        self.asked: list[tuple[str, str]] = []
        self.gone: list[str] = []

    async def export(self, _: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        self.asked.append((collection, cursor))
        self.inside += 1
        self.most = max(self.most, self.inside)
        if self.inside == len(self._held):
            self.crowded.set()
        try:
            if collection in self._troubles:
                raise self._troubles[collection]
            for place in range(int(cursor or 0), len(self._held[collection])):
                await asyncio.sleep(0)
                if self.left == 0:
                    raise TemporaryError("crm", "unreachable")
                self.left -= 1
                yield Page(rows=(self._held[collection][place],), cursor=str(place + 1))
                yield Page(rows=(), cursor=str(place + 1))  # a place to keep: sealed at once
        finally:
            self.inside -= 1
            self.gone.append(collection)


def opened() -> MemoryVault:
    found = MemoryVault()
    found.open_case(CASE)
    return found


async def filled(vault: MemoryVault, shop: Shop, *collections: str) -> tuple[Chain, ...]:
    export = Export(vault=vault, case_id=CASE, folder=FOLDER)
    return await export.filled(cast("Connector", shop), ADA, collections, lambda: None)


def bundle(vault: MemoryVault) -> bytes:
    def sections() -> Iterator[Section]:
        for name, rows in unpack(vault, CASE, FOLDER, ahead):
            kind = Collection(name=name, category=Category.SUPPORT)
            yield Section(system="crm", vendor="x", collection=kind, rows=rows)

    pipe = Pipe()
    ArchiveWriter(KEY).write(facts(), sections(), pipe, lambda _: None)
    return pipe.bytes()


async def test_collections_are_exported_side_by_side_but_not_all_of_many() -> None:
    shop = Shop({f"c{n}": [{"n": n}] * 5 for n in range(3 * SIDE_BY_SIDE)})
    chains = await filled(opened(), shop, *shop._held)

    assert SIDE_BY_SIDE == shop.most
    assert list(shop._held) == [chain.collection for chain in chains]
    assert {5} == {chain.rows for chain in chains}


async def test_all_go_on_from_their_last_parcel_and_what_is_whole_is_not_asked_again() -> None:
    held = {"people": [{"n": n} for n in range(9)], "visits": [{"n": n} for n in range(9)]}
    vault, dying, shop = opened(), Shop(held, dies_after=5), Shop(held)
    with pytest.raises(TemporaryError):
        await filled(vault, dying, *held)
    assert ({"people", "visits"}, 0) == (set(dying.gone), dying.inside)
    chains = await filled(vault, shop, *held)

    assert {"people": 9, "visits": 9} == {chain.collection: chain.rows for chain in chains}
    assert all(cursor for _, cursor in shop.asked), "nobody was asked from the beginning"
    assert chains == await filled(vault, Shop(held, dies_after=0), *held)


WAITS = TemporaryError("crm", "job_running", after=timedelta(hours=1))


@pytest.mark.parametrize(
    ("troubles", "said"),
    [
        ({"events": WAITS}, "job_running"),
        ({"events": WAITS, "people": TemporaryError("crm", "unreachable")}, "unreachable"),
        ({"events": WAITS, "people": OperatorError("crm", "credentials_refused")}, "credentials_refused"),
    ],
)
async def test_a_job_that_takes_days_breaks_off_nothing_else(
    troubles: dict[str, Exception], said: str
) -> None:
    """Each collection comes as far as it can; then the most urgent trouble is told."""
    held: dict[str, list[dict[str, Any]]] = {"events": [], "people": [], "visits": [{"n": 1}] * 50}
    vault, shop = opened(), Shop(held, troubles=troubles)
    with pytest.raises(DsarError, match=said):
        await filled(vault, shop, *held)
    again = Shop(held)
    await filled(vault, again, *held)

    assert "visits" not in [collection for collection, _ in again.asked], "it was done the first time"


async def test_when_the_worker_is_told_to_stop_all_of_them_stop() -> None:
    held: dict[str, list[dict[str, Any]]] = {"people": [{"n": 1}] * 99, "visits": [{"n": 1}] * 99}
    shop = Shop(held)
    export = asyncio.create_task(filled(opened(), shop, *held))
    await shop.crowded.wait()
    export.cancel()
    with pytest.raises(asyncio.CancelledError):
        await export

    assert 0 == shop.inside


@settings(deadline=None, max_examples=40)
@given(people=row_lists, visits=row_lists, deaths=st.lists(st.integers(0, 4), max_size=6))
async def test_the_same_rows_give_the_same_bundle_however_often_the_worker_died(
    people: list[dict[str, Any]], visits: list[dict[str, Any]], deaths: list[int]
) -> None:
    held, calm, stormy = {"people": people, "visits": visits}, opened(), opened()
    await filled(calm, Shop(held), *held)
    for pages in deaths:
        try:
            await filled(stormy, Shop(held, dies_after=pages), *held)
        except TemporaryError:
            continue
    await filled(stormy, Shop(held), *held)

    assert bundle(calm) == bundle(stormy)


def test_reading_ahead_reads_each_once_in_order_and_one_further_than_needed() -> None:
    read: list[str] = []

    def fetch(name: str) -> bytes:
        read.append(name)
        return name.encode()

    assert [b"1", b"2", b"3"] == list(ahead(fetch, iter("123")))
    assert ["1", "2", "3"] == read
    assert [] == list(ahead(fetch, ()))
    reading = ahead(fetch, iter("45678"))
    assert b"4" == next(reading)
    reading.close()  # type: ignore[attr-defined]  # it is a generator
    assert ["4", "5"] == read[3:]
