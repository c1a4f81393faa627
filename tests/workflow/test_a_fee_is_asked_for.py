"""A fee: on its ground, with its amount; the clock waits for it only where the regime says so (LAW §7)."""

from datetime import UTC, datetime, timedelta

from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import FEE, FEE_PAID, REFUSE, RELEASE, WAIVE_FEE
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from tests.pretend_tools import PretendSystem
from tests.workflow.beside import WHY, a, days_to, decide, deciding, due_moves, entries, recorded, withdrawn
from tests.workflow.conftest import House, refused


async def asked(house: House) -> None:
    await house.eventually(lambda: house.wrote(LetterKind.FEE), "no fee was asked for")


async def test_in_the_united_kingdom_the_month_begins_when_the_fee_is_paid(house: House) -> None:
    """Art. 12A(2)(c): and nothing is released before."""
    async with house.worker():
        case, due = await deciding(house)
        await decide(house, case, FEE)
        stood = await due_moves(house, case, due)
        with refused("fee_open"):
            await decide(house, case, RELEASE)
        await house.days(case, 20)
        paid_on = datetime.now(UTC).date() + timedelta(days=18)
        await decide(house, case, FEE_PAID, role=Role.SUPPORT, facts={"on": paid_on.isoformat()})
        later = await due_moves(house, case, None)
        with refused("fee_asked_already"):
            await decide(house, case, FEE)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    letter = house.post.last(LetterKind.FEE).text
    assert stood is None
    assert later
    assert paid_on + timedelta(days=28) <= later <= paid_on + timedelta(days=36)
    assert Outcome.FULFILLED is closing.outcome
    assert ("18.40 GBP" in letter, "bank transfer" in letter, "4,200 messages" in letter) == (
        True,
        True,
        True,
    )
    assert "starts on the day" in letter


async def test_elsewhere_a_fee_leaves_the_date_where_it_is(house: House) -> None:
    """Art. 12(3) says nothing of fees (LAW FEE-13)."""
    async with house.worker():
        case, due = await deciding(house, regime="EU-FR")
        await decide(house, case, FEE)
        await asked(house)
        await decide(house, case, FEE_PAID)
        await recorded(house, case, 2)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert due == house.register.case(case).due_on
    assert Outcome.FULFILLED is closing.outcome
    assert "does not change the date" in house.post.last(LetterKind.FEE).text


async def test_a_fee_that_never_comes_closes_the_case_with_a_letter(house: House) -> None:
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, FEE)
        await asked(house)
        await house.days(case, 29)
        await house.skip(case, days=3)
        closing = await house.life(case).result()

    assert Outcome.UNPAID is closing.outcome
    assert "fee" in house.post.last(LetterKind.CLOSED_UNANSWERED).text
    assert [] == entries(house, case, EvidenceKind.BREACHED)
    assert [] == entries(house, case, EvidenceKind.EXPORTED)


async def test_a_fee_that_is_waived_was_never_asked_for(house: House) -> None:
    """The clock began with the receipt; the answer goes out free of charge."""
    async with house.worker():
        case, due = await deciding(house)
        await decide(house, case, FEE)
        await due_moves(house, case, due)
        with refused("role_refused"):
            await decide(house, case, WAIVE_FEE, role=Role.SUPPORT)
        await decide(house, case, WAIVE_FEE)
        again = await due_moves(house, case, None)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert due == again
    assert Outcome.FULFILLED is closing.outcome


async def test_a_request_may_be_refused_or_withdrawn_while_its_fee_is_open(house: House) -> None:
    refusal = {"ground": "12_5_repetitive", "facts": {"earlier": "2026-10-01"}}
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, FEE)
        await asked(house)
        await decide(house, case, REFUSE, **refusal)
        refused_one = await house.life(case).result()
        other, _ = await deciding(house)
        await decide(house, other, FEE)
        await withdrawn(house, other)

    assert Outcome.REFUSED is refused_one.outcome


async def test_what_nobody_may_charge_for_is_not_charged(house: House) -> None:
    """A marketing objection (LAW FEE-14); a fee without ground, amount or time to pay it."""
    crm = house.add(PretendSystem("crm"))
    async with house.worker():
        case, due = await deciding(house, regime="EU-FR")
        for wrong, reason in (
            (a(FEE, ground=""), "ground_unknown"),
            (a(FEE, facts={**a(FEE).facts, "amount": "free"}), "fact_malformed"),
            (a(FEE, facts={**a(FEE).facts, "amount": "0"}), "fact_malformed"),
            (a(FEE, facts={**a(FEE).facts, "earlier": "2024-10-01"}), "interval_reasonable"),
            (a(FEE, role=Role.SUPPORT), "role_refused"),
            (Decision(kind=FEE_PAID, by="dpo", role=Role.DPO), "no_fee"),
        ):
            with refused(reason):
                await cases.decide(house.desk, case, wrong, WHY)
        await house.days(case, days_to(due) - 10)
        with refused("fee_late"):
            await decide(house, case, FEE)
        await withdrawn(house, case)
        del crm

    assert LetterKind.FEE not in house.post.kinds


async def test_a_fee_needs_a_way_to_pay_it(house: House) -> None:
    house.company.payable = False
    async with house.worker():
        case, _ = await deciding(house)
        with refused("payment_unknown"):
            await decide(house, case, FEE)
        await house.until(case, Status.DECIDING)
        await withdrawn(house, case)
