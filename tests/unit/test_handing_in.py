"""What may be handed in, and which of it counts: files with something in them, as was decided last."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import handing
from desk.copies import Copy
from dsar.case import SystemAnswer
from dsar.copies import copied, may_be_anothers, unreviewed
from dsar.decision_kinds import ACCEPT_GAP, MANUAL_DONE, NOT_FOUND, RETRY
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind, Fact, link
from dsar.holdings import Collection
from dsar.retention import PLACES, RecordKind
from dsar.systems import ANOTHER, SEVERAL, SHARED
from dsar.vocabulary import Category, Found
from tests.answered import CASE, Answered

AT = datetime(2026, 11, 26, tzinfo=UTC)
NOTES = Collection(name="notes", category=Category.PROFILE)
DONE = SystemAnswer(system="attic", found=Found.MANUAL_DONE, reason="by_hand")


def hand_in(case: Answered, *paths: Path, system: str = "attic") -> handing.Handed:
    copies = [Copy(collection=NOTES, path=path) for path in paths]
    return asyncio.run(handing.hand_in(case.desk, CASE, system, copies, by="support-1"))


def refusal(case: Answered, *paths: Path, system: str = "attic") -> str:
    with pytest.raises(InputError) as refused:
        hand_in(case, *paths, system=system)
    return refused.value.reason


def test_what_is_no_copy_is_refused_before_anything_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, good, empty = Answered(), tmp_path / "good.pdf", tmp_path / "empty.pdf"
    good.write_bytes(b"%PDF-1.7")
    empty.touch()
    os.mkfifo(tmp_path / "pipe")
    said = [refusal(case, good, tmp_path / name) for name in ("missing", ".", "pipe", "empty.pdf")]
    many = refusal(case, *[good] * (handing.MOST_FILES + 1))
    elsewhere = {refusal(case, good, system=name) for name in ("post", "client:training", "transfer")}
    monkeypatch.setattr(handing, "LARGEST_FILE", 7)

    assert ["files_unreadable"] * 3 + ["copy_empty"] == said
    assert "files_too_many" == many
    assert {"files_unwanted"} == elsewhere
    assert "copy_too_large" == refusal(case, good)
    assert () == case.vault.names(CASE, "handed/")


def test_evidence_tells_one_handing_in_from_another_and_names_no_file(tmp_path: Path) -> None:
    case, scan = Answered(), tmp_path / "ada-osei and eve.pdf"
    scan.write_bytes(b"%PDF-1.7")
    first, again = hand_in(case, scan), hand_in(case, scan)
    facts = [e.facts for e in case.register.evidence(CASE) if e.kind is EvidenceKind.HANDED_IN]

    assert [first.copies, again.copies] == [str(f["copies"]) for f in facts]
    assert (first.copies[:4], again.copies[:4], first.copies[4:]) == ("001-", "002-", again.copies[4:])
    assert [("notes", 1)] == [(h.collection, h.count) for h in first.holdings]
    assert "osei" not in str(facts)


def test_copies_go_with_the_exported_data_when_their_time_is_over() -> None:
    assert {"parcels/", "handed/", "handover/", "review/files/", "batched/"} == {*PLACES[RecordKind.PARCELS]}


def chain(*facts: tuple[EvidenceKind, dict[str, Any]]) -> list[Entry]:
    entries: list[Entry] = []
    for number, (kind, said) in enumerate(facts):
        fact = Fact(key=f"k{number}", kind=kind, at=AT, facts={"system": "attic", **said})
        entries.append(link(CASE, entries[-1] if entries else None, fact))
    return entries


def decided(kind: str, copies: str = "") -> tuple[EvidenceKind, dict[str, Any]]:
    return EvidenceKind.DECIDED, {"decision": kind, **({"copies": copies} if copies else {})}


kinds = st.sampled_from([MANUAL_DONE, ACCEPT_GAP, RETRY, NOT_FOUND])


@given(st.lists(st.tuples(kinds, st.sampled_from(["", "001-a", "002-b"]))))
def test_what_was_decided_last_counts_and_only_while_it_stands(said: list[tuple[str, str]]) -> None:
    entries = chain(*(decided(*one) for one in said))
    ended = [copies for kind, copies in said if kind in {MANUAL_DONE, ACCEPT_GAP}]
    wanted = {"attic": ended[-1]} if ended and ended[-1] else {}

    assert wanted == copied([DONE], entries)
    assert {} == copied([replace(DONE, found=Found.FOUND)], entries)


def test_copies_from_before_they_were_reviewed_are_told_until_somebody_settles_them_anew() -> None:
    old = (EvidenceKind.HANDED_IN, {"number": 1, "files": 1})
    new = (EvidenceKind.HANDED_IN, {"records": 1})

    assert ("attic",) == unreviewed([DONE], chain(old, decided(MANUAL_DONE)))
    assert () == unreviewed([DONE], chain(old, decided(MANUAL_DONE), decided(MANUAL_DONE)))
    assert () == unreviewed([DONE], chain(new, decided(MANUAL_DONE, "001-a")))
    assert () == unreviewed([replace(DONE, found=Found.UNKNOWN)], chain(old, decided(MANUAL_DONE)))


@pytest.mark.parametrize(
    ("here", "elsewhere", "doubted"),
    [
        ("by_hand", "", False),
        (ANOTHER, "", True),
        (SHARED, "", True),
        ("", SEVERAL, True),
        ("", ANOTHER, False),
    ],
)
def test_whom_a_copy_concerns_is_as_doubtful_as_the_search_was(
    here: str, elsewhere: str, *, doubted: bool
) -> None:
    answers = [
        replace(DONE, reason=here),
        SystemAnswer(system="crm", found=Found.AMBIGUOUS, reason=elsewhere),
    ]

    assert doubted is may_be_anothers(answers, "attic")
