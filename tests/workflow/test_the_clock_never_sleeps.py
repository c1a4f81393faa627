"""The timekeeper: milestones, escalation, quiet hours, breaches, and a year in bounded histories."""

import asyncio
from datetime import UTC, date, datetime

from desk import cases
from dsar.case import Decision
from dsar.decisions import RELEASE, RETRY
from dsar.errors import OperatorError
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House

HELD = {ADA_EMAIL: [{"n": 1}]}
OWNER, LEAD, DPO = (f"{who}@larkfield.example" for who in ("support", "team_lead", "dpo"))
MOST_EVENTS = 400  # of one history: 300 are suggested, and what is under way then is finished


def by_dpo(kind: str, **more: str) -> Decision:
    return Decision(kind=kind, by="dpo", role=Role.DPO, **more)


def entries(house: House, case: str, kind: EvidenceKind) -> list[Entry]:
    return [entry for entry in house.register.evidence(case) if entry.kind is kind]


def told(house: House) -> dict[str, set[str]]:
    """Who was told of what, by the first words of the notices."""
    found: dict[str, set[str]] = {}
    for to, notice in house.post.notices:
        found.setdefault(notice.subject.partition(":")[0], set()).add(to)
    return found


async def waiting_for_release(house: House) -> str:
    """A case that has everything but the DPO's word."""
    house.add(PretendSystem("crm", rows=HELD))
    case = await house.open()
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    return case


async def days(house: House, case: str, count: int) -> None:
    """Let days go by, one at a time, and each day's notices go out."""
    for _ in range(count):
        await house.skip(case, days=1)


async def test_staff_hear_of_each_milestone_once_and_ever_higher_up(house: House) -> None:
    async with house.worker():
        case = await waiting_for_release(house)
        due = house.register.case(case).due_on
        assert due is not None
        await days(house, case, (due - datetime.now(UTC).date()).days + 4)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    notices = entries(house, case, EvidenceKind.NOTICE_SENT)
    assert len({entry.key for entry in notices}) == len(notices)
    print(told(house), [e.key for e in notices], due)
    assert 1 == len(entries(house, case, EvidenceKind.BREACHED))


async def test_a_year_goes_by_in_bounded_histories_and_no_update_is_lost(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD))
    house.add(PretendSystem("attic", trouble=[OperatorError("attic", "gone")] * 7))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.BY_HAND)
        for month in range(6):
            await days(house, case, 60)
            await cases.decide(house.desk, case, by_dpo(RETRY, system="attic"))
            await house.until(case, Status.BY_HAND)
            print(month, datetime.now(UTC))
        await days(house, case, 5)
        await cases.decide(house.desk, case, by_dpo(RETRY, system="attic"))
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()
        histories = await house.histories(case)

    print([len(h.events) for h in histories])
    assert Outcome.FULFILLED is closing.outcome
