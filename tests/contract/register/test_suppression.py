"""The suppression list: what every register promises of it (LAW ERA-04, OBJ-03)."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from dsar.deeds import Purpose
from dsar.errors import InputError
from dsar.evidence import EvidenceKind
from dsar.ports import Register
from dsar.suppression import Suppressed
from dsar.vocabulary import IdentifierKind
from tests.contract.register.registers import ADA, NOW, fact, opened


def line(case_id: str, *, purpose: Purpose = Purpose.MARKETING, fingerprint: str = ADA) -> Suppressed:
    return Suppressed(
        fingerprint=fingerprint,
        kind=IdentifierKind.EMAIL,
        purpose=purpose,
        case_id=case_id,
        since_at=NOW,
    )


def test_what_is_put_on_the_list_stands_there_with_its_evidence(register: Register) -> None:
    case = opened(register)
    lines = (line(case), line(case, purpose=Purpose.COLLECTION))

    assert register.suppress(case, lines, fact("suppressed", EvidenceKind.SUPPRESSED))
    assert set(lines) == set(register.suppressed(ADA)) == set(register.suppressed())
    assert register.suppressed()[0].since_at.tzinfo is UTC
    assert EvidenceKind.SUPPRESSED is register.evidence(case)[-1].kind


def test_the_same_fact_counts_once(register: Register) -> None:
    case = opened(register)
    register.suppress(case, (line(case),), fact("suppressed"))

    assert not register.suppress(case, (line(case, purpose=Purpose.COLLECTION),), fact("suppressed"))
    assert (line(case),) == register.suppressed()


def test_a_line_that_stands_there_keeps_its_first_day_and_case(register: Register) -> None:
    first, second = opened(register), opened(register)
    register.suppress(first, (line(first),), fact("suppressed"))
    later = replace(line(second), since_at=NOW + timedelta(days=9))

    assert register.suppress(second, (later,), fact("suppressed"))
    assert (line(first),) == register.suppressed(ADA)


def test_nobody_else_is_on_the_list(register: Register) -> None:
    case = opened(register)
    register.suppress(case, (line(case),), fact("suppressed"))

    assert () == register.suppressed("b" * 64)


@pytest.mark.parametrize("named", ["ada.osei@subject.example", "", "A" * 64])
def test_a_fingerprint_cannot_be_an_address(register: Register, named: str) -> None:
    case = opened(register)

    with pytest.raises(InputError, match="fingerprint"):
        register.suppress(case, (line(case, fingerprint=named),), fact("suppressed"))
    assert () == register.suppressed()


def test_the_list_outlives_the_person_of_its_case(register: Register) -> None:
    case = opened(register)
    register.suppress(case, (line(case),), fact("suppressed"))
    register.forget_subject(case, fact("shredded"))

    assert (line(case),) == register.suppressed(ADA)
