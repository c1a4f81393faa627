"""Time, fees and questions: the law refuses the impossible, whoever asks (LAW §3, §7)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.asking import COPY, LEAST_TO_PAY, Beside, check_beside, moves, rule_of, wait_until
from dsar.case import Decision
from dsar.clock_events import Event, EventKind
from dsar.decision_facts import listed, wanted
from dsar.decision_kinds import (
    ABSOLUTE,
    CLARIFIED,
    CLARIFY,
    EXEMPT,
    EXTEND,
    FEE,
    FEE_PAID,
    KINDS,
    POSTED,
    RELEASE,
    WAIVE_FEE,
)
from dsar.decisions import Standing, check_decision
from dsar.errors import InputError
from dsar.grounds import codes_for
from dsar.law_sets import LawSet, law_set
from dsar.money import spelled
from dsar.regimes.shapes import Rule
from dsar.vocabulary import Right, Role, Status

TODAY = date(2026, 5, 5)
REGIMES = st.sampled_from(["UK-ENG", "EU-DE-BY", "EU-FR", "US-CA", "SG"])
days = st.dates(date(2026, 3, 1), date(2027, 3, 1))
BESIDE = [kind.name for kind in KINDS.values() if kind.beside]


def rule(regime: str, right: Right = Right.ACCESS) -> Rule:
    at = datetime(2026, 5, 1, 12, tzinfo=ZoneInfo("Europe/London"))
    return rule_of(regime, (Event(kind=EventKind.REQUEST, at=at, right=right),))


def given_facts(kind: str, ground: str = "") -> Mapping[str, str]:
    """The first value that each fact may have."""
    shapes = {
        "amount": "1840",
        "currency": "GBP",
        "earlier": "2026-04-01",
        "collection": "notes",
        "proposal": "decision_0123456789abcdef",
    }
    asked = (fact for fact in wanted(kind, ground) if not fact.optional)
    return {fact.name: shapes.get(fact.name) or fact.codes[0] for fact in asked}


def a(kind: str, regime: str = "UK-ENG", right: Right = Right.ACCESS, **facts: str) -> Decision:
    """A sound decision of this kind."""
    ground = codes_for(kind, right, law_set(regime))[0] if KINDS[kind].ground else ""
    return Decision(
        kind=kind,
        by="dpo_robin",
        role=Role.DPO,
        ground=ground,
        words="decisions/0123456789abcdef",
        words_length=60,
        facts={**given_facts(kind, ground), **facts},
    )


def beside(regime: str = "UK-ENG", **more: object) -> Beside:
    known = Beside(today=TODAY, due_on=date(2026, 6, 1), rule=rule(regime))
    return replace(known, **more)  # type: ignore[arg-type]  # checked by it


def refusal(decision: Decision, known: Beside, right: Right = Right.ACCESS) -> str:
    with pytest.raises(InputError) as error:
        check_beside(decision, right, known)
    assert error.value.hint
    return error.value.reason


@given(REGIMES, days, days | st.none(), st.sampled_from([{}, {"extended": True}]))
def test_an_extension_passes_only_in_the_first_period_and_once(
    regime: str, today: date, due_on: date | None, more: Mapping[str, bool]
) -> None:
    until = (due_on or today) + timedelta(days=60)
    sound = a(EXTEND, regime)
    facts = {**sound.facts, "until": until.isoformat()} if regime == "SG" else sound.facts
    known = beside(regime, today=today, due_on=due_on, **more)
    lawful = due_on is not None and today <= due_on and not more
    try:
        check_beside(replace(sound, facts=facts), Right.ACCESS, known)
    except InputError:
        assert not lawful
    else:
        assert lawful


@pytest.mark.parametrize(
    ("decision", "known", "reason"),
    [
        (a(EXTEND), beside(rule=None), "no_extension"),
        (a(EXTEND), beside(extended=True), "extended_already"),
        (a(EXTEND), beside(due_on=None), "clock_stands"),
        (a(EXTEND), beside(today=date(2026, 6, 2)), "notice_late"),
        (a(EXTEND, until="2026-09-01"), beside(), "fact_not_asked"),
        (a(EXTEND, "SG"), beside("SG"), "fact_missing"),
        (a(EXTEND, "SG", until="2026-06-01"), beside("SG"), "fact_missing"),
        (a(FEE), beside(answering=True), "too_late"),
        (a(FEE), beside(fee_since=TODAY), "fee_asked_already"),
        (a(FEE), beside(paid=True), "fee_asked_already"),
        (a(FEE, "EU-FR"), beside("EU-FR", due_on=TODAY + timedelta(days=13)), "fee_late"),
        (a(FEE_PAID), beside(), "no_fee"),
        (a(WAIVE_FEE), beside(), "no_fee"),
        (a(FEE_PAID, on="2026-05-01"), beside(fee_since=date(2026, 5, 2)), "fact_malformed"),
        (a(FEE_PAID, on="2026-05-06"), beside(fee_since=date(2026, 5, 2)), "fact_malformed"),
        (a(CLARIFY), beside(answering=True), "too_late"),
        (a(CLARIFY), beside(question_since=TODAY), "question_open"),
        (a(CLARIFIED), beside(), "no_question"),
        (a(CLARIFIED, on="2026-05-01"), beside(question_since=date(2026, 5, 2)), "fact_malformed"),
        (a(POSTED), beside(), "letter_not_waiting"),
        (a(EXEMPT), beside(answering=True), "too_late"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_law_or_the_state_of_things_forbids_is_refused(
    decision: Decision, known: Beside, reason: str
) -> None:
    assert reason == refusal(decision, known)


@pytest.mark.parametrize(
    ("decision", "known"),
    [
        (a(EXTEND, "SG", until="2026-06-02"), beside("SG")),
        (a(FEE), beside(due_on=TODAY)),  # the clock begins with the payment
        (a(FEE, "EU-FR"), beside("EU-FR", due_on=TODAY + LEAST_TO_PAY)),
        (a(FEE, "EU-FR"), beside("EU-FR", due_on=None)),
        (a(FEE_PAID, on="2026-05-05"), beside(fee_since=date(2026, 5, 5))),
        (a(WAIVE_FEE), beside(fee_since=TODAY)),
        (a(CLARIFY), beside()),
        (a(CLARIFIED), beside(question_since=TODAY)),
        (a(POSTED), beside(unposted=True)),
        (a(RELEASE), beside()),
    ],
    ids=lambda value: value.kind if isinstance(value, Decision) else "",
)
def test_what_is_sound_passes(decision: Decision, known: Beside) -> None:
    check_beside(decision, Right.ACCESS, known)


@pytest.mark.parametrize("kind", [FEE, EXTEND, CLARIFY])
@pytest.mark.parametrize("right", sorted(ABSOLUTE))
def test_what_is_absolute_is_never_charged_extended_or_questioned(kind: str, right: Right) -> None:
    """Art. 21(3), 7(3); 11 CCR 7026 (LAW FEE-14, OBJ-03, CLK-44)."""
    standing = Standing(right=right, regime="UK-ENG", status=Status.DECIDING, beside=beside())
    with pytest.raises(InputError) as error:
        check_decision(a(kind), standing)

    assert "absolute" == error.value.reason


@pytest.mark.parametrize("kind", BESIDE)
def test_nothing_is_decided_beside_a_case_that_is_closed(kind: str) -> None:
    known = beside(fee_since=TODAY, question_since=TODAY, unposted=True)
    standing = Standing(right=Right.ACCESS, regime="UK-ENG", status=Status.CLOSED, beside=known)
    with pytest.raises(InputError) as error:
        check_decision(a(kind), standing)

    assert "not_now" == error.value.reason


def test_an_open_fee_holds_the_answer_back() -> None:
    standing = Standing(
        right=Right.ACCESS, regime="UK-ENG", status=Status.DECIDING, beside=beside(fee_since=TODAY)
    )
    with pytest.raises(InputError) as error:
        check_decision(a(RELEASE), standing)

    assert "fee_open" == error.value.reason


@pytest.mark.parametrize(
    ("regime", "right", "for_what"),
    [
        ("UK-ENG", Right.ACCESS, {FEE, CLARIFY}),
        ("UK-ENG", Right.ERASURE, {FEE}),  # LAW CLK-22
        ("EU-DE-BY", Right.ACCESS, set()),  # LAW CLK-07, FEE-13
        ("US-CA", Right.KNOW, set()),  # LAW CLK-41
    ],
)
def test_the_clock_waits_only_where_the_regime_says_so(regime: str, right: Right, for_what: set[str]) -> None:
    law = rule(regime, right)

    assert for_what == {kind for kind in (FEE, CLARIFY) if moves(law, right, a(kind, regime, right))}


def test_a_further_copy_is_paid_for_without_moving_the_clock() -> None:
    """Art. 12A(2)(c) speaks of the fee of Art. 12(5), not of that of Art. 15(3) (LAW FEE-02)."""
    assert not moves(rule("UK-ENG"), Right.ACCESS, replace(a(FEE), ground=COPY))


@given(st.sampled_from([FEE, CLARIFY]), days, days | st.none())
def test_nobody_waits_past_the_due_date_unless_the_clock_stands(
    kind: str, asked_on: date, due_on: date | None
) -> None:
    runs = wait_until(kind, stands=False, asked_on=asked_on, due_on=due_on)
    stands = wait_until(kind, stands=True, asked_on=asked_on, due_on=due_on)

    assert asked_on <= runs <= stands
    assert due_on is None or runs <= max(due_on, asked_on)
    assert stands == wait_until(kind, stands=True, asked_on=asked_on, due_on=None)


@pytest.mark.parametrize("laws", LawSet)
def test_a_fee_for_abuse_has_the_grounds_of_a_refusal_for_abuse(laws: LawSet) -> None:
    codes = set(codes_for(FEE, Right.ACCESS, laws)) | set(codes_for(FEE, Right.KNOW, laws))

    assert codes
    assert all(given_facts(FEE, code) for code in codes)


def test_a_fact_may_be_several_codes() -> None:
    assert ("period", "orders") == listed(a(CLARIFY, topics="period,orders"), "topics")
    assert () == listed(a(CLARIFY), "doing")


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [(1840, "GBP", "18.40 GBP"), (5, "EUR", "0.05 EUR"), (500, "JPY", "500 JPY"), (1500, "KWD", "1.500 KWD")],
)
def test_an_amount_is_written_in_the_units_of_its_currency(minor: int, currency: str, words: str) -> None:
    assert words == spelled(minor, currency)
