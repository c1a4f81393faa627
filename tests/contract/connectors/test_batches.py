"""Many cases, one call: each with its own receipts, whoever is killed, and nobody erased who did not ask."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dsar.deeds import Result
from register.register import SqlRegister
from register.schema import prepare
from tests.contract.connectors.office import PRETENDS, KilledError, Mortal, Office
from tests.contract.connectors.systems.amplitude import DAY, PretendAmplitude
from tests.contract.connectors.systems.segment import PretendSegment
from tests.contract.register.registers import throw_away_postgres
from tests.people import identity


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlRegister]:
    def opened(url: str) -> SqlRegister:
        prepare(url)
        return SqlRegister(url)

    if request.param == "sqlite":
        with closing(opened(f"sqlite:///{tmp_path / 'register.db'}")) as found:
            yield found
        return
    with throw_away_postgres() as url, closing(opened(url)) as found:
        yield found


@pytest.fixture(params=["amplitude", "segment"])
def office(request: pytest.FixtureRequest, register: SqlRegister) -> Office:
    return Office(register, PRETENDS[request.param]())


async def test_a_thousand_cases_cost_ten_calls(register: SqlRegister) -> None:
    office = Office(register, PretendAmplitude())
    last, one = office.open(0, due_on=date(2027, 1, 9)), office.connector()
    await office.wait(last, one)
    others = [f"case_{number:020x}" for number in range(1, 1000)]
    for case in others:  # each as its own first try left it
        office.vault.open_case(case)
        key = str(100_000 + int(case[5:], 16))
        known = {"amplitude_id": int(key), "user_id": f"{key}@many.example", "last_device_id": f"d{key}"}
        office.vendor.store["users"][key] = known
        office.vault.put(case, "batched/vendor/1/ids", _spelled(key))
        register.queue_up("vendor:erase", case, "1", 1, date(2026, 12, 24))
    office.later()

    assert "" == await office.tried(last, one)

    assert 10 == office.calls
    rows = [register.in_line("vendor:erase", case, "1") for case in others]
    assert {DAY} == {row.answer.job for row in rows if row and row.answer}
    assert 999 == sum(bool(row and row.answer) for row in rows)
    assert {str(100_000 + n) for n in range(1000)} == office.vendor.days[DAY]["keys"]


def _spelled(key: str) -> bytes:
    return f'{{"keys": ["{key}"], "counts": {{"users": 1, "events": 1}}}}'.encode()


async def test_cases_that_wait_go_in_one_call_and_each_has_its_receipts(office: Office) -> None:
    cases, one, two = [office.open(number) for number in range(5)], office.connector(), office.connector()
    bystander = office.open(99)
    for case in cases:
        await office.wait(case, one)
    office.later()
    told = await asyncio.gather(*(office.tried(case, two) for case in cases))
    assert {*told} <= {"", "batch_waiting"}  # another one is sending it
    office.later()
    for case in {*cases} - {*office.receipts}:
        await office.work(case, one)

    assert 1 == office.calls
    assert {*cases} == {*office.receipts}
    for receipts in office.receipts.values():
        assert {Result.ACCEPTED} == {receipt.result for receipt in receipts}
        assert all(receipt.job and receipt.requests for receipt in receipts)
    await _finished(office, one, cases)
    assert (await one.find(identity("00099@many.example"))).holdings
    assert not (await one.find(identity("00003@many.example"))).holdings
    assert [] == [name for case in [*cases, bystander] for name in office.vault.names(case, "batched")]
    assert b"many.example" not in b"".join(office.vault.objects.values())


async def _finished(office: Office, connector: Any, cases: Sequence[str]) -> None:
    for case in cases:
        for receipt in office.receipts[case]:
            while (await connector.poll(receipt)).result is not Result.DONE:
                pass


@pytest.mark.parametrize("after", [False, True], ids=["before its call", "after its call"])
async def test_a_killed_leader_leaves_one_order_and_one_answer_each(office: Office, *, after: bool) -> None:
    cases, one = [office.open(number) for number in range(3)], office.connector()
    office.open(99)
    for case in cases:
        await office.wait(case, one)
    office.later()
    with pytest.raises(KilledError):
        await office.work(cases[0], Mortal(one, after))
    late = office.open(7)
    await office.wait(late, one)
    await office.wait(cases[1], one)  # whoever was killed may still be at it
    office.later()
    for case in cases:
        await office.work(case, one)

    assert {*cases} == {*office.receipts}
    assert (1 if after else 2) >= office.calls >= 1
    await _finished(office, one, cases)
    assert (await one.find(identity("00099@many.example"))).holdings
    assert not (await one.find(identity("00001@many.example"))).holdings
    office.later()
    await office.work(late, one)
    assert {*cases, late} == {*office.receipts}


async def test_one_who_spoils_the_list_spoils_it_for_nobody_else(register: SqlRegister) -> None:
    vendor = PretendSegment()
    office = Office(register, vendor)
    cases, one = [office.open(number) for number in range(6)], office.connector()
    vendor.spoils = {"user4"}
    for case in cases:
        await office.wait(case, one)
    office.later()
    for case in cases:
        await office.work(case, one)

    assert {cases[4]: "request_refused"} == office.refused
    assert {*cases} - {cases[4]} == {*office.receipts}
    assert {"user4"} == {f"user{n}" for n in range(6)} - {k for j in vendor.jobs.values() for k in j["keys"]}


async def test_one_whom_the_project_does_not_know_is_told_and_nobody_else(register: SqlRegister) -> None:
    office = Office(register, PretendAmplitude())
    cases, one = [office.open(number) for number in range(3)], office.connector()
    for case in cases:
        await office.wait(case, one)
    gone = office.vendor.store["users"].pop("100001")
    office.later()
    for case in (cases[0], cases[2]):
        await office.work(case, one)
    office.vendor.store["users"]["100001"] = gone
    await office.work(cases[1], one)

    assert (1, {cases[1]: "id_unknown"}) == (office.calls, office.refused)


async def test_a_throttled_list_is_sent_again_and_counted_once(office: Office) -> None:
    case, one = office.open(1), office.connector(per_month=1)
    await office.wait(case, one)
    office.later()

    office.vendor.throttles = 1
    told = await office.tried(case, one)
    left = office.register.month("main", 1).left
    again = await office.tried(case, one)

    assert ("throttled", 1, "") == (told, left, again)
    assert ({case}, 0) == ({*office.receipts}, office.register.month("main", 1).left)


async def test_what_is_left_goes_to_the_most_urgent_and_the_others_are_told(office: Office) -> None:
    one, resets_on = office.connector(per_month=1), office.register.month("main", 1).resets_at.date()
    calm = office.open(1, resets_on + timedelta(days=40))
    second = office.open(2, resets_on - timedelta(days=1))
    urgent = office.open(3, resets_on - timedelta(days=2))
    for case in (calm, second, urgent):
        await office.wait(case, one)
    one.at_once = 1
    office.later()

    told = [await office.tried(case, one) for case in (calm, second, urgent)]

    assert ["budget_spent", "", ""] == told  # who is due later waits for the month to begin
    assert {second: "budget_spent"} == office.refused  # who is not is a task at once
    assert ({urgent}, 1) == ({*office.receipts}, office.calls)
