"""Erasure, told in order: planned, approved, restricted, done, looked at again, told (Art. 17)."""

from datetime import timedelta

import pytest

from desk import cases, erasing
from dsar.case import Decision
from dsar.decision_kinds import (
    APPROVE_PLAN,
    CONFIRM_REQUEST,
    RELEASE,
)
from dsar.duties import ErasurePolicy
from dsar.errors import InputError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Role, Status, Verb
from tests.people import ADA_EMAIL
from tests.pretend_eraser import PretendEraser
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import (
    STRANGER,
    approve,
    approved,
    closed,
    entries,
    system,
    told,
)


async def test_what_the_plan_names_is_gone_and_nobody_elses_row_was_touched(house: House) -> None:
    crm, shop = house.add(system()), house.add(system("shop"))
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
    letter = told(house)

    assert Outcome.FULFILLED is house.register.case(case).outcome
    assert [{STRANGER: [{"page": "/"}]}] * 2 == [crm.rows, shop.rows]
    assert 2 == len(entries(house, case, EvidenceKind.RECEIPT))
    assert {"verified"} == {e.facts["verdict"] for e in entries(house, case, EvidenceKind.CHECKED)}
    assert "Your visits (crm)" in letter
    assert "removed" in letter


async def test_it_is_restricted_at_once_and_nothing_goes_before_the_grace_is_over(house: House) -> None:
    crm = house.add(system())
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=6)
        before = dict(crm.rows)
        await house.skip(case, days=2)
        await house.until(case, Status.CLOSED)

    assert ADA_EMAIL in before
    assert [Verb.RESTRICT, Verb.ERASE] == crm.deeds  # type: ignore[attr-defined]  # an eraser


async def test_who_takes_it_back_in_time_keeps_everything_and_is_free_again(house: House) -> None:
    crm = house.add(system())
    async with house.worker():
        case = await approved(house)
        await cases.withdraw(house.desk, case)
        await house.until(case, Status.CLOSED)

    assert Outcome.WITHDRAWN is house.register.case(case).outcome
    assert [Verb.RESTRICT, Verb.LIFT] == crm.deeds  # type: ignore[attr-defined]  # an eraser
    assert ADA_EMAIL in crm.rows
    assert 1 == house.post.kinds.count(LetterKind.WITHDRAWN)
    assert () == house.register.suppressed()


async def test_an_approval_is_bound_to_the_plan_that_was_read(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await house.open(right="erasure")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        for kind, digest, reason in (
            (APPROVE_PLAN, "0" * 64, "plan_changed"),
            (RELEASE, "", "not_offered"),
        ):
            with refused(reason):
                decision = Decision(kind=kind, by="dpo", role=Role.DPO, plan=digest)
                await cases.decide(house.desk, case, decision)
        await cases.withdraw(house.desk, case)
        await house.until(case, Status.CLOSED)


async def test_a_request_for_a_copy_ends_before_anything_is_planned(house: House) -> None:
    house.add(system())
    async with house.worker():
        access = await house.open()
        case = await house.open(right="erasure")
        await house.prove(case)
        await house.prove(access)
        await house.until(access, Status.DECIDING)
        before = entries(house, case, EvidenceKind.PLANNED)
        with pytest.raises(InputError, match=access):
            erasing.plan_of(house.desk, case)
        await cases.decide(house.desk, access, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        await house.until(access, Status.CLOSED)
        await house.skip(case, hours=2)
        await approve(house, case)
        await house.until(case, Status.GRACE)
        await closed(house, case)

    assert [] == before
    assert Outcome.FULFILLED is house.register.case(case).outcome


async def test_who_is_erased_is_remembered_by_a_fingerprint_and_nothing_else(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
    listed = house.register.suppressed()

    assert {"collection", "marketing"} == {line.purpose for line in listed}
    assert {case} == {line.case_id for line in listed}
    assert ADA_EMAIL not in str(listed)


async def test_nothing_held_is_an_answer_and_leaves_nothing_behind(house: House) -> None:
    house.add(PretendEraser("crm"))
    async with house.worker():
        case = await approved(house)
        await closed(house, case)

    assert Outcome.NOTHING_HELD is house.register.case(case).outcome
    assert () == house.register.suppressed()


async def test_a_californian_request_is_confirmed_before_anybody_plans_it(house: House) -> None:
    """11 CCR 7020(d) allows two steps; who does not confirm is reminded, and nothing happens (LAW CAL-05)."""
    house.add(system())
    async with house.worker():
        case = await house.open(right="delete", regime="US-CA")
        await house.prove(case)
        await house.until(case, Status.CONFIRMING)
        await house.days(case, 8)
        reminded = house.post.kinds.count(LetterKind.ERASURE_CONFIRMATION)
        before = entries(house, case, EvidenceKind.PLANNED)
        confirmed = Decision(kind=CONFIRM_REQUEST, by="support", role=Role.SUPPORT)
        await cases.decide(house.desk, case, confirmed)
        await approve(house, case)
        await house.until(case, Status.GRACE)
        await closed(house, case)

    assert 2 == reminded
    assert [] == before
    assert Outcome.FULFILLED is house.register.case(case).outcome


async def test_a_long_grace_goes_on_in_a_fresh_history(house: House) -> None:
    """Who waits for weeks, and is decided about often, forgets neither the plan nor its approval."""
    house.policy = ErasurePolicy(grace=timedelta(days=28))
    crm = house.add(system())
    async with house.worker():
        case = await approved(house)
        await house.days(case, 20)
        await closed(house, case)

    assert ADA_EMAIL not in crm.rows
    assert 1 == len(entries(house, case, EvidenceKind.RECEIPT))
