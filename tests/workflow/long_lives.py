"""How the tests make a case live long: its histories are filled, and fresh ones begin."""

import asyncio

from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import MANUAL_DONE, RETRY
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from tests.workflow.conftest import House
from tests.workflow.erasures import WORDS

SUGGESTED_AT = 300  # events at which the server suggests a fresh history here; 4,096 unless told
MOST_EVENTS = 400  # in one history: what is under way then comes to its end first
MOST_REARMS = 200  # for one fresh history
AT_ONCE = 2


async def run_of(house: House, case: str) -> str:
    return (await house.life(case).describe()).run_id


async def goes_on(house: House, case: str, fresh: int = 2) -> None:
    """Have the clock reckoned afresh, several times at once, until so many fresh histories have begun."""
    for _ in range(fresh):
        before = await run_of(house, case)
        for _ in range(MOST_REARMS):
            life = house.life(case)
            await asyncio.gather(*(life.execute_update("rearm", id=None) for _ in range(AT_ONCE)))
            if await run_of(house, case) != before:
                break
        else:
            raise AssertionError("no fresh history ever began")


async def a_year(house: House, case: str) -> None:
    """Let a year and more go by: a deadline that passed is told each working day for a month, then weekly."""
    await house.days(case, 70)
    await house.days(case, 330, at_once=5)


async def lengths(house: House, case: str) -> list[int]:
    return [len(history.events) for history in await house.histories(case)]


async def by_hand(house: House, case: str, system: str, kind: str = MANUAL_DONE) -> None:
    """Live through two fresh histories with something in people's hands; then they settle it."""
    await house.until(case, Status.BY_HAND)
    await goes_on(house, case)
    await house.until(case, Status.BY_HAND)
    role = Role.SUPPORT if kind in {MANUAL_DONE, RETRY} else Role.DPO
    await cases.decide(house.desk, case, Decision(kind=kind, by="dpo", role=role, system=system), WORDS)


async def ended(house: House, case: str) -> Outcome:
    """Whatever happened, it happened once: the case ends, and each of its histories was short."""
    closing = await house.life(case).result()
    events = await lengths(house, case)
    assert max(events) < MOST_EVENTS, events
    evidence = house.register.evidence(case)
    receipts = [entry.key for entry in evidence if entry.kind is EvidenceKind.RECEIPT]
    assert len(receipts) == len(set(receipts))
    assert house.register.verify_evidence(case).whole
    return Outcome(closing.outcome)


def letters(house: House, kind: LetterKind) -> int:
    return house.post.kinds.count(kind)
