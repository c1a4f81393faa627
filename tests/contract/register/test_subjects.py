"""One person's cases, of whatever right: found by the person's id, whoever keeps the register."""

from datetime import timedelta

from dsar.evidence import EvidenceKind, Fact
from dsar.ports import Register
from tests.contract.register.registers import NOW, opened


def test_cases_of_one_person_are_found_by_their_id_newest_first(register: Register) -> None:
    old, new = opened(register, at=NOW), opened(register, at=NOW + timedelta(days=1))
    subject = register.case(old).request.subject_id

    assert [new, old] == [record.request.case_id for record in register.of_subject(subject)]
    assert () == register.of_subject("sub_nobody")


def test_a_shredded_case_is_nobodys_any_more(register: Register) -> None:
    old, new = opened(register, at=NOW), opened(register, at=NOW + timedelta(days=1))
    subject = register.case(old).request.subject_id
    register.forget_subject(old, Fact(key="shredded", kind=EvidenceKind.SHREDDED, at=NOW))

    assert [new] == [record.request.case_id for record in register.of_subject(subject)]


def test_no_other_case_of_theirs_says_whose_a_shredded_one_was(register: Register) -> None:
    old, new = opened(register, at=NOW), opened(register, at=NOW + timedelta(days=1))
    link = "d" * 64
    offer = Fact(key="delivery:1", kind=EvidenceKind.DELIVERY_OFFERED, at=NOW)
    register.offer_delivery(old, link, NOW + timedelta(days=14), offer)
    register.forget_subject(old, Fact(key="shredded", kind=EvidenceKind.SHREDDED, at=NOW))

    assert register.case(old).request.subject_id not in {register.case(new).request.subject_id, "sub_1"}
    assert register.delivery(link) is None
    assert register.verify_evidence(old).whole
