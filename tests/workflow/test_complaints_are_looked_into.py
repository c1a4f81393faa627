"""Complaints and appeals: nothing is searched, a person who had no part decides, and the outcome is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from desk import cases, complaining
from desk.intake import open_case
from desk.tasks import tasks
from dsar.case import Decision
from dsar.decision_kinds import DISMISS, MANUAL_DONE, NOT_FOUND, REFUSE, RETRY, UPHOLD
from dsar.evidence import EvidenceKind
from dsar.intake import NewRequest
from dsar.links import LinkKind, links_of
from dsar.systems import EARLIER
from dsar.vocabulary import Found, LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.test_no_system_is_left_unknown import by_dpo, found
from tests.workflow.test_nobody_gets_what_is_not_theirs import called_again

WHY = "We answered eleven days late, because a letter lay unread in the post room."
READ = "We read the file and asked the post room."
MENDED = "Letters are opened on the day they come."
STRANGER = "nobody@other.example"


_GROUNDS: dict[str, dict[str, Any]] = {
    "UK": {"ground": "12_5_excessive", "facts": {"tried": "clarify"}},
    "US": {"ground": "local_not_met", "facts": {"condition": "out_of_scope"}},
}


async def refused_access(house: House, regime: str = "UK-ENG") -> str:
    """A request for access that the DPO refused."""
    house.add(PretendSystem("crm"))
    case = await house.open(regime=regime)
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    await cases.decide(house.desk, case, replace(by_dpo(REFUSE), **_GROUNDS[regime[:2]]), WHY)
    await house.life(case).result()
    return case


def by_deputy(kind: str, **more: Any) -> Decision:
    return Decision(kind=kind, by="deputy", role=Role.DPO, **more)


async def decided(
    house: House, case: str, decision: Decision, *, enquiries: tuple[str, ...] = (READ,), changes: Any = ()
) -> None:
    full = complaining.told(house.desk, case, decision, enquiries=enquiries, changes=changes)
    await cases.decide(house.desk, case, full, WHY)


def how(house: House, case: str) -> list[tuple[LinkKind, str]]:
    return [(link.how, link.case_id) for link in links_of(house.register.evidence(case))]


async def test_a_complaint_is_acknowledged_decided_by_another_and_told(house: House) -> None:
    async with house.worker():
        earlier = await refused_access(house)
        case = await house.open(right="complaint", about=earlier)
        await house.until(case, Status.DECIDING)
        with refused("took_part"):
            await decided(house, case, by_dpo(UPHOLD), changes=(MENDED,))
        with refused("enquiry_missing"):
            await decided(house, case, by_deputy(UPHOLD), enquiries=(), changes=(MENDED,))
        with refused("change_missing"):
            await decided(house, case, by_deputy(UPHOLD))
        with refused("not_offered"):
            await cases.decide(house.desk, case, by_deputy(REFUSE, ground="12_5_excessive"), WHY)
        await decided(house, case, by_deputy(UPHOLD), changes=(MENDED,))
        closing = await house.life(case).result()

    outcome = house.post.last(LetterKind.COMPLAINT_OUTCOME).text
    assert Outcome.FULFILLED is closing.outcome
    assert [LetterKind.COMPLAINT_ACKNOWLEDGEMENT, LetterKind.COMPLAINT_OUTCOME] == house.post.kinds[-2:]
    assert {} == found(house, case)
    assert all(
        words in " ".join(outcome.split()) for words in (READ, WHY, MENDED, "right to complain", earlier)
    )
    assert [(LinkKind.ABOUT, earlier)] == how(house, case)
    assert [(LinkKind.RAISED, case)] == how(house, earlier)
    assert all(house.register.verify_evidence(one).whole for one in (case, earlier))


async def test_a_complaint_that_is_dismissed_names_the_ground_and_the_ways_that_are_left(
    house: House,
) -> None:
    async with house.worker():
        earlier = await refused_access(house)
        case = await house.open(right="complaint", about=earlier)
        await house.until(case, Status.DECIDING)
        with refused("ground_unknown"):
            await decided(house, case, by_deputy(DISMISS, ground="12_5_excessive"))
        await decided(house, case, by_deputy(DISMISS, ground="not_infringed"))
        closing = await house.life(case).result()

    text = " ".join(house.post.last(LetterKind.COMPLAINT_OUTCOME).text.split())
    assert Outcome.DISMISSED is closing.outcome
    assert "no infringement of data protection law" in text
    assert "complain to the authority" in text
    assert "section 164A" not in text  # that way has just been gone


async def test_an_appeal_in_a_state_of_the_usa_is_due_by_its_own_clock(house: House) -> None:
    """Forty-five days in Colorado; the decision that was right stays, and the authority is named."""
    async with house.worker():
        earlier = await refused_access(house, "US-CO")
        case = await house.open(right="appeal", regime="US-CO", about=earlier)
        await house.until(case, Status.DECIDING)
        record = house.register.case(case)
        await decided(house, case, by_deputy(DISMISS, ground="decision_stands"), enquiries=())
        closing = await house.life(case).result()

    assert record.due_on == record.request.received_on + timedelta(days=45)
    assert Outcome.DISMISSED is closing.outcome
    assert [LetterKind.APPEAL_ACKNOWLEDGEMENT, LetterKind.APPEAL_OUTCOME] == house.post.kinds[-2:]
    assert "complain to the authority" in house.post.last(LetterKind.APPEAL_OUTCOME).text


async def test_whose_case_it_is_about_a_person_finds_out_before_anybody_decides(house: House) -> None:
    """Ben complains about Ada's case. He hears that it arrived, and nothing of her until it is cleared up."""
    async with house.worker():
        earlier = await refused_access(house)
        case = await house.open(right="complaint", about=earlier, email=STRANGER)
        await house.until(case, Status.BY_HAND)
        waiting = [(task.system, task.reason) for task in tasks(house.desk) if task.case_id == case]
        with refused("incomplete"):
            await decided(house, case, by_deputy(DISMISS, ground="not_their_data"))
        await cases.decide(house.desk, case, by_dpo(RETRY, system=EARLIER))
        await called_again(house, case, 2)
        await cases.decide(house.desk, case, by_dpo(NOT_FOUND, system=EARLIER), WHY)
        await house.until(case, Status.DECIDING)
        await decided(house, case, by_dpo(DISMISS, ground="not_their_data"))
        await house.life(case).result()

    assert [(EARLIER, "another_person")] == waiting
    assert [(LinkKind.CLAIMED, earlier)] == how(house, case)
    assert [] == how(house, earlier)
    to_ben = [letter.text for to, letter in house.post.letters if to == STRANGER]
    assert 2 == len(to_ben)
    assert not [text for text in to_ben if earlier in text]
    assert {EARLIER: Found.NOTHING_HELD} == found(house, case)


async def test_once_it_is_known_to_be_theirs_both_files_say_so_and_whoever_decided_stands_apart(
    house: House,
) -> None:
    async with house.worker():
        earlier = await refused_access(house)
        case = await house.open(right="complaint", about=earlier, email="ada.second@subject.example")
        await house.until(case, Status.BY_HAND)
        await cases.decide(house.desk, case, by_dpo(MANUAL_DONE, system=EARLIER), WHY)
        await house.until(case, Status.DECIDING)
        with refused("took_part"):
            await decided(house, case, by_dpo(UPHOLD), changes=(MENDED,))
        await decided(house, case, by_deputy(UPHOLD), changes=(MENDED,))
        await house.life(case).result()

    assert [(LinkKind.ABOUT, earlier)] == how(house, case)
    assert [(LinkKind.RAISED, case)] == how(house, earlier)


async def test_where_there_is_one_dpo_only_nobody_is_shut_out(house: House) -> None:
    house.company.dpos = ("dpo",)
    async with house.worker():
        earlier = await refused_access(house)
        case = await house.open(right="complaint", about=earlier)
        await house.until(case, Status.DECIDING)
        await decided(house, case, by_dpo(UPHOLD), changes=(MENDED,))
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome


async def test_an_upheld_complaint_leads_to_a_new_request_that_names_it(house: House) -> None:
    async with house.worker():
        earlier = await refused_access(house)
        case = await house.open(right="complaint", about=earlier)
        await house.until(case, Status.DECIDING)
        with refused("about_not_upheld"):
            await house.open(about=case)
        await decided(house, case, by_deputy(UPHOLD), changes=(MENDED,))
        await house.life(case).result()
        with refused("another_person"):
            await house.open(about=case, email=STRANGER)
        anew = await house.open(about=case)
        await house.until(anew, Status.IDENTIFYING)

    assert [(LinkKind.FOLLOWS, case)] == how(house, anew)
    assert [(LinkKind.ABOUT, earlier), (LinkKind.LED_TO, anew)] == how(house, case)


async def test_who_complains_under_uk_law_hears_of_progress_and_staff_are_reminded(house: House) -> None:
    """No law dates the outcome: every thirty days a letter, and staff hear of it as of a task."""
    received = datetime.now(UTC).date() - timedelta(days=29)
    async with house.worker():
        case = await house.open(right="complaint", received=str(received))
        await house.until(case, Status.DECIDING)
        assert house.register.case(case).due_on is None
        await house.days(case, 3)
        await house.eventually(lambda: house.wrote(LetterKind.COMPLAINT_PROGRESS), "no letter of progress")
        await house.days(case, 30)
        await house.eventually(lambda: told_twice(house), "no second letter of progress")
        reminders = [e for e in house.register.evidence(case) if e.kind is EvidenceKind.NOTICE_SENT]
        await decided(house, case, by_deputy(DISMISS, ground="put_right"))
        await house.life(case).result()

    assert {"task", "task_late", "task_stuck"} <= {e.facts["milestone"] for e in reminders}
    assert "acknowledge" not in {e.facts["milestone"] for e in reminders}
    assert 2 == house.post.kinds.count(LetterKind.COMPLAINT_PROGRESS)


async def told_twice(house: House) -> bool:
    return 2 == house.post.kinds.count(LetterKind.COMPLAINT_PROGRESS)


async def test_a_complaint_is_withdrawn_like_any_request(house: House) -> None:
    async with house.worker():
        case = await house.open(right="complaint")
        await house.until(case, Status.DECIDING)
        await cases.withdraw(house.desk, case)
        closing = await house.life(case).result()

    assert Outcome.WITHDRAWN is closing.outcome


async def test_two_complaints_of_one_day_about_two_cases_are_two(house: House) -> None:
    async with house.worker():
        first, second = await refused_access(house), await refused_access(house)
        made = NewRequest(right="complaint", regime="", email=ADA_EMAIL, about=first)
        opened = [await open_case(house.desk, one) for one in (made, replace(made, about=second), made)]
        house.lived += [one.record.request.case_id for one in opened[:2]]
        with refused("already_open"):
            await open_case(house.desk, replace(made, about="", regime="UK-ENG", received="2026-11-02"))
        for case in house.lived[-2:]:
            await house.until(case, Status.DECIDING)
            await cases.withdraw(house.desk, case)
            await house.life(case).result()

    assert [True, True, False] == [one.created for one in opened]
    assert opened[0].record.request.case_id == opened[2].record.request.case_id != house.lived[-1]
    assert {"UK-ENG"} == {one.record.request.regime for one in opened}
