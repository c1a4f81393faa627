"""A record is cleared by two people, and whoever changes it opens it again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dsar.errors import InputError, OperatorError
from dsar.evidence import Entry, EvidenceKind, Fact, link
from dsar.holdings import Page
from dsar.parcels import Packer, folder_of, write_waybill
from dsar.records import Record, record_at, records
from dsar.redaction import Cut
from dsar.review import Standing, Work, review_of
from dsar.review_items import (
    PAGE,
    Indexer,
    items_of,
    open_cuts,
    range_of,
    record_of,
    seal_cuts,
)
from tests.pretend_vault import MemoryVault

AT = datetime(2026, 11, 26, tzinfo=UTC)
CASE = f"case_{'0' * 20}"
FOLDER = folder_of("crm", 1)


def work(*facts: tuple[EvidenceKind, dict[str, Any]], items: int = 5) -> Work:
    begun = (EvidenceKind.REVIEW_BEGUN, {"review": 1, "items": items})
    chain: list[Entry] = []
    for number, (kind, said) in enumerate((begun, *facts)):
        fact = Fact(key=f"k{number}", kind=kind, at=AT, facts={"review": 1, **said})
        chain.append(link(CASE, chain[-1] if chain else None, fact))
    found = review_of(chain)
    assert found
    return found


def cut(item: int, by: str, words: str = "w") -> tuple[EvidenceKind, dict[str, Any]]:
    return EvidenceKind.REDACTED, {"item": item, "by": by, "words": words}


def kept(first: int, last: int, by: str) -> tuple[EvidenceKind, dict[str, Any]]:
    return EvidenceKind.REVIEWED, {"first": first, "last": last, "by": by}


def cleared(first: int, last: int, by: str, seen: int = 99) -> tuple[EvidenceKind, dict[str, Any]]:
    return EvidenceKind.CLEARED, {"first": first, "last": last, "by": by, "seen": seen}


def test_every_item_waits_until_it_is_cleared() -> None:
    assert 5 == work().open
    assert 5 == work(kept(1, 5, "nia"), cut(2, "nia")).open
    assert 0 == work(kept(1, 5, "nia"), cleared(1, 5, "robin")).open


def test_what_is_changed_after_it_was_cleared_is_open_again() -> None:
    begun = [kept(1, 5, "nia"), cleared(1, 5, "robin")]

    assert 1 == work(*begun, cut(3, "nia")).open
    assert Standing.OPEN == work(*begun, cut(3, "nia"), cut(3, "nia", "")).standings[3]
    assert () == work(cut(3, "nia"), cut(3, "nia", "")).cuts_of(3)


def test_a_change_that_whoever_cleared_had_not_seen_is_not_cleared() -> None:
    """Entry 3 is the second cut; whoever cleared had read the chain up to entry 2."""
    assert Standing.SEEN == work(cut(1, "nia"), cut(1, "nia", "more"), cleared(1, 1, "robin", 2)).standings[1]
    assert (
        Standing.CLEARED == work(cut(1, "nia"), cut(1, "nia", "more"), cleared(1, 1, "robin", 3)).standings[1]
    )


def test_everybody_who_had_a_hand_in_an_item_is_known() -> None:
    found = work(cut(1, "nia"), cut(1, "ben"), kept(2, 2, "ben"), kept(1, 1, "robin"))

    assert [True, True, False] == [found.is_of(1, name) for name in ("nia", "ben", "robin")]
    assert [False, True, False] == [found.is_of(2, name) for name in ("nia", "ben", "robin")]


def test_a_later_review_begins_afresh() -> None:
    again = (EvidenceKind.REVIEW_BEGUN, {"review": 2, "items": 3})
    found = work(kept(1, 5, "nia"), again, cut(1, "nia"))

    assert (2, 3, ()) == (found.number, found.open, found.cuts_of(1))
    assert review_of(()) is None


def test_a_million_items_are_counted_and_cleared_in_one_stroke() -> None:
    most = 1_000_000

    assert 0 == work(kept(1, most, "nia"), cleared(1, most, "robin"), items=most).open


def packed(*texts: str) -> MemoryVault:
    vault = MemoryVault()
    vault.open_case(CASE)
    packer = Packer(vault, CASE, FOLDER, "notes")
    for text in texts:
        packer.add(Page(rows=({"text": text},), cursor="c"))
        packer.flush()
    packer.flush(done=True)
    write_waybill(vault, CASE, FOLDER, [packer.whole])
    return vault


def all_of(vault: MemoryVault) -> list[Record]:
    return [record for _, found in records(vault, CASE, FOLDER) for record in found]


def indexed(vault: MemoryVault) -> None:
    indexer = Indexer(vault, CASE, 1)
    for record in all_of(vault):
        indexer.add("crm", FOLDER, record, ("text",))
    indexer.flush()
    indexer.flush()


def test_an_item_leads_to_its_record() -> None:
    vault = packed("a", "b", "\ud800c")
    indexed(vault)

    assert ["a", "b", "\ud800c"] == [
        record_of(vault, CASE, item).row["text"] for item in items_of(vault, CASE, 1, 1, 3)
    ]


def test_an_index_is_read_in_pages() -> None:
    vault = packed("a")
    [record] = all_of(vault)
    indexer = Indexer(vault, CASE, 1)
    for _ in range(PAGE * 2 + 1):
        indexer.add("crm", FOLDER, record, ("text",))
    indexer.flush()

    assert 3 == len(vault.names(CASE, "review/001/index/"))
    assert [PAGE, PAGE + 1] == [item.number for item in items_of(vault, CASE, 1, PAGE, PAGE + 1)]


def test_cuts_are_bound_to_the_record_that_was_read() -> None:
    vault, other = packed("a", "b"), packed("a", "x")
    indexed(vault)
    first, second = items_of(vault, CASE, 1, 1, 2)
    name = seal_cuts(vault, CASE, 1, first, [Cut(path=("text",), code="15_4_others", spans=((0, 1),))])

    assert [((0, 1),)] == [c.spans for c in open_cuts(vault, CASE, first, [name])]
    with pytest.raises(OperatorError):
        open_cuts(vault, CASE, second, [name])
    with pytest.raises(OperatorError):
        record_of(other, CASE, second)
    assert "b" == record_at(vault, CASE, FOLDER, ("notes", 2, 1)).row["text"]


@pytest.mark.parametrize("text", ["0", "6", "2-1", "1-6", "-3", "1-", "", "x", "1-2-3", "²", "-"])
def test_a_range_that_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        range_of(text, 5)


def test_a_range_is_a_number_two_or_all() -> None:
    assert [(3, 3), (1, 5), (1, 5)] == [range_of(text, 5) for text in ("3", "1-5", "all")]
    with pytest.raises(InputError):
        range_of("all", 0)
