"""Re-arming: a holiday that is proclaimed moves the dates of the cases that are open (LAW CLK-31)."""

from collections.abc import Mapping
from datetime import date

from calendars import HolidayCalendars
from desk.rearming import Rearmed, rearm
from dsar.decision_kinds import RELEASE
from dsar.evidence import EvidenceKind
from tests.workflow.beside import decide, deciding, entries, withdrawn
from tests.workflow.conftest import House


class NewEdition(HolidayCalendars):
    """Calendars to which days are added that somebody proclaims."""

    def __init__(self) -> None:
        super().__init__()
        self.proclaimed = set[date]()

    def holidays(self, calendar: str, year: int) -> Mapping[date, str]:
        return {**super().holidays(calendar, year), **dict.fromkeys(self.proclaimed, "A royal wedding")}


async def test_a_holiday_that_is_proclaimed_moves_what_is_due_on_it(house: House) -> None:
    house.calendars = calendars = NewEdition()
    async with house.worker():
        closed, _ = await deciding(house)
        await decide(house, closed, RELEASE)
        await house.life(closed).result()
        moves, due = await deciding(house)
        stays, other = await deciding(house, received="2026-11-03")
        nothing = await rearm(house.desk)
        calendars.proclaimed.add(due)
        one = await rearm(house.desk)
        again = await rearm(house.desk)
        later = house.register.case(moves).due_on
        for case in (moves, stays):
            await withdrawn(house, case)

    assert (Rearmed(cases=2), Rearmed(cases=2, moved=(moves,)), Rearmed(cases=2)) == (nothing, one, again)
    assert later
    assert later > due
    assert other == house.register.case(stays).due_on
    assert 1 == len(entries(house, stays, EvidenceKind.DUE_SET))
