"""A month's budget is never exceeded; what the vendor did not take does not count; what is left is known."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import _http, load
from connectors._month import Monthly
from connectors._pace import Free, handing
from dsar.budget import Month, month_of
from dsar.errors import ContractError, InputError, OperatorError, TemporaryError
from pacing import Paces
from settings import System, load_systems
from tests.pretend_ledger import NOW, PretendLedger

SHOP = {"base_url": "https://shop.example", "project_id": 1, "api_key": "phx"}
SEGMENT = {"public_token": "tok", "profile_token": "tok", "space_id": "spa"}


def api(ledger: PretendLedger, per_month: int, *replies: httpx.Response) -> _http.Api:
    answers = iter(replies)
    with handing("crm", Monthly("main", per_month, ledger, Free())):
        return _http.Api("crm", "https://crm.example", transport=httpx.MockTransport(lambda _: next(answers)))


def ok() -> httpx.Response:
    return httpx.Response(200, json={})


async def test_no_order_goes_out_beyond_the_budget() -> None:
    ledger = PretendLedger()
    crm = api(ledger, 2, ok(), ok(), ok())
    await crm.order("/orders", {})
    await crm.order("/orders", {})

    with pytest.raises(OperatorError, match="budget_spent"):
        await crm.order("/orders", {})

    assert {"main": 2} == ledger.orders
    await crm.get("/people")  # looking is no order


@pytest.mark.parametrize(
    ("reply", "error", "used"),
    [
        (httpx.Response(429, json={}), TemporaryError, 0),
        (httpx.Response(503, json={}), TemporaryError, 1),  # it may have been taken
        (httpx.Response(400, json={}), ContractError, 1),
    ],
)
async def test_only_what_surely_was_not_taken_is_given_back(
    reply: httpx.Response, error: type[Exception], used: int
) -> None:
    ledger = PretendLedger()

    with pytest.raises(error):
        await api(ledger, 5, reply).order("/orders", {})

    assert {"main": used} == ledger.orders


async def test_without_the_ledger_nothing_is_ordered() -> None:
    ledger = PretendLedger()
    ledger.away = True

    with pytest.raises(TemporaryError, match="unreachable"):
        await api(ledger, 5).order("/orders", {})


@given(
    at=st.datetimes(datetime(2001, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  # so wants it
    hours=st.integers(-12, 14),
    used=st.integers(0, 9),
)
def test_the_month_is_that_of_utc_and_ends_where_the_next_begins(at: datetime, hours: int, used: int) -> None:
    here = at.astimezone(timezone(timedelta(hours=hours)))
    month = Month(per_month=5, used=used, at=here)
    last = month.resets_at - timedelta(microseconds=1)

    assert month_of(here) == month_of(at) == month_of(last) != month_of(month.resets_at)
    assert timedelta() < month.lasts <= timedelta(days=31)
    assert month.left == max(5 - used, 0)


def systems(folder: Path, *budgets: str) -> tuple[System, ...]:
    rows = [f"{{name: s{n}, connector: segment, budget: {said}}}" for n, said in enumerate(budgets)]
    path = folder / "systems.yaml"
    path.write_text(f"systems: [{', '.join(rows)}]", "utf-8")
    return load_systems(path)


@pytest.mark.parametrize("said", ["{}", "{abreast: 2}", "{per_month: 5, seconds: 9}", "{per_month: 0}"])
def test_a_budget_that_says_nothing_is_refused_with_the_next_move(tmp_path: Path, said: str) -> None:
    with pytest.raises(InputError, match=r"system 1: budget.*(give `calls`|greater than or equal to 1)"):
        systems(tmp_path, said)


@pytest.mark.parametrize(
    ("kind", "settings"), [("segment", SEGMENT), ("posthog", SHOP)], ids=["takes lists", "does not"]
)
def test_a_month_is_only_promised_where_orders_are_counted(
    tmp_path: Path, kind: str, settings: Mapping[str, Any]
) -> None:
    (one,) = systems(tmp_path, "{per_month: 500}")
    pace = Paces(PretendLedger()).of(one)
    if kind == "segment":
        assert load(kind, "s0", settings, pace).card.name == "s0"
        return

    with pytest.raises(InputError, match=r"s0\.budget\.per_month: this kind gives no orders"):
        load(kind, "s0", settings, pace)


async def test_two_systems_of_one_account_have_one_month(tmp_path: Path) -> None:
    said = "{per_month: 5, calls: 9, account: main}"
    paces = Paces(PretendLedger())
    first, second = (paces.of(one) for one in systems(tmp_path, said, said))
    assert first
    async with first.order("s0"):
        pass

    assert first is second
    month = await first.month()
    assert month == Month(per_month=5, used=1, at=NOW)
    other = systems(tmp_path, "{per_month: 6, calls: 9, account: main}")[0]
    with pytest.raises(InputError, match="share one budget"):
        paces.of(other)
