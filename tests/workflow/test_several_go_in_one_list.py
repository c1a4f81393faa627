"""Cases that wait for one vendor go in one list, and where its month is used up a person hears of it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from dsar.batches import WINDOW
from dsar.budget import Month
from dsar.decision_kinds import RETRY
from dsar.errors import TemporaryError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Outcome, Status
from tests.people import ADA_EMAIL
from tests.pretend_batcher import PretendBatcher
from tests.pretend_register import MemoryRegister
from tests.workflow.conftest import House
from tests.workflow.erasures import STRANGER, approved, entries, settle

GRACE = {"days": 7, "seconds": 30}


def vendor(house: House) -> PretendBatcher:
    rows = {who: [{"page": "/pricing"}] for who in (ADA_EMAIL, STRANGER, "else@other.example")}
    made = PretendBatcher("crm", rows=rows)
    house.add(made)
    return made


def in_line(house: House, *cases: str, deed: str = "1") -> Callable[[], Awaitable[bool]]:
    async def waits() -> bool:
        return all(house.register.in_line("crm:erase", case, deed) for case in cases)

    return waits


async def ended(house: House, *cases: str) -> None:
    """Let time pass, for the line as for the cases, until they have ended."""
    house.register.later(WINDOW)
    for case in cases:
        await house.skip(case, hours=2)
        await house.until(case, Status.CLOSED)


async def test_two_cases_are_erased_by_one_list_and_each_has_one_receipt(house: House) -> None:
    crm = vendor(house)
    async with house.worker():
        cases = [await approved(house), await approved(house, email=STRANGER)]
        for case in cases:
            await house.skip(case, **GRACE)
        await house.eventually(in_line(house, *cases), "nobody waits in line")
        await ended(house, *cases)

    assert [{ADA_EMAIL, STRANGER}] == [{*sent} for sent in crm.lists]
    assert {"else@other.example"} == {*crm.rows}
    for case in cases:
        assert ["list-1"] == [e.facts["job"] for e in entries(house, case, EvidenceKind.RECEIPT)]
        assert Outcome.FULFILLED is house.register.case(case).outcome
        assert house.register.in_line("crm:erase", case, "1") is None
        assert () == house.vault.names(case, "batched")


class Cut(MemoryRegister):
    """Is away once when a case wants to leave the line, its receipt written: as if the worker was killed."""

    def leave_line(self, queue: str, case_id: str, deed: str) -> None:
        if not self.was_away:
            self.was_away = True
            raise TemporaryError("register", "unreachable")
        super().leave_line(queue, case_id, deed)

    was_away = False


async def test_who_is_cut_short_before_it_leaves_the_line_leaves_nothing_sealed_behind(house: House) -> None:
    house.register = register = Cut()
    vendor(house)
    async with house.worker():
        case = await approved(house)
        await house.skip(case, **GRACE)
        await house.eventually(in_line(house, case), "nobody waits in line")
        await ended(house, case)

    assert register.was_away
    assert 1 == len(entries(house, case, EvidenceKind.RECEIPT))
    assert () == house.vault.names(case, "batched")
    assert register.in_line("crm:erase", case, "1") is None


@pytest.mark.parametrize("ahead", [0, 45], ids=["too far to wait", "due before"])
async def test_where_the_month_is_used_up_a_person_hears_of_it_at_once(house: House, *, ahead: int) -> None:
    crm = vendor(house)
    first = datetime.now(UTC).replace(day=1) + timedelta(days=ahead)
    crm.budget = Month(per_month=9, used=9, at=first)
    async with house.worker():
        case = await approved(house)
        await house.skip(case, **GRACE)
        await house.until(case, Status.BY_HAND)
        asked = house.register.unsettled()
        crm.budget = Month(per_month=10, used=0, at=first)
        await settle(house, case, RETRY)
        await house.eventually(in_line(house, case, deed="2"), "it does not wait in line")
        await ended(house, case)

    assert [(case, "budget_spent")] == [(who, answer.reason) for who, answer in asked]
    assert [(ADA_EMAIL,)] == crm.lists
    assert 1 == len(entries(house, case, EvidenceKind.RECEIPT))
