"""A fault in our own code stops a story at once, loses nothing, and a mended release goes on from there."""

import asyncio
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType

from dsar.decision_kinds import MANUAL_DONE
from dsar.evidence import EvidenceKind
from dsar.orders import DeedOrder
from dsar.vocabulary import Outcome, Status
from tests.workflow.conftest import House
from tests.workflow.erasures import approved, entries, settle, system
from workflows import gone

DAYS = timedelta(days=2)


async def has_stopped(house: House, case: str) -> bool:
    events = (await house.histories(case))[0].events
    return EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED in {event.event_type for event in events}


def erased(house: House, case: str) -> list[str]:
    return sorted(str(entry.facts["system"]) for entry in entries(house, case, EvidenceKind.RECEIPT))


async def test_a_fault_in_one_systems_erasure_is_heard_while_another_waits_for_a_person(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.add(system(idle=1))
    house.add(system("analytics", takes=DAYS))
    look = gone._looked_at

    async def looked_at(deed: DeedOrder, needs: timedelta | None) -> object:
        if deed.system == "analytics":
            await workflow.sleep(DAYS)
            raise LookupError("a fault of ours")
        return await look(deed, needs)

    async with house.worker():
        with monkeypatch.context() as release:
            release.setattr(gone, "_looked_at", looked_at)
            case = await approved(house)
            await house.skip(case, days=8)
            await house.until(case, Status.BY_HAND)
            days = asyncio.create_task(house.skip(case, days=3))  # they stand still while the story does
            await house.eventually(lambda: has_stopped(house, case), "nobody heard of the fault")
        assert ["analytics", "crm"] == erased(house, case)

        await days
        await settle(house, case, MANUAL_DONE)
        await house.until(case, Status.CLOSED)

    assert Outcome.FULFILLED is house.register.case(case).outcome
    assert ["analytics", "crm"] == erased(house, case)
