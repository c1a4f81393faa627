"""What staff read when a fact is missing, wrong or one too many: how to give it, ready to be copied."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import Decision
from dsar.decision_facts import OF_GROUND, OF_KIND, Wanted, check_facts, day_of, listed
from dsar.decision_kinds import CLARIFY, EXEMPT, EXTEND, FEE, FEE_PAID, REFUSE, RELEASE, SECOND
from tests.unit.test_decisions import a
from tests.unit.test_refusals_at_the_desk import said

AMOUNT = "give --fact amount=1840 (pence, cents: the smallest unit)"
INDICATOR = "give --fact indicator=… with one of wants_a_benefit, harassment, stated_intent"
TRIED = (
    "give --fact tried=… with one of clarify, narrow_search, extend, redact, partial, or several with commas"
)
EARLIER = "give --fact earlier=2026-12-01"
OF_CODES = [fact for facts in (*OF_KIND.values(), *OF_GROUND.values()) for fact in facts if fact.codes]


def fee(**facts: str) -> Decision:
    return a(FEE, **{"amount": "1840", "currency": "GBP", "costs": "postage", **facts})


@pytest.mark.parametrize(
    ("decision", "reason", "hint"),
    [
        (a(REFUSE, ground="12_5_unfounded"), "fact_missing", INDICATOR),
        (a(REFUSE, ground="12_5_unfounded", indicator="rude"), "fact_malformed", INDICATOR),
        (a(REFUSE, ground="12_5_excessive"), "fact_missing", TRIED),
        (a(REFUSE, ground="12_5_excessive", tried="clarify,sigh"), "fact_malformed", TRIED),
        (a(REFUSE, ground="12_5_repetitive"), "fact_missing", EARLIER),
        (a(REFUSE, ground="12_5_repetitive", earlier="last May"), "fact_malformed", EARLIER),
        (fee(amount=""), "fact_missing", AMOUNT),
        (fee(amount="18.40"), "fact_malformed", AMOUNT),
        (fee(currency="pounds"), "fact_malformed", "give --fact currency=GBP"),
        (fee(amount="", currency=""), "fact_missing", f"{AMOUNT}; give --fact currency=GBP"),
        (fee(amount="18.40", currency="pounds"), "fact_malformed", f"{AMOUNT}; give --fact currency=GBP"),
        (a(SECOND), "fact_missing", "give --fact proposal=3"),
        (a(EXEMPT, collection="Ada's notes"), "fact_malformed", "give --fact collection=notes"),
        (a(FEE_PAID, on="yesterday"), "fact_malformed", "give --fact on=2026-12-01"),
        (a(RELEASE, tried="extend"), "fact_not_asked", "this decision gives these facts and no other: none"),
        (
            fee(tip="generous"),
            "fact_not_asked",
            "this decision gives these facts and no other: amount, currency, costs",
        ),
    ],
)
def test_a_refused_fact_is_told_with_the_way_to_give_it(decision: Decision, reason: str, hint: str) -> None:
    assert ("fact", reason, hint) == said(lambda: check_facts(decision))


@pytest.mark.parametrize("fact", OF_CODES, ids=lambda fact: fact.name)
def test_several_codes_are_taken_only_where_several_can_be_true(fact: Wanted) -> None:
    one, other, *_ = fact.codes

    assert fact.fits(one)
    assert fact.many == fact.fits(f"{one},{other}")
    assert not fact.fits(f"{one},{one}")
    assert not fact.fits(f"{one},")


@given(st.lists(st.sampled_from(["searching", "reviewing", "redacting"]), unique=True))
def test_codes_are_read_back_as_they_were_given(codes: list[str]) -> None:
    assert tuple(codes) == listed(a(EXTEND, doing=",".join(codes)), "doing")


@given(st.dates())
def test_a_day_is_read_back_as_it_was_given_and_nothing_else_is_a_day(day: date) -> None:
    paid = a(FEE_PAID, on=str(day))

    assert day == day_of(paid, "on")
    assert day_of(paid, "earlier") is None
    assert day_of(replace(paid, facts={}), "on") is None


def test_an_optional_fact_may_be_left_out_or_left_empty() -> None:
    check_facts(a(FEE_PAID))
    check_facts(a(FEE_PAID, on=""))
    check_facts(a(EXEMPT, collection="notes"))
    check_facts(a(CLARIFY, topics="period,orders"))
