"""The person in the vault: a claim proves nothing, no source overwrites another, what is spent is gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.dossier import (
    address_of,
    agent_of,
    contested,
    fingerprint_of,
    fingerprints_of,
    open_identity,
    open_points,
    open_request,
    open_retained,
    open_suppressed,
    points_tried,
    seal_address,
    seal_agent,
    seal_identity,
    seal_points,
    seal_request,
    seal_retained,
    seal_suppressed,
    spend_points,
    subject_print,
)
from dsar.person import Identifier, Identity
from dsar.suppression import RECOGNISED_BY, entry_of
from dsar.vocabulary import IdentifierKind
from tests.chains import CASE
from tests.people import ADA, ADA_EMAIL, STRANGER, identity
from tests.pretend_vault import MemoryVault

LEARNED = Identity(
    identifiers=(Identifier(kind=IdentifierKind.ACCOUNT_ID, value="ACC-000101", system="crm"),)
)


@pytest.fixture
def vault() -> MemoryVault:
    return opened()


def opened() -> MemoryVault:
    vault = MemoryVault()
    vault.open_case(CASE)
    seal_request(vault, CASE, ADA)
    return vault


def test_what_is_only_claimed_is_not_searched_by_until_a_person_looked(vault: MemoryVault) -> None:
    assert (IdentifierKind.EMAIL,) == tuple(i.kind for i in open_identity(vault, CASE).identifiers)
    assert set(ADA.identifiers) == set(open_identity(vault, CASE, claimed=True).identifiers)


def test_what_a_system_taught_stands_beside_the_request_and_is_no_part_of_it(vault: MemoryVault) -> None:
    seal_identity(vault, CASE, "crm", LEARNED)
    seal_identity(vault, CASE, "crm", LEARNED)

    assert (IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID) == tuple(
        i.kind for i in open_identity(vault, CASE).identifiers
    )
    assert set(ADA.identifiers) == set(open_request(vault, CASE).identifiers)


def test_letters_go_to_the_corrected_address_before_any_that_was_learned(vault: MemoryVault) -> None:
    seal_identity(vault, CASE, "crm", identity("old@subject.example"))
    seal_address(vault, CASE, "new@subject.example")

    assert "new@subject.example" == address_of(vault, CASE)


def test_a_learned_address_serves_where_the_door_knows_none(vault: MemoryVault) -> None:
    seal_request(vault, CASE, LEARNED)
    assert "" == address_of(vault, CASE)

    seal_identity(vault, CASE, "crm", ADA)
    assert ADA_EMAIL == address_of(vault, CASE)


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=1), max_size=4))
def test_spent_points_are_gone_and_still_count_as_an_attempt(attempts: list[list[str]]) -> None:
    vault = opened()
    numbers = [seal_points(vault, CASE, points) for points in attempts]
    assert [tuple(points) for points in attempts] == [open_points(vault, CASE, n) for n in numbers]

    for number in numbers:
        spend_points(vault, CASE, number)

    assert [()] * len(attempts) == [open_points(vault, CASE, n) for n in numbers]
    assert len(attempts) == points_tried(vault, CASE)


def test_what_a_correction_contests_is_read_as_it_was_sealed(vault: MemoryVault) -> None:
    assert () == contested(vault, CASE)
    vault.put(CASE, "corrections/0001", "Zoë".encode())
    vault.put(CASE, "corrections/0002", b"\xff")

    assert ("Zoë", "\N{REPLACEMENT CHARACTER}") == contested(vault, CASE)


def test_a_representative_is_written_to_and_never_searched_by(vault: MemoryVault) -> None:
    seal_agent(vault, CASE, "agent@law.example")

    assert "agent@law.example" == agent_of(vault, CASE)
    assert "agent@law.example" not in open_identity(vault, CASE, claimed=True).of(IdentifierKind.EMAIL)


def test_one_person_has_one_fingerprint_however_they_are_spelled(vault: MemoryVault) -> None:
    kind = IdentifierKind.EMAIL

    assert fingerprint_of(vault, kind, ADA_EMAIL) == fingerprint_of(vault, kind, ADA_EMAIL.upper())
    assert subject_print(vault, ADA) != subject_print(vault, STRANGER)
    assert subject_print(vault, ADA) == subject_print(vault, identity(ADA_EMAIL.upper()))
    assert set(fingerprints_of(vault, ADA).values()) == {IdentifierKind.EMAIL, IdentifierKind.PHONE}


def test_what_stops_outlives_the_shredding_of_the_case_and_says_no_more_than_it_must(
    vault: MemoryVault,
) -> None:
    seal_suppressed(vault, CASE, ADA)
    seal_retained(vault, CASE, ADA)
    vault.shred(CASE)
    listed = open_suppressed(vault, entry_of(CASE))

    assert listed.identifiers
    assert {i.kind for i in listed.identifiers} <= set(RECOGNISED_BY)
    assert ADA == open_retained(vault, CASE)
