"""A restriction that is over is lifted everywhere, or is somebody's task until it is (Art. 18(3))."""

import asyncio

import pytest

from desk import cases, restricting
from desk.letters import note_posted
from desk.tasks import tasks
from dsar.case import Decision
from dsar.decision_kinds import REFUSE
from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Role, Status, Verb
from tests.people import ADA_EMAIL
from tests.pretend_eraser import EVERY
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import WORDS, approved, entries, system
from tests.workflow.marks import DPO, comes, ends, is_lifted, restricted, skip, told, waits
from tests.workflow.test_what_is_restricted_stays_so import DAY, lifted

REFUSED = OperatorError("crm", "credentials_refused")


@pytest.mark.parametrize("right", ["erasure", "objection"])
async def test_what_is_taken_back_ends_only_when_no_system_is_marked_any_more(
    house: House, right: str
) -> None:
    crm = system(verbs=EVERY - {Verb.LIFT})
    house.add(crm)
    async with house.worker():
        if right == "erasure":
            case = await approved(house)
        else:
            case = await house.open(right=right)
            await house.prove(case)
            await house.until(case, Status.DECIDING)
        withdrawal = asyncio.create_task(cases.withdraw(house.desk, case))
        task = await waits(house, "still_marked.cannot_lift")
        still_open = house.register.case(case).closed_at is None
        crm.restricted.clear()
        restricting.lifted(house.desk, case, "crm", by="support-1", reason=WORDS)
        await house.skip(case, days=2)
        await withdrawal
        await house.until(case, Status.CLOSED)

    assert ("crm", house.register.case(case).request.owner) == (task.system, task.owner)
    assert still_open
    assert Outcome.WITHDRAWN is house.register.case(case).outcome
    assert DPO in told(house, "STILL RESTRICTED")


async def test_an_erasure_taken_back_asks_nobody_where_nothing_could_be_marked(house: House) -> None:
    house.add(system(verbs=EVERY - {Verb.LIFT, Verb.RESTRICT}))
    async with house.worker():
        case = await approved(house)
        await cases.withdraw(house.desk, case)
        await house.until(case, Status.CLOSED)

    assert [] == told(house, "STILL RESTRICTED")
    assert () == tasks(house.desk)


@pytest.mark.parametrize("trouble", [REFUSED, TemporaryError("crm", "unreachable")])
async def test_a_system_that_stays_away_is_a_task_that_goes_up_and_then_is_lifted_by_itself(
    house: House, trouble: DsarError
) -> None:
    async with house.worker():
        case, crm = await restricted(house)
        await ends(house, case)
        await skip(house, case, 10)
        crm.trouble = [trouble] * 999
        await skip(house, case, 9)
        task = await waits(house, f"still_marked.{trouble.reason}")
        early = told(house, "STILL RESTRICTED")
        for _ in range(10):  # hourly tries: a longer way is not gone at once
            await skip(house, case, 3)
        await comes(house, lambda: "team_lead@larkfield.example" in told(house, "STILL"), "nobody told")
        ended = await lifted(house, case)
        crm.trouble = []
        await skip(house, case, 12)
        await is_lifted(house, case)

    assert (5, task.owner) == ((task.deadline_on - task.since_on).days, early[0].partition("@")[0])
    assert DPO in early
    assert not ended
    assert (set(), ()) == (crm.restricted, tasks(house.desk))


async def test_a_system_that_says_lifted_and_is_still_restricted_is_found_out(house: House) -> None:
    async with house.worker():
        case, crm = await restricted(house, system())
        crm.stuck = 3
        await ends(house, case)
        await skip(house, case, 15)
        await waits(house, "still_marked.lifting_not_held")
        receipts, ended = entries(house, case, EvidenceKind.RECEIPT, Verb.LIFT), await lifted(house, case)
        await skip(house, case, 5)
        await is_lifted(house, case)

    assert ([], False) == (receipts, ended)
    assert set() == crm.restricted
    assert 1 == len(entries(house, case, EvidenceKind.RECEIPT, Verb.LIFT))


async def test_one_that_needs_days_to_lift_is_given_them_and_lifted_anew_if_it_lied(house: House) -> None:
    """Two days by its card, and three looks: nobody is suspected before."""
    async with house.worker():
        case, crm = await restricted(house, system())
        crm.shows_in, crm.stuck = 2 * DAY, 1
        await ends(house, case)
        await skip(house, case, 17)
        early = tasks(house.desk)
        await skip(house, case, 5)
        await waits(house, "still_marked.lifting_not_held")
        await skip(house, case, 4)
        await is_lifted(house, case)

    assert () == early
    assert set() == crm.restricted
    assert 2 == len(entries(house, case, EvidenceKind.RECEIPT, Verb.LIFT))


async def test_a_persons_word_is_looked_at_and_believed_when_it_is_said_again(house: House) -> None:
    async with house.worker():
        case, crm = await restricted(house, system(verbs=EVERY - {Verb.LIFT}))
        await ends(house, case)
        await skip(house, case, 15)
        await waits(house, "still_marked.cannot_lift")
        restricting.lifted(house.desk, case, "crm", by="support-1", reason=WORDS)
        none = tasks(house.desk)
        await skip(house, case, 2)
        await waits(house, "still_marked.lifting_not_held")
        restricting.lifted(house.desk, case, "crm", by="support-1", reason=WORDS)
        await skip(house, case, 2)
        await is_lifted(house, case)

    assert () == none
    assert {ADA_EMAIL} == crm.restricted


async def test_a_system_that_left_the_register_is_a_task_while_it_stands_and_when_it_ends(
    house: House,
) -> None:
    async with house.worker():
        case, _ = await restricted(house)
        del house.systems["crm"]
        await skip(house, case, 2)
        standing = await waits(house, "unmarked.not_registered")
        await ends(house, case)
        await skip(house, case, 15)
        await comes(house, lambda: "still_marked.not_registered" in _reasons(house), "no task")
        ended = await lifted(house, case)
        restricting.lifted(house.desk, case, "crm", by="support-1", reason=WORDS)
        await skip(house, case, 8)
        await is_lifted(house, case)

    assert ("crm", False) == (standing.system, ended)
    assert () == tasks(house.desk)


async def test_a_refused_objection_ends_its_restriction_by_notice_and_is_not_called_taken_back(
    house: House,
) -> None:
    crm = system()
    house.add(crm)
    async with house.worker():
        case = await house.open(right="objection")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        ground = "12_5_excessive"
        decision = Decision(kind=REFUSE, by="dpo", role=Role.DPO, ground=ground, facts={"tried": "clarify"})
        await cases.decide(house.desk, case, decision, WORDS)
        await house.until(case, Status.CLOSED)
        while_told = set(crm.restricted)
        await skip(house, case, 16)
        await is_lifted(house, case)

    assert Outcome.REFUSED is house.register.case(case).outcome
    assert LetterKind.WITHDRAWN not in house.post.kinds
    assert LetterKind.RESTRICTION_ENDING in house.post.kinds
    assert [{ADA_EMAIL}, set()] == [while_told, crm.restricted]


async def test_nobody_lifts_by_hand_before_the_person_was_told(house: House) -> None:
    """The letter that it is over is refused at the door: neither a machine nor a person lifts."""
    crm = system()
    house.add(crm)
    async with house.worker():
        case = await approved(house)
        house.post.trouble = [OperatorError("post", "recipient_refused")] * 99
        withdrawal = asyncio.create_task(cases.withdraw(house.desk, case))
        await comes(house, lambda: "still_marked.notice_not_sent" in _reasons(house), "no task")
        with refused("notice_not_sent"):
            restricting.lifted(house.desk, case, "crm", by="support-1", reason=WORDS)
        marked = set(crm.restricted)
        note_posted(house.desk, case, LetterKind.WITHDRAWN, by="support-1")
        await house.skip(case, days=2)
        await withdrawal

    assert ({ADA_EMAIL}, set()) == (marked, crm.restricted)


def _reasons(house: House) -> set[str]:
    return {task.reason for task in tasks(house.desk)}
