"""Stripe's ninety days: an order is placed at once, waits out the window, and is then tried once more."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dsar.deeds import Result
from dsar.errors import OperatorError
from tests.contract.connectors.reading import known
from tests.contract.connectors.systems.stripe import PretendStripe

DAY = 86400


def paid_days_ago(vendor: PretendStripe, days: int) -> None:
    for charge in vendor.store["charges"]:
        charge["created"] = int(time.time()) - days * DAY


async def ordered(vendor: PretendStripe) -> tuple[Any, Any]:
    """Return the connector, and the receipt of an order to erase everything of Ada."""
    connector = vendor.connector()
    who = await known(connector)
    receipts = await connector.erase(who, await connector.plan_erasure(who))  # type: ignore[attr-defined]
    return connector, receipts[0]


async def test_a_payment_that_is_too_young_is_waited_for_and_then_redacted() -> None:
    vendor = PretendStripe()
    paid_days_ago(vendor, 60)
    connector, receipt = await ordered(vendor)

    assert receipt.result is Result.ACCEPTED
    assert timedelta(days=29) < receipt.ready_after <= timedelta(days=30)
    early = await connector.poll(receipt)
    assert (early.job, early.result) == (receipt.job, Result.ACCEPTED)
    assert timedelta(days=29) < early.ready_after <= timedelta(days=30)

    job, _, ripe = early.job.partition("@")
    assert int(ripe) == pytest.approx(time.time() + 30 * DAY, abs=5)
    paid_days_ago(vendor, 91)  # a month passes
    later = await connector.poll(replace(early, job=f"{job}@1"))
    for _ in range(4):
        later = await connector.poll(later)

    assert later.result is Result.DONE
    assert vendor.store["customers"]["cus_1"]["redaction"] == {"status": "redacted"}


async def test_a_refusal_for_any_other_reason_goes_to_a_person() -> None:
    vendor = PretendStripe()
    connector, receipt = await ordered(vendor)
    vendor.store["jobs"][receipt.job]["status"] = "failed"

    with pytest.raises(OperatorError, match="job_failed"):
        await connector.poll(receipt)
