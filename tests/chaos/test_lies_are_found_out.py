"""Lies told by connected systems, and how many the engine finds out.

Each kind of lie is told once, by one of three systems; the two others are honest, and nobody suspects them.
It prints how many were found out. More are told by, for instance

    DSAR_CHAOS_LIES=200 make test ARGS="tests/chaos/test_lies_are_found_out.py -n 0 -s"

What nothing can find out is a system that lies in every answer it gives: search, second look and scan.
"""

import os
import random
from collections.abc import Awaitable, Callable, Mapping

import pytest
from temporalio.testing import WorkflowEnvironment

from desk import cases
from desk.tasks import tasks
from dsar.canaries import Canary
from dsar.case import Decision
from dsar.decision_kinds import RELEASE, RESTRICT
from dsar.evidence import EvidenceKind
from dsar.residue import system_of
from dsar.vocabulary import Right, Role, Status, Verb
from tests.chaos.liars import Liar, Lie
from tests.people import ADA_EMAIL
from tests.workflow import corrections
from tests.workflow.conftest import House, a_house
from tests.workflow.erasures import approved, entries
from tests.workflow.marks import ends, skip
from tests.workflow.test_canaries_are_heard import IDENTITY, heard
from tests.workflow.test_what_is_restricted_stays_so import lifted

LIES = int(os.environ.get("DSAR_CHAOS_LIES", str(len(Lie))))
SEED = int(os.environ.get("DSAR_CHAOS_SEED", "20261126"))
SYSTEMS = ("crm", "shop", "support")
Live = Callable[[House], Awaitable[set[str]]]


async def suspected(house: House, case: str) -> set[str]:
    """Return who waits for a hand when the case comes to that, or nobody if it closes."""

    async def there() -> bool:
        return bool(tasks(house.desk)) or house.register.case(case).status is Status.CLOSED

    await house.eventually(there, f"{case} neither closed nor waited for a hand")
    return {system_of(task.system) or task.system for task in tasks(house.desk)}


async def opened(house: House, right: Right) -> str:
    case = await house.open(right=right.value)
    await house.prove(case)
    return case


async def decided(house: House, case: str, kind: str, ground: str = "") -> set[str]:
    async def there() -> bool:
        return bool(tasks(house.desk)) or house.register.case(case).status is Status.DECIDING

    await house.eventually(there, f"{case} neither waited for a decision nor for a hand")
    if not tasks(house.desk):
        await cases.decide(house.desk, case, Decision(kind=kind, by="dpo", role=Role.DPO, ground=ground))
    return await suspected(house, case)


async def access(house: House) -> set[str]:
    return await decided(house, await opened(house, Right.ACCESS), RELEASE)


async def restriction(house: House) -> set[str]:
    return await decided(house, await opened(house, Right.RESTRICTION), RESTRICT, "18_1_a")


async def placing(house: House) -> set[str]:
    """Systems that ask for a day are given it, and are looked at again then, as any are while it stands."""
    case = await opened(house, Right.RESTRICTION)
    await house.until(case, Status.DECIDING)
    decision = Decision(kind=RESTRICT, by="dpo", role=Role.DPO, ground="18_1_a")
    await cases.decide(house.desk, case, decision)
    await house.skip(case, days=4)
    if found := await suspected(house, case):
        return found
    await skip(house, case, 2)
    await _looked(house, case)
    return _noted(house, case)


async def _looked(house: House, case: str) -> None:
    async def there() -> bool:
        return len(entries(house, case, EvidenceKind.CHECKED, Verb.RESTRICT)) >= 2 * len(SYSTEMS)

    await house.eventually(there, "nobody looked again")


def _noted(house: House, case: str) -> set[str]:
    """Return of whose mark the evidence says that it was not as it should be."""
    names = ("marked:", "unmarked:")
    return {str(e.facts["system"]) for e in house.register.evidence(case) if e.key.startswith(names)}


async def lifting(house: House) -> set[str]:
    await restriction(house)
    [case] = house.lived
    await ends(house, case)
    await skip(house, case, 25)

    async def there() -> bool:
        return bool(_noted(house, case)) or await lifted(house, case)

    await house.eventually(there, f"{case} was neither lifted nor did anybody hear why")
    return _noted(house, case)


async def erasure(house: House) -> set[str]:
    case = await approved(house)
    await house.skip(case, days=8)
    return await suspected(house, case)


async def objection(house: House) -> set[str]:
    return await suspected(house, await house.open(right=Right.MARKETING_OBJECTION.value))


async def correction(house: House) -> set[str]:
    case = await corrections.asked(house)
    await corrections.answer(house, case, 1, "accept")
    return await suspected(house, case)


async def canary(house: House) -> set[str]:
    house.canaries.append(Canary(name="north", systems=SYSTEMS, identity=IDENTITY))
    return {system for system, reason in zip(SYSTEMS, await heard(house), strict=True) if reason}


LIVES: Mapping[Lie, Live] = {
    **dict.fromkeys((Lie.DONE, Lie.JOB_ENDED, Lie.VOUCHED, Lie.HIDDEN), erasure),
    **dict.fromkeys((Lie.NO_RECEIPT, Lie.OTHERS_RECEIPT, Lie.NO_VERDICT), erasure),
    **dict.fromkeys((Lie.EMPTY_PLAN, Lie.LOW_PLAN), erasure),
    **dict.fromkeys((Lie.SHORT_EXPORT, Lie.EMPTY_EXPORT, Lie.UNDECLARED, Lie.NEGATIVE), access),
    Lie.SILENT: canary,
    Lie.RESTRICTED: restriction,
    **dict.fromkeys((Lie.FADED, Lie.ORDERED), placing),
    **dict.fromkeys((Lie.LIFTED, Lie.LIFT_ORDERED, Lie.LIFT_UNSAID), lifting),
    Lie.STOPPED: objection,
    Lie.CORRECTED: correction,
}


def cast(house: House, lie: Lie | None, live: Live, liar: str, chance: random.Random) -> None:
    """Put three systems into the house, one of which lies."""
    for name in SYSTEMS:
        says = lie if name == liar else None
        if live is correction:
            house.add(corrections.shop(name, idle=99 if says else 0))
            continue
        rows = {ADA_EMAIL: [{"page": f"/{n}"} for n in range(chance.randint(2, 9))]}
        house.add(Liar(name, rows=rows, lie=says, lies=says is Lie.STOPPED))


async def lived(environment: WorkflowEnvironment, lie: Lie | None, live: Live, chance: random.Random) -> bool:
    """Whether exactly the liar was found out."""
    liar = chance.choice(SYSTEMS)
    async with a_house(environment) as house:
        cast(house, lie, live, liar, chance)
        async with house.worker():
            return await live(house) == ({liar} if lie else set())


@pytest.mark.timeout(120 + 30 * LIES)
async def test_every_lie_is_found_out_and_nobody_else_is_suspected(environment: WorkflowEnvironment) -> None:
    chance = random.Random(SEED)  # noqa: S311  # a seed that can be repeated, no secret
    told = [*Lie, *chance.choices([*Lie], k=max(0, LIES - len(Lie)))][:LIES]
    missed = [lie for lie in told if not await lived(environment, lie, LIVES[lie], chance)]
    print(f"{len(told) - len(missed)} of {len(told)} lies found out")  # noqa: T201  # shown with -s

    assert [] == missed


@pytest.mark.parametrize("live", dict.fromkeys(LIVES.values()), ids=lambda live: live.__name__)
async def test_where_nobody_lies_nobody_is_suspected(environment: WorkflowEnvironment, live: Live) -> None:
    assert await lived(environment, None, live, random.Random(SEED))  # noqa: S311  # as above
