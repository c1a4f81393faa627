"""Residue: which texts hold a person, and which places are known, left or not looked at."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._traces import Traces
from dsar.erasure import Line, Plan
from dsar.evidence import Entry, EvidenceKind, link
from dsar.person import Identifier, Identity
from dsar.residue import Residue, Scan, gap_of, residue_facts, scans_of, system_of, traces, traces_of
from dsar.vocabulary import Category, IdentifierKind
from tests.answered import AT
from tests.people import ADA_EMAIL, ADA_NAME, ADA_PHONE


def sought(*known: tuple[IdentifierKind, str]) -> Traces:
    return Traces(Identity(identifiers=tuple(Identifier(kind=kind, value=value) for kind, value in known)))


ADA = sought(
    (IdentifierKind.EMAIL, ADA_EMAIL),
    (IdentifierKind.PHONE, ADA_PHONE),
    (IdentifierKind.ACCOUNT_ID, "ACC-000101"),
    (IdentifierKind.NAME, ADA_NAME),
)
WAYS = {
    "as it is": ADA_EMAIL,
    "in capitals": ADA_EMAIL.upper(),
    "in a sentence": f"Please write to {ADA_EMAIL}.",
    "in angle brackets": f"Ada <{ADA_EMAIL}>",
    "in quotes": f"'{ADA_EMAIL}'",
    "in JSON": json.dumps({"old": {"mail": [ADA_EMAIL]}}),
    "with JSON escapes": json.dumps({"to": ADA_EMAIL}).replace("@", "\\u0040").replace(".", "\\u002e"),
    "after an escaped line end": json.dumps({"text": f"Hello\n{ADA_EMAIL}\tbye"}),
    "JSON in JSON": json.dumps({"body": json.dumps({"to": ADA_EMAIL}).replace("@", "\\u0040")}),
    "in a URL": f"https://shop.example/unsubscribe?who={quote(ADA_EMAIL, safe='')}&x=1",
    "in HTML": ADA_EMAIL.replace("@", "&#64;"),
    "as a search vector": f"'{ADA_EMAIL}':1,4 'hello':2",
    "her number": ADA_PHONE,
    "her number with separators": "+44 (20) 7946-0101",
    "her account": "Reference ACC-000101; paid",
    "her account in small letters": "acc-000101",
}


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS)
def test_she_is_found_however_it_is_written(text: str) -> None:
    assert ADA.within(text)
    assert ADA.within(text.encode())


OTHERS = {
    "a longer local part": f"n{ADA_EMAIL}",
    "a longer domain": f"{ADA_EMAIL}s",
    "a domain below": f"{ADA_EMAIL}.org",
    "with a tag before": f"x+{ADA_EMAIL}",
    "a longer account": "ACC-0001012",
    "a name, which strangers share": ADA_NAME,
    "nothing": "",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_somebody_else_is_not_her(text: str) -> None:
    assert not ADA.within(text)


@pytest.mark.parametrize("value", [None, 7, 7.5, [ADA_EMAIL], {"a": ADA_EMAIL}])
def test_what_is_no_text_holds_nobody(value: object) -> None:
    assert not ADA.within(value)


@given(st.text(), st.text(alphabet=" \n\t\"'<>{}[]:;,|()", min_size=1), st.text())
def test_whatever_stands_around_her_address_she_is_found(before: str, edge: str, after: str) -> None:
    assert ADA.within(f"{before}{edge}{ADA_EMAIL}{edge}{after}")


@given(st.text())
def test_any_text_at_all_is_looked_through_without_harm(text: str) -> None:
    assert isinstance(ADA.within(text), bool)


@pytest.mark.parametrize("address", ["zoë@subject.example", "İpek@subject.example", "straße@subject.example"])
def test_letters_of_any_alphabet_fold(address: str) -> None:
    found = sought((IdentifierKind.EMAIL, address))

    assert found.within(f"<{address.upper()}>") or found.within(f"<{address}>")
    assert found.within(json.dumps({"to": address}))


def test_what_is_too_short_stands_everywhere_and_is_not_looked_for() -> None:
    found = sought((IdentifierKind.ACCOUNT_ID, "12"), (IdentifierKind.RECORD_KEY, "123456789"))

    assert not found.any
    assert not found.within("12 123456789")


def test_whoever_looks_says_nothing_of_whom() -> None:
    assert ADA_EMAIL not in repr(ADA)


def line(collection: str, because: str = "") -> Line:
    category = Category.TRANSACTION
    ground = "17_3_b" if because else ""
    return Line(
        system="crm", collection=collection, category=category, count=1, ground=ground, because=because
    )


SCAN = Scan(
    found=(
        Residue(place="orders.email", count=4, collection="orders"),
        Residue(place="notes.body", count=2, collection="notes"),
        Residue(place="mail_log.body", count=1),
        Residue(place="payroll", reason="permission_missing"),
    ),
    places=40,
    records=900,
)


def test_what_a_duty_keeps_is_known_and_the_rest_is_left() -> None:
    plan = Plan(number=1, lines=(line("orders", "tax"), line("notes")))
    found = traces("crm", SCAN, [plan])
    entries: list[Entry] = []
    for fact in residue_facts("crm", SCAN, found, number=1, at=AT):
        entries.append(link("case_1", entries[-1] if entries else None, fact))

    assert ["tax", "", "", ""] == [one.kept for one in found]
    assert found == traces_of(entries)
    assert (2, 1) == (scans_of(entries)["crm"].left, scans_of(entries)["crm"].unread)
    assert {EvidenceKind.RESIDUE} == {entry.kind for entry in entries}


def test_only_the_latest_scan_of_a_system_counts() -> None:
    entries: list[Entry] = []
    for number, scan in enumerate((SCAN, Scan(found=(), places=40, records=900)), start=1):
        for fact in residue_facts("crm", scan, traces("crm", scan, []), number=number, at=AT):
            entries.append(link("case_1", entries[-1] if entries else None, fact))

    assert () == traces_of(entries)
    assert 0 == scans_of(entries)["crm"].left


def test_a_gap_of_residue_is_told_from_a_system() -> None:
    assert ("crm", "", "") == (system_of(gap_of("crm")), system_of("crm"), system_of("post"))
