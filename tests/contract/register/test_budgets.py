"""What an account may be asked is leased to all workers together; a lease ends by itself."""

from datetime import timedelta

from dsar.budget import ASK_AGAIN, Budget, Lease
from register.register import SqlRegister
from tests.contract.register.registers import behind_its_back
from tests.contract.register.test_concurrency import at_once

SIXTY = Budget(calls=60, period=timedelta(hours=1))
ALONE = Budget(calls=60, period=timedelta(hours=1), abreast=1)


def leased(found: Lease | timedelta) -> Lease:
    assert isinstance(found, Lease)
    return found


def long_ago(register: SqlRegister) -> None:
    for change in ("leases SET until", "accounts SET held_until", "accounts SET wished_until"):
        behind_its_back(register, f"UPDATE {change} = '2020-01-01 00:00:00.000000'")


def test_many_who_ask_at_once_get_the_budget_and_no_call_more(sql_register: SqlRegister) -> None:
    found = at_once(16, lambda number: sql_register.lease_calls("crm", SIXTY, f"worker_{number}", 7))

    assert 60 == sum(lease.calls for lease in found if isinstance(lease, Lease))
    waits = [wait for wait in found if isinstance(wait, timedelta)]
    assert waits
    assert all(timedelta(minutes=59) < wait <= SIXTY.counts + SIXTY.lasts for wait in waits)


def test_what_was_leased_counts_no_more_when_its_time_is_over(sql_register: SqlRegister) -> None:
    while isinstance(sql_register.lease_calls("crm", SIXTY, "one", 15), Lease):
        pass
    other = leased(sql_register.lease_calls("analytics", SIXTY, "one", 1))
    long_ago(sql_register)

    again = leased(sql_register.lease_calls("crm", SIXTY, "two", 99))

    assert (1, 15) == (other.calls, again.calls)


def test_what_one_is_told_holds_all_back_and_never_shorter(sql_register: SqlRegister) -> None:
    sql_register.hold_calls("crm", timedelta(minutes=5))
    sql_register.hold_calls("crm", timedelta(seconds=1))

    wait = sql_register.lease_calls("crm", SIXTY, "another", 1)

    assert isinstance(wait, timedelta)
    assert timedelta(minutes=4) < wait <= timedelta(minutes=5)
    assert leased(sql_register.lease_calls("analytics", SIXTY, "another", 1))
    long_ago(sql_register)
    assert leased(sql_register.lease_calls("crm", SIXTY, "another", 1))


def test_a_place_goes_to_whoever_waited_for_it(sql_register: SqlRegister) -> None:
    held = leased(sql_register.lease_calls("crm", ALONE, "one", 1))
    refused = [sql_register.lease_calls("crm", ALONE, who, 1) for who in ("two", "three")]
    sql_register.give_back_calls(held)

    again = sql_register.lease_calls("crm", ALONE, "one", 1)
    second = leased(sql_register.lease_calls("crm", ALONE, "two", 1))
    sql_register.give_back_calls(second)

    assert [ASK_AGAIN] * 3 == [*refused, again]
    assert 1 == second.abreast
    assert leased(sql_register.lease_calls("crm", ALONE, "three", 1))


def test_the_place_of_a_worker_that_died_frees_itself(sql_register: SqlRegister) -> None:
    leased(sql_register.lease_calls("crm", ALONE, "killed", 1))
    long_ago(sql_register)

    assert leased(sql_register.lease_calls("crm", ALONE, "next", 1))
