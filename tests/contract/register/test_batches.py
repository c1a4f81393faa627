"""Deeds wait in line, one batch is in one hand at a time, and whoever died over one is followed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from dsar.batches import BUSY, IN_HAND, LOOK_AGAIN, WANTED, WINDOW, Answer, Batch, Waiting
from dsar.budget import Month
from dsar.errors import InputError
from dsar.ports import Register
from register.register import SqlRegister
from tests.contract.register.registers import behind_its_back
from tests.contract.register.test_concurrency import at_once
from tests.pretend_register import MemoryRegister

LINE = "crm:erase"
DUE = date(2026, 12, 24)
TAKEN = Answer(job="2026-12-01", ready_after=timedelta(days=1), requests=("req_1", "req_2"))
OF_SQL = ("waiting SET since_at", "waiting SET wanted_until", "in_hand SET until")

Later = Callable[[timedelta], None]


@pytest.fixture
def later(register: Register) -> Later:
    """Move the register's clock: where it is the database's own, what stands there is moved back instead."""
    if isinstance(register, MemoryRegister):
        return register.later
    assert isinstance(register, SqlRegister)

    def moved(span: timedelta) -> None:
        sqlite, seconds = register._database.is_sqlite, span.total_seconds()
        for change in OF_SQL:
            name = change.rpartition(" ")[2]
            back = (
                f"strftime('%Y-%m-%d %H:%M:%f000', {name}, '-{seconds} seconds')"
                if sqlite
                else f"{name} - interval '{seconds} seconds'"
            )
            behind_its_back(register, f"UPDATE {change} = {back}")

    return moved


def stand(register: Register, *cases: str, due: date | None = DUE) -> None:
    for case in cases:
        register.queue_up(LINE, case, "1", 1, due)


def claimed(register: Register, most: int = 100, month: Month | None = None) -> Batch:
    found = register.claim_batch(LINE, most, month)
    assert isinstance(found, Batch), found
    return found


def row(register: Register, case: str) -> Waiting:
    found = register.in_line(LINE, case, "1")
    assert found
    return found


def names(batch: Batch) -> list[str]:
    return [one.case_id for one in batch.rows]


def test_the_most_urgent_go_first_and_each_gets_its_answer(register: Register, later: Later) -> None:
    stand(register, "case_a", due=None)
    stand(register, "case_b", due=date(2026, 12, 9))
    stand(register, "case_c", due=date(2026, 12, 1))
    other = register.claim_batch("shop:erase", 100, None)

    batch = claimed(register, 2)
    register.settle_batch(LINE, batch, {("case_c", "1"): TAKEN, ("case_b", "1"): Answer(reason="refused")})

    assert WINDOW == other
    assert ["case_c", "case_b"] == names(batch)
    assert (TAKEN, Answer(reason="refused")) == (
        row(register, "case_c").answer,
        row(register, "case_b").answer,
    )
    assert row(register, "case_a").answer is None
    wait = register.claim_batch(LINE, 2, None)
    assert isinstance(wait, timedelta)
    assert timedelta() < wait <= WINDOW
    later(WINDOW)
    assert ["case_a"] == names(claimed(register, 2))


def test_standing_in_line_twice_is_once_and_keeps_the_place(register: Register, later: Later) -> None:
    stand(register, "case_a")
    first = row(register, "case_a")
    later(WINDOW)
    stand(register, "case_a", due=None)

    again = row(register, "case_a")

    assert (first.due_on, again.due_on) == (DUE, None)
    assert ["case_a"] == names(claimed(register))


def test_one_batch_is_in_one_hand(register: Register, later: Later) -> None:
    stand(register, *(f"case_{n}" for n in range(8)))
    later(WINDOW)

    found = at_once(8, lambda _: register.claim_batch(LINE, 4, None))

    assert 1 == sum(isinstance(one, Batch) for one in found)
    assert {BUSY} == {one for one in found if isinstance(one, timedelta)}


def test_who_is_not_heard_of_is_followed_by_the_next_who_knows_it(register: Register, later: Later) -> None:
    stand(register, "case_a", "case_b")
    later(WINDOW)
    died = claimed(register)
    stand(register, "case_c")
    later(IN_HAND)

    next_ = claimed(register)
    register.settle_batch(LINE, died, {("case_a", "1"): Answer(reason="too_late")})
    unheard = row(register, "case_a")
    register.split_batch(LINE, died)
    register.settle_batch(LINE, next_, {("case_a", "1"): TAKEN})

    assert died.sent_since is None
    assert next_.sent_since
    assert sorted(names(died)) == sorted(names(next_)) == ["case_a", "case_b"]
    assert unheard.answer is None
    assert TAKEN == row(register, "case_a").answer
    later(WINDOW)
    assert ["case_b", "case_c"] == sorted(names(claimed(register)))


def test_a_refused_list_is_halved_until_its_spoiler_is_alone(register: Register, later: Later) -> None:
    cases = [f"case_{n}" for n in range(8)]
    stand(register, *cases)
    later(WINDOW)
    calls = 0
    while not row(register, "case_5").answer:
        batch, calls = claimed(register), calls + 1
        if "case_5" not in names(batch):
            register.settle_batch(LINE, batch, {one.place: TAKEN for one in batch.rows})
        elif len(batch.rows) > 1:
            register.split_batch(LINE, batch)
        else:
            register.settle_batch(LINE, batch, {batch.rows[0].place: Answer(reason="request_refused")})
    while isinstance(left := register.claim_batch(LINE, 100, None), Batch):
        calls += 1
        register.settle_batch(LINE, left, {one.place: TAKEN for one in left.rows})

    told = {case: row(register, case).answer for case in cases}
    assert {*cases} - {"case_5"} == {case for case, answer in told.items() if answer == TAKEN}
    assert Answer(reason="request_refused") == told["case_5"]
    assert 2 * 3 + 1 == calls


def test_what_nobody_asks_after_any_more_is_not_sent(register: Register, later: Later) -> None:
    stand(register, "case_gone", "case_left", "case_here")
    register.leave_line(LINE, "case_left", "1")
    register.leave_line(LINE, "case_left", "1")
    later(WANTED + LOOK_AGAIN)
    stand(register, "case_here")

    assert ["case_here"] == names(claimed(register))
    assert register.in_line(LINE, "case_left", "1") is None


def test_whoever_leaves_while_a_batch_is_sent_stays_out(register: Register, later: Later) -> None:
    stand(register, "case_a", "case_b")
    later(WINDOW)
    batch = claimed(register)
    register.leave_line(LINE, "case_a", "1")

    register.settle_batch(LINE, batch, {one.place: TAKEN for one in batch.rows})

    assert register.in_line(LINE, "case_a", "1") is None
    assert TAKEN == row(register, "case_b").answer


def test_no_person_comes_into_the_line(register: Register) -> None:
    with pytest.raises(InputError, match="use 1 to 200 of"):
        register.queue_up(LINE, "case_a", "ada.osei@subject.example", 1, None)


def test_many_workers_never_order_more_than_the_month_allows(sql_register: SqlRegister) -> None:
    taken = at_once(24, lambda _: sql_register.take_order("crm", 10))

    assert 10 == sum(map(bool, taken))
    assert (10, 0) == ((now := sql_register.month("crm", 10)).used, now.left)
    assert 5 == sql_register.month("analytics", 5).left


def test_an_order_is_given_back_to_its_own_month(sql_register: SqlRegister) -> None:
    month = sql_register.take_order("crm", 2)
    sql_register.take_order("crm", 2)

    sql_register.give_back_order("crm", "2020-01")
    assert 2 == sql_register.month("crm", 2).used
    sql_register.give_back_order("crm", month)

    assert 1 == sql_register.month("crm", 2).used


def test_a_new_month_begins_with_nothing_used_and_a_lowered_budget_is_spent(
    sql_register: SqlRegister,
) -> None:
    for _ in range(3):
        sql_register.take_order("crm", 3)

    assert (3, 0) == ((lowered := sql_register.month("crm", 1)).used, lowered.left)
    assert "" == sql_register.take_order("crm", 1)
    behind_its_back(sql_register, "UPDATE months SET month = '2020-01'")
    assert 0 == sql_register.month("crm", 3).used
    assert sql_register.take_order("crm", 3)
