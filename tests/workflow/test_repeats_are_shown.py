"""Repeats: shown to the DPO with their dates and ends, never acted on by a machine (LAW FEE-03, ADM-03)."""

from desk import cases
from dsar.decision_kinds import RELEASE
from dsar.vocabulary import Outcome, Right, Status
from tests.workflow.beside import decide, deciding, withdrawn
from tests.workflow.conftest import House


async def test_what_the_same_person_asked_before_is_shown_and_decides_nothing(house: House) -> None:
    async with house.worker():
        first, _ = await deciding(house, received="2026-10-01")
        await decide(house, first, RELEASE)
        await house.life(first).result()
        erasure, _ = await deciding(house, right="erasure", received="2026-11-02")
        await withdrawn(house, erasure)
        stranger, _ = await deciding(house, email="eve@other.example", received="2026-11-03")
        again, _ = await deciding(house)
        seen = cases.show(house.desk, again)
        for case in (stranger, again):
            await withdrawn(house, case)

    assert Status.DECIDING is seen.record.status  # it went the same way as the first
    assert [(Right.ERASURE, Outcome.WITHDRAWN), (Right.ACCESS, Outcome.FULFILLED)] == [
        (case.request.right, case.outcome) for case in seen.earlier
    ]
    assert () == cases.show(house.desk, first).earlier == cases.show(house.desk, stranger).earlier
