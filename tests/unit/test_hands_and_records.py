"""What a person says is held, and which correction is meant, is named as the case names it; records of
others are looked at before anything is released.
"""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from dsar.asking import Beside
from dsar.case import Decision
from dsar.clock_events import EventKind, PauseCount
from dsar.decision_kinds import (
    ACCEPT_CORRECTION,
    CLARIFY,
    EXEMPT,
    FEE,
    FOUND,
    MANUAL_DONE,
    NOT_FOUND,
    RECTIFICATION,
    RELEASE,
    RETRY,
)
from dsar.decisions import MOST_HELD, Standing, check_decision
from dsar.exemptions import item_of
from dsar.holdings import Holding
from dsar.regimes.shapes import Cite, Pause, Rule, Span, Unit
from dsar.vocabulary import Category, Right, Status
from tests.unit.test_decisions import REASON, TODAY, a
from tests.unit.test_refusals_at_the_desk import said

STANDING = Standing(
    right=Right.ACCESS, regime="UK-ENG", status=Status.DECIDING, gaps=("crm",), beside=Beside(today=TODAY)
)
CORRECTIONS = replace(
    STANDING, right=Right.RECTIFICATION, gaps=(), offered=RECTIFICATION, corrections=("1", "2")
)
PLAIN = "name a collection as the system's card does, and how many: contracts=3"


def held(collection: str = "contracts", count: int = 3, system: str = "crm") -> Holding:
    return Holding(system=system, collection=collection, category=Category.TRANSACTION, count=count)


def by_hand(*holdings: Holding, kind: str = FOUND) -> Decision:
    return replace(a(kind, reason=REASON, system="crm"), holdings=holdings)


def test_what_was_found_by_hand_is_taken_in_names_and_counts() -> None:
    check_decision(by_hand(held(), held("notes", 1)), STANDING)


@pytest.mark.parametrize(
    ("holdings", "hint"),
    [
        ((), "say what is held, such as contracts=3"),
        ((held("Ada Osei"),), PLAIN),
        ((held(""),), PLAIN),
        ((held(count=0),), PLAIN),
        ((held(count=MOST_HELD + 1),), PLAIN),
        ((held(system="shop"),), PLAIN),
        ((held(), held(count=-1)), PLAIN),
        ((held(), held(count=1)), "name each collection once, with all it holds"),
    ],
)
def test_a_finding_that_names_nothing_somebody_or_one_thing_twice_is_refused(
    holdings: Iterable[Holding], hint: str
) -> None:
    told = ("held", "holdings_not_fitting", hint)

    assert told == said(lambda: check_decision(by_hand(*holdings), STANDING))


def test_one_record_is_held_and_so_are_as_many_as_a_person_can_count() -> None:
    check_decision(by_hand(held(count=1), held("notes", MOST_HELD)), STANDING)


def test_where_nothing_was_found_no_records_are_named() -> None:
    nothing = by_hand(held(), kind=NOT_FOUND)
    told = ("held", "holdings_not_fitting", "not-found names no records")

    assert told == said(lambda: check_decision(nothing, STANDING))


def test_nothing_is_released_while_records_of_others_are_not_cleared() -> None:
    ready = replace(STANDING, gaps=())
    told = ("kind", "not_reviewed", "1 marked records are not cleared yet: see `review`")

    check_decision(a(RELEASE), ready)
    assert told == said(lambda: check_decision(a(RELEASE), replace(ready, unreviewed=1)))


@pytest.mark.parametrize("number", ["", "3", "crm"])
def test_a_correction_that_does_not_wait_is_not_decided(number: str) -> None:
    accepted = a(ACCEPT_CORRECTION, reason=REASON, system=number)
    hint = "name a correction that waits, as `corrections` lists them: 1, 2"

    assert ("number", "no_such_correction", hint) == said(lambda: check_decision(accepted, CORRECTIONS))


def test_a_correction_waits_for_the_fee_and_what_merely_happens_does_not() -> None:
    accepted = a(ACCEPT_CORRECTION, reason=REASON, system="1")
    charged = replace(CORRECTIONS, gaps=("crm",), beside=Beside(today=TODAY, fee_since=TODAY))

    check_decision(accepted, CORRECTIONS)
    check_decision(a(RETRY, system="crm"), charged)
    assert "fee_open" == said(lambda: check_decision(accepted, charged))[1]


def test_what_is_erased_by_hand_is_planned_before_it_is_done() -> None:
    done = a(MANUAL_DONE, reason=REASON, system="crm")
    hint = "nothing is erased before a plan is approved: `retry`, or say `task found` or `task not-found`"

    assert ("system", "not_planned", hint) == said(
        lambda: check_decision(done, replace(STANDING, unplanned=("crm",)))
    )


def test_what_may_be_another_persons_is_not_named_as_found() -> None:
    doubtful = replace(STANDING, ambiguous=("crm",))
    hint = "it may be another person's: `confirm` it, or copy by hand what is theirs and say `done`"

    assert ("system", "in_doubt", hint) == said(lambda: check_decision(by_hand(held()), doubtful))
    check_decision(a(MANUAL_DONE, reason=REASON, system="crm"), doubtful)


def test_an_exemption_names_what_is_held_and_leaves_something_of_it() -> None:
    """The check of `dsar.exemptions` stands in the way of every decision, with what this case holds."""
    notes = a(EXEMPT, reason=REASON, ground="15_4_others", system="crm", collection="notes")
    visits = a(EXEMPT, reason=REASON, ground="15_4_others", system="crm", collection="visits")
    ready = replace(STANDING, gaps=(), held={"crm": 2})

    check_decision(notes, ready)
    left_out = replace(ready, beside=Beside(today=TODAY, exempt=(item_of(notes),)))
    assert "everything_exempt" == said(lambda: check_decision(visits, left_out))[1]
    assert "no_such_holding" == said(lambda: check_decision(notes, STANDING))[1]


def test_nothing_is_asked_twice_of_a_person() -> None:
    """The check of `dsar.asking` stands in the way of every decision, with what is open in this case."""
    ask = a(CLARIFY, reason=REASON, ground="large_amount", topics="period")
    ready = replace(STANDING, gaps=())
    asked = replace(ready, beside=Beside(today=TODAY, question_since=TODAY))

    check_decision(ask, ready)
    assert "question_open" == said(lambda: check_decision(ask, asked))[1]


def test_a_fee_is_charged_late_only_if_the_clock_of_this_very_right_stands_for_it() -> None:
    charge = a(
        FEE, reason=REASON, ground="12_5_excessive", tried="extend", amount="9", currency="GBP", costs="media"
    )
    waits = Pause(
        title="The fee",
        asked=EventKind.FEE_REQUESTED,
        answered=EventKind.FEE_PAID,
        count=PauseCount.INCLUSIVE,
        rights=frozenset({Right.ACCESS}),
        cite=Cite("FEE-13", "a law of this test"),
    )
    rule = Rule(cite=waits.cite, first=Span(1, Unit.MONTH), pauses=(waits,))
    soon = replace(STANDING, gaps=(), beside=Beside(today=TODAY, due_on=TODAY, rule=rule))

    check_decision(charge, soon)
    assert "fee_late" == said(lambda: check_decision(charge, replace(soon, right=Right.ERASURE)))[1]
