"""A deed that is weighed, planned again or not confirmed for long is not begun again by a fresh history."""

from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import (
    CONFIRM_REQUEST,
    CONFIRMED,
    RETRY,
    UPHOLD,
)
from dsar.erasure import plans_of
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Role, Status, Verb
from tests.people import ADA_EMAIL
from tests.workflow.beside import decide
from tests.workflow.conftest import House
from tests.workflow.erasures import approve, approved, entries, plan, system
from tests.workflow.long_lives import by_hand, ended, goes_on, letters
from tests.workflow.test_recipients_are_told import MAILING
from tests.workflow.test_recipients_are_told import settle as settle_recipient


async def test_who_objects_is_weighed_in_a_later_history_and_nothing_is_marked_or_told_twice(
    house: House,
) -> None:
    house.company.receivers = (MAILING,)
    crm = system()
    house.add(crm)
    async with house.worker():
        case = await house.open(right="objection")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await goes_on(house, case)
        await house.until(case, Status.DECIDING)
        await decide(house, case, UPHOLD)
        await house.eventually(lambda: house.wrote(LetterKind.OBJECTION_OUTCOME), "no outcome was told")
        await house.until(case, Status.DECIDING)
        await goes_on(house, case)
        await settle_recipient(house, case, CONFIRMED, "mailing", Role.SUPPORT)
        found = await ended(house, case)

    assert Outcome.FULFILLED is found
    assert [Verb.RESTRICT] == crm.deeds
    told = (LetterKind.RESTRICTION_PLACED, LetterKind.RECIPIENT_NOTICE, LetterKind.OBJECTION_OUTCOME)
    assert [1, 1, 1] == [letters(house, kind) for kind in told]


async def test_who_takes_an_objection_back_in_a_later_history_is_free_again(house: House) -> None:
    crm = system()
    house.add(crm)
    async with house.worker():
        case = await house.open(right="objection")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await goes_on(house, case)
        await cases.withdraw(house.desk, case)
        found = await ended(house, case)

    assert Outcome.WITHDRAWN is found
    assert [Verb.RESTRICT, Verb.LIFT] == crm.deeds


async def test_a_plan_of_what_outgrew_the_first_one_waits_in_short_histories(house: House) -> None:
    crm = system()
    house.add(crm)
    async with house.worker():
        case = await approved(house)
        crm.rows[ADA_EMAIL].append({"page": "/new"})
        await house.skip(case, days=8)
        await by_hand(house, case, "crm", RETRY)
        await house.until(case, Status.DECIDING)
        read = plan(house, case)
        await goes_on(house, case)
        assert read == plan(house, case)
        await approve(house, case)
        found = await ended(house, case)

    assert Outcome.FULFILLED is found
    assert ADA_EMAIL not in crm.rows
    assert 2 == len(plans_of(house.register.evidence(case)))
    assert 1 == len(entries(house, case, EvidenceKind.RECEIPT))


async def test_who_does_not_confirm_is_reminded_weekly_and_not_with_each_history(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await house.open(right="delete", regime="US-CA")
        await house.prove(case)
        await house.until(case, Status.CONFIRMING)
        await goes_on(house, case)
        await house.until(case, Status.CONFIRMING)
        early = letters(house, LetterKind.ERASURE_CONFIRMATION)
        await house.days(case, 8)
        late = letters(house, LetterKind.ERASURE_CONFIRMATION)
        confirmed = Decision(kind=CONFIRM_REQUEST, by="support", role=Role.SUPPORT)
        await cases.decide(house.desk, case, confirmed)
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert (1, 2) == (early, late)
