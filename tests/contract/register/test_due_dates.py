"""The due date of a case: set, taken away while the clock stands, and set anew."""

from datetime import date

from dsar.ports import Change, Register
from dsar.vocabulary import Status
from tests.contract.register.registers import fact, opened


def test_a_clock_that_stands_takes_the_due_date_away_until_a_new_one_is_known(register: Register) -> None:
    case_id = opened(register)
    register.record(case_id, fact("due/1"), Change(due_on=date(2026, 12, 23)))
    register.record(case_id, fact("status"), Change(status=Status.DECIDING))
    kept = register.case(case_id).due_on
    register.record(case_id, fact("due/2"), Change(clock_stands=True))
    taken = register.case(case_id).due_on
    register.record(case_id, fact("due/3"), Change(due_on=date(2027, 1, 9)))

    assert (date(2026, 12, 23), None, date(2027, 1, 9)) == (kept, taken, register.case(case_id).due_on)
    assert [date(2026, 12, 23).isoformat(), None, "2027-01-09"] == [
        event.body["data"]["due_on"] for event in register.events() if "due_on" in event.body["data"]
    ]
