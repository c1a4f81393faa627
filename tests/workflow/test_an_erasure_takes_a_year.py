"""An erasure may stand in people's hands for a year: its histories stay short, and nothing is done twice."""

from dataclasses import replace

from dsar.decision_kinds import APPROVE_PLAN, CONFIRMED, MANUAL_DONE
from dsar.duties import ErasurePolicy
from dsar.erasure import plans_of
from dsar.evidence import EvidenceKind
from dsar.recipients import CHASE_AFTER
from dsar.vocabulary import LetterKind, Outcome, Role, Status, Verb
from tests.people import ADA_EMAIL
from tests.pretend_eraser import EVERY
from tests.workflow.beside import decide
from tests.workflow.conftest import House
from tests.workflow.erasures import approved, closed, entries, plan, settle, system
from tests.workflow.long_lives import MOST_EVENTS, a_year, lengths, letters
from tests.workflow.test_recipients_are_told import MAILING, erased
from tests.workflow.test_recipients_are_told import settle as settle_recipient
from tests.workflow.test_what_must_stay_is_named import DUTY, ORDERS, hold, skip_retained

HALF_A_YEAR = 185
QUARTERS, QUARTER = 6, 91
EVENTS_OF_A_LOOK = 30  # at what a duty or a hold keeps


def overdue(house: House, case: str) -> int:
    return sum(e.key.startswith("notice:overdue") for e in house.register.evidence(case))


def assert_bounded(events: list[int]) -> None:
    assert len(events) > 2, events
    assert max(events) < MOST_EVENTS, events


async def test_a_plan_waits_a_year_for_its_approval_and_stays_the_plan_that_was_read(house: House) -> None:
    crm = house.add(system())
    async with house.worker():
        case = await house.open(right="erasure")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        read = plan(house, case)
        await a_year(house, case)
        await decide(house, case, APPROVE_PLAN, plan=read.digest)
        await house.until(case, Status.CLOSED)
        events = await lengths(house, case)

    assert overdue(house, case) > 60  # on working days for thirty days, then weekly
    assert_bounded(events)
    assert [read] == list(plans_of(house.register.evidence(case)))
    assert ([Verb.RESTRICT, Verb.ERASE], 1) == (crm.deeds, len(entries(house, case, EvidenceKind.RECEIPT)))  # type: ignore[attr-defined]  # an eraser
    assert Outcome.FULFILLED is house.register.case(case).outcome


async def test_a_system_waits_a_year_for_a_hand_after_another_was_erased(house: House) -> None:
    shop, crm = house.add(system("shop")), house.add(system(verbs=EVERY - {Verb.ERASE}))
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await house.until(case, Status.BY_HAND)
        await a_year(house, case)
        await settle(house, case, MANUAL_DONE)
        await house.until(case, Status.CLOSED)
        events = await lengths(house, case)

    assert overdue(house, case) > 60
    assert_bounded(events)
    assert ([Verb.RESTRICT, Verb.ERASE], 1) == (shop.deeds, len(entries(house, case, EvidenceKind.RECEIPT)))  # type: ignore[attr-defined]  # an eraser
    assert [Verb.RESTRICT] == crm.deeds  # type: ignore[attr-defined]  # an eraser
    assert 1 == letters(house, LetterKind.ERASURE_OUTCOME)
    assert Outcome.FULFILLED is house.register.case(case).outcome


async def test_a_recipient_stays_silent_for_half_a_year_and_is_chased_every_ten_days(house: House) -> None:
    async with house.worker():
        case = await erased(house, MAILING)
        await house.days(case, HALF_A_YEAR)
        await settle_recipient(house, case, CONFIRMED, "mailing", Role.SUPPORT)
        await house.life(case).result()
        events = await lengths(house, case)

    told = [e for e in house.register.evidence(case) if e.kind is EvidenceKind.NOTIFIED]
    assert_bounded(events)
    assert HALF_A_YEAR // CHASE_AFTER.days + 1 == letters(house, LetterKind.RECIPIENT_NOTICE)
    assert letters(house, LetterKind.RECIPIENT_NOTICE) == len({e.key for e in told})
    assert (1, 1) == (
        letters(house, LetterKind.ERASURE_OUTCOME),
        len(entries(house, case, EvidenceKind.RECEIPT)),
    )


async def test_what_a_hold_and_a_duty_keep_costs_a_few_events_at_each_look(house: House) -> None:
    """The case is closed by then. A workflow of its own looks after ninety days, then monthly."""
    house.policy = ErasurePolicy(duties=(replace(DUTY, months=24),), holds=(hold(),))
    crm, shop = house.add(system()), house.add(system("shop", collection=ORDERS))
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        for _ in range(QUARTERS):
            await skip_retained(house, case, QUARTER)
        handle = house.environment.client.get_workflow_handle(f"retained/{case}")
        events = len((await handle.fetch_history()).events)

    looks = 1 + (QUARTERS * QUARTER - 90) // 30
    assert [True, True] == [ADA_EMAIL in crm.rows, ADA_EMAIL in shop.rows]
    assert events < EVENTS_OF_A_LOOK * looks + EVENTS_OF_A_LOOK, (events, looks)
