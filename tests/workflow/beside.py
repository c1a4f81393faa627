"""What tests of time, fees and questions share: a case that waits for the DPO, and its due date."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import KINDS
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House

WHY = "4,200 messages mention other people and must be read one by one before they go out"
USUAL: dict[str, dict[str, Any]] = {
    "extend": {"ground": "complexity", "facts": {"doing": "reviewing,redacting"}},
    "clarify": {"ground": "large_amount", "facts": {"topics": "period,messages"}},
    "charge-fee": {
        "ground": "12_5_repetitive",
        "facts": {"amount": "1840", "currency": "GBP", "costs": "staff_time", "earlier": "2026-10-01"},
    },
}


def a(kind: str, **more: Any) -> Decision:
    """A sound decision of this kind, but for what is said of it."""
    return Decision(kind=kind, **{"by": "dpo", "role": Role.DPO, **USUAL.get(kind, {}), **more})


async def decide(house: House, case: str, kind: str, **more: Any) -> None:
    words = WHY if KINDS[kind].reasons else ""
    await once_free(house, lambda: cases.decide(house.desk, case, a(kind, **more), words))


async def once_free(house: House, deed: Callable[[], Awaitable[object]]) -> None:
    """Do as a person would: again, while the decision before is being carried out."""

    async def taken() -> bool:
        try:
            await deed()
        except InputError as refusal:
            if refusal.reason != "busy":
                raise
            return False
        return True

    await house.eventually(taken, "the case was never free")


def days_to(day: date) -> int:
    return (day - datetime.now(UTC).date()).days


def entries(house: House, case: str, kind: EvidenceKind) -> list[Entry]:
    return [entry for entry in house.register.evidence(case) if entry.kind is kind]


async def deciding(house: House, **more: str) -> tuple[str, date]:
    """A case that waits for the DPO, and when it is due."""
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    case = await house.open(**more)
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    due = house.register.case(case).due_on
    assert due is not None
    return case, due


async def due_moves(house: House, case: str, due: date | None) -> date | None:
    async def moved() -> bool:
        return house.register.case(case).due_on != due

    await house.eventually(moved, "the due date never moved")
    return house.register.case(case).due_on


async def recorded(house: House, case: str, count: int) -> None:
    """So many decisions were carried out."""

    async def known() -> bool:
        return len(entries(house, case, EvidenceKind.DECIDED)) >= count

    await house.eventually(known, f"there were never {count} decisions")


async def withdrawn(house: House, case: str) -> None:
    """End a case of which the test has seen enough."""
    await cases.withdraw(house.desk, case)
    await house.life(case).result()
