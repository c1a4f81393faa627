"""What no machine can correct becomes a task, and nothing is called corrected that was not read again."""

from typing import Any

import pytest

from desk import correcting
from dsar.decision_kinds import ACCEPT_GAP, MANUAL_DONE, RETRY
from dsar.errors import OperatorError, TemporaryError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Outcome, Status
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House, refused
from tests.workflow.corrections import NEW, OLD, WHY, WISH, add, answer, asked, facts, house_rows, shop, told
from tests.workflow.erasures import settle


async def waits(house: House, case: str, why: str) -> bool:
    return ("crm", why) in [(answer.system, answer.reason) for answer in house.register.answers(case)]


@pytest.mark.parametrize(
    ("wish", "more", "why"),
    [
        (WISH, {"writable": frozenset()}, "cannot_rectify"),
        (WISH, {"writable": frozenset({"name"})}, "attribute_by_hand"),
        (WISH, {"unfit": frozenset({NEW})}, "value_unfit"),
        (WISH, {"idle": 1}, "still_wrong"),
        ("fax = 1", {}, "field_unknown"),
        ('{"phone": {"wrong": "999", "right": "1"}}', {}, "field_unknown"),
    ],
)
async def test_what_no_machine_did_is_a_task_and_never_told_as_corrected(
    house: House, wish: str, more: dict[str, Any], why: str
) -> None:
    house.add(shop(**more))
    async with house.worker():
        case = await asked(house, wish)
        await answer(house, case, 1, "accept")
        await house.eventually(lambda: waits(house, case, why), f"it never waited for a hand: {why}")
        await settle(house, case, ACCEPT_GAP)
        await house.life(case).result()

    assert "Nothing was changed" in told(house)
    assert [] == facts(house, case, EvidenceKind.CORRECTED)


async def test_several_values_of_one_field_are_never_overwritten_by_a_machine(house: House) -> None:
    rows = [{"phone": OLD}, {"phone": "0115 555 0101"}]
    crm = add(house, house_rows("crm", {ADA_EMAIL: [dict(row) for row in rows]}))
    async with house.worker():
        case = await asked(house)
        await answer(house, case, 1, "accept")
        await settle(house, case, MANUAL_DONE)
        await house.life(case).result()
        exact = await asked(house, f'{{"phone": {{"wrong": "{OLD}", "right": "{NEW}"}}}}')
        untouched = [dict(row) for row in crm.rows[ADA_EMAIL]]
        await answer(house, exact, 1, "accept")
        await house.life(exact).result()

    assert rows == untouched
    assert [{"phone": NEW}, {"phone": "0115 555 0101"}] == crm.rows[ADA_EMAIL]
    assert ["several_values"] == [
        e.facts["reason"] for e in facts(house, case, EvidenceKind.SEARCHED) if e.facts.get("reason")
    ][:1]


async def test_a_system_that_lied_is_tried_again_and_then_told(house: House) -> None:
    crm = add(house, shop(idle=1))
    async with house.worker():
        case = await asked(house)
        await answer(house, case, 1, "accept")
        await settle(house, case, RETRY)
        await house.life(case).result()

    assert 2 == len(crm.written)
    assert f'now says "{NEW}"' in told(house)


async def test_a_system_that_is_away_is_waited_for(house: House) -> None:
    crm = add(house, shop(trouble=[TemporaryError("crm", "unreachable")], trouble_after=3))
    async with house.worker():
        case = await asked(house)
        await answer(house, case, 1, "accept")
        await house.skip(case, hours=1)
        await house.life(case).result()

    assert NEW == crm.rows[ADA_EMAIL][0]["phone"]


async def test_one_that_cannot_be_read_at_all_waits_for_a_hand_first(house: House) -> None:
    house.add(shop(trouble=[OperatorError("crm", "permission_missing")], trouble_after=1))
    async with house.worker():
        case = await house.open(right="rectification", corrections=WISH)
        await house.prove(case)
        await settle(house, case, RETRY)
        await answer(house, case, 1, "accept")
        await house.life(case).result()

    assert f'now says "{NEW}"' in told(house)


async def test_what_was_accepted_is_not_refused_while_it_is_being_written(house: House) -> None:
    """The letter would call refused what stands in the systems."""
    house.add(shop(idle=1))
    async with house.worker():
        case = await asked(house)
        await answer(house, case, 1, "accept")
        await house.until(case, Status.BY_HAND)
        with refused("not_offered"):
            facts = {"compared_with": "document"}
            await correcting.decide(
                house.desk, case, 1, "refuse", by="dpo", reason=WHY, ground="16_accurate", facts=facts
            )
        await settle(house, case, RETRY)
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
