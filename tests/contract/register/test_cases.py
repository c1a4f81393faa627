"""Cases and their chain: what every register promises."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings

from dsar.case import SystemAnswer
from dsar.errors import ContractError, InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.holdings import Holding
from dsar.ports import CaseRecord, Change, Register
from dsar.vocabulary import Category, Found, IdentifierKind, Outcome, Right, Status
from tests.contract.register.registers import ADA, NOW, code, fact, new_id, opened, request
from tests.people import HOSTILE

EMAILS = [identity.identifiers[0].value for identity in HOSTILE]
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_case_comes_back_as_it_was_opened(register: Register) -> None:
    asked = request()

    first = register.open_case(asked, fingerprint=ADA, intake_key="form/1", at=NOW)

    expected = CaseRecord(request=asked, status=Status.RECEIVED, opened_at=NOW)
    assert first.created
    assert first.record == expected == register.case(asked.case_id)
    assert register.case(asked.case_id).opened_at.tzinfo is UTC
    assert register.unstarted() == (asked,)


def test_the_same_intake_opens_one_case_and_answers_with_it_as_it_stands(register: Register) -> None:
    asked = request()
    register.open_case(asked, fingerprint=ADA, intake_key="form/1", at=NOW)
    register.record(asked.case_id, fact("started"), Change(started=True))

    again = register.open_case(request(), fingerprint=ADA, intake_key="form/1", at=NOW + timedelta(hours=1))

    assert not again.created
    assert again.record == register.case(asked.case_id)
    assert again.record.started
    assert len(register.cases()) == 1
    assert len(register.evidence(asked.case_id)) == 2


def test_an_id_that_another_intake_has_is_refused(register: Register) -> None:
    case_id = opened(register)

    with pytest.raises(InputError) as refused:
        register.open_case(request(case_id), fingerprint=ADA, intake_key="form/2", at=NOW)

    assert refused.value.reason == "case_known"


def test_a_fact_is_recorded_once_with_its_change_its_entry_and_its_event(register: Register) -> None:
    case_id = opened(register)
    change = Change(
        status=Status.CLOSED, due_on=date(2026, 5, 1), outcome=Outcome.FULFILLED, closed_at=NOW, started=True
    )

    written = [register.record(case_id, fact("closed", EvidenceKind.CLOSED, n=n), change) for n in (1, 2)]

    record = register.case(case_id)
    assert written == [True, False]
    assert [entry.facts for entry in register.evidence(case_id)][1:] == [{"n": 1}]
    assert [event.body["type"] for event in register.events()] == ["dsar.case.opened", "dsar.case.closed"]
    assert (record.status, record.due_on, record.outcome) == (
        Status.CLOSED,
        date(2026, 5, 1),
        Outcome.FULFILLED,
    )
    assert (record.closed_at, record.started) == (NOW, True)
    assert (register.cases(open_only=True), register.unstarted()) == ((), ())
    assert register.cases() == (record,)


def test_what_a_change_does_not_name_stays(register: Register) -> None:
    case_id = opened(register)
    register.record(case_id, fact("one"), Change(status=Status.DECIDING, due_on=date(2026, 5, 1)))
    before = register.case(case_id)

    register.record(case_id, fact("two"))

    assert register.case(case_id) == before


def test_a_key_is_known_only_within_its_case(register: Register) -> None:
    first, second = opened(register), opened(register)

    assert [register.record(case_id, fact("searched:crm")) for case_id in (first, second)] == [True, True]


def test_an_unknown_case_is_named_as_such_and_nothing_is_written(register: Register) -> None:
    nobody = new_id()
    attempts = (
        lambda: register.case(nobody),
        lambda: register.record(nobody, fact("k")),
        lambda: register.verify_evidence(nobody),
        lambda: register.forget_subject(nobody, fact("k")),
        lambda: register.put_answer(nobody, SystemAnswer(system="crm", found=Found.FOUND), (), fact("k")),
        lambda: register.set_challenge(nobody, "identity", code(), fact("k")),
        lambda: register.try_challenge(nobody, "identity", ADA, NOW),
        lambda: register.offer_delivery(nobody, ADA, NOW, fact("k")),
    )
    for attempt in attempts:
        with pytest.raises(InputError) as refused:
            attempt()
        assert refused.value.reason == "case_unknown"

    assert (register.events(), register.evidence(nobody)) == ((), ())
    assert (register.answers(nobody), register.holdings(nobody)) == ((), ())
    assert register.challenge(nobody, "identity") is None


def test_cases_of_one_person_are_found_by_fingerprint_newest_first_until_forgotten(
    register: Register,
) -> None:
    old, new = opened(register, at=NOW), opened(register, at=NOW + timedelta(days=1))
    opened(register, fingerprint="b" * 64)

    found = [record.request.case_id for record in register.same_subject(ADA, Right.ACCESS)]
    assert found == [new, old]
    assert register.same_subject(ADA, Right.ERASURE) == ()
    assert register.subject_of(ADA) == "sub_1"
    same = [record.request.case_id for record in register.of_subject("sub_1")]
    assert same == [case for case in same if register.case(case).request.subject_id == "sub_1"]
    assert [case for case in same if case in {old, new}] == [new, old]
    assert register.of_subject("sub_nobody") == ()

    register.set_challenge(old, "identity", code(), fact("code"))
    assert [register.forget_subject(old, fact("forgotten", EvidenceKind.SHREDDED)) for _ in "ab"] == [
        True,
        False,
    ]
    register.forget_subject(new, fact("forgotten", EvidenceKind.SHREDDED))
    assert register.same_subject(ADA, Right.ACCESS) == ()
    assert register.subject_of(ADA) is None
    assert register.challenge(old, "identity") is None
    assert register.verify_evidence(old).whole


def test_the_latest_answer_of_a_system_counts_and_its_holdings_with_it(register: Register) -> None:
    case_id = opened(register)
    first = SystemAnswer(system="crm", found=Found.UNKNOWN, reason="table_missing")
    last = SystemAnswer(
        system="crm", found=Found.FOUND, records=3, collections=2, learned=(IdentifierKind.ACCOUNT_ID,)
    )
    other = SystemAnswer(system="billing", found=Found.NOTHING_HELD)
    orders = Holding(system="crm", collection="Sales Orders", category=Category.TRANSACTION, count=2**40)
    people = Holding(system="crm", collection="people", category=Category.CONTACT, count=1)

    register.put_answer(case_id, first, (people,), fact("searched:crm:1"))
    register.put_answer(case_id, last, (people, orders), fact("searched:crm:2"))
    register.put_answer(case_id, other, (), fact("searched:billing:1"))

    assert not register.put_answer(case_id, first, (), fact("searched:crm:1"))
    assert register.answers(case_id) == (other, last)
    assert register.holdings(case_id) == (orders, people)


def test_holdings_that_are_not_the_systems_own_are_refused_whole(register: Register) -> None:
    case_id = opened(register)
    answer = SystemAnswer(system="crm", found=Found.FOUND)
    mine = Holding(system="crm", collection="people", category=Category.CONTACT, count=1)
    theirs = Holding(system="shop", collection="people", category=Category.CONTACT, count=1)
    less = Holding(system="crm", collection="orders", category=Category.CONTACT, count=-1)
    more = Holding(system="crm", collection="orders", category=Category.CONTACT, count=2**63)

    for wrong in ((mine, theirs), (mine, mine), (less,), (more,)):
        with pytest.raises(ContractError):
            register.put_answer(case_id, answer, wrong, fact("searched:crm"))

    assert (register.answers(case_id), register.holdings(case_id)) == ((), ())
    assert len(register.evidence(case_id)) == 1


def doors_for(register: Register, case_id: str, email: str) -> tuple[Callable[[], object], ...]:
    return (
        lambda: register.open_case(request(), fingerprint=email, intake_key="k", at=NOW),
        lambda: register.open_case(request(), fingerprint=ADA, intake_key=email, at=NOW),
        lambda: register.open_case(request(subject_id=email), fingerprint=ADA, intake_key="k", at=NOW),
        lambda: register.record(case_id, fact(email)),
        lambda: register.same_subject(email, Right.ACCESS),
        lambda: register.subject_of(email),
        lambda: register.set_challenge(case_id, "identity", code(email), fact("k")),
        lambda: register.set_challenge(case_id, email, code(), fact("k")),
        lambda: register.try_challenge(case_id, "identity", email, NOW),
        lambda: register.offer_delivery(case_id, email, NOW, fact("k")),
        lambda: register.delivery(email),
    )


def test_no_door_lets_an_address_in_and_no_refusal_repeats_it(register: Register) -> None:
    case_id = opened(register)
    for email in EMAILS:
        for door in doors_for(register, case_id, email):
            with pytest.raises(InputError) as refused:
                door()
            assert email not in f"{refused.value!s} {refused.value!r}"

    assert len(register.events()) == 1


@pytest.mark.parametrize("value", ["x" * 20_000, "\ud800", 2.5j, ["list", {1, 2}]])
def test_facts_that_cannot_be_kept_are_refused_by_code(register: Register, value: object) -> None:
    case_id = opened(register)

    with pytest.raises(InputError) as refused:
        register.record(case_id, Fact(key="k", kind=EvidenceKind.SEARCHED, at=NOW, facts={"v": value}))  # type: ignore[dict-item]

    assert refused.value.reason in {"facts_too_large", "facts_unwritable"}
    assert len(register.evidence(case_id)) == len(register.events()) == 1


def test_a_naive_instant_is_refused(register: Register) -> None:
    case_id = opened(register)
    naive = datetime(2026, 3, 31)  # noqa: DTZ001 - the point

    for late in (
        lambda: register.record(case_id, Fact(key="k", kind=EvidenceKind.SEARCHED, at=naive)),
        lambda: register.record(case_id, fact("k"), Change(closed_at=naive)),
        lambda: register.try_challenge(case_id, "identity", ADA, naive),
        lambda: register.offer_delivery(case_id, ADA, naive, fact("k")),
    ):
        with pytest.raises(InputError) as refused:
            late()
        assert refused.value.reason == "instant_naive"
