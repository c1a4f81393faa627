"""What staff read when a complaint or an appeal cannot be opened or decided: the field, and the next move.

The sentences are compared whole: a hint that names a wrong choice sends somebody the wrong way.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from dsar.case import Decision
from dsar.complaints import check_about, check_outcome
from dsar.decision_kinds import (
    DISMISS,
    RETRY,
    SECOND,
    UPHOLD,
)
from dsar.decisions import check_decision
from dsar.vocabulary import Outcome, Right
from tests.unit.test_complaints import DAY, record
from tests.unit.test_decisions import REASON, a
from tests.unit.test_refusals_at_the_desk import COMPLAINT, Said, said

TOOK_PART = "whoever decided the earlier case does not decide about it again: another DPO must"
NO_OUTCOME = "only the outcome of a complaint or an appeal tells enquiries and changes"
ENQUIRE = "say what was done to find out, with --enquiry once for each step"
CHANGE = "say what changes now, with --change once for each"


@pytest.mark.parametrize(
    ("decision", "right", "told"),
    [
        (a(UPHOLD), Right.COMPLAINT, ("enquiry", "enquiry_missing", ENQUIRE)),
        (a(DISMISS), Right.COMPLAINT, ("enquiry", "enquiry_missing", ENQUIRE)),
        (replace(a(UPHOLD), enquiries=1), Right.COMPLAINT, ("change", "change_missing", CHANGE)),
        (a(UPHOLD), Right.APPEAL, ("change", "change_missing", CHANGE)),
        (
            replace(a(UPHOLD), told="outcomes/1"),
            Right.OBJECTION,
            ("enquiry", "outcome_not_asked", NO_OUTCOME),
        ),
        (replace(a(RETRY), told="outcomes/1"), Right.APPEAL, ("enquiry", "outcome_not_asked", NO_OUTCOME)),
        (replace(a(UPHOLD), by="robin"), Right.APPEAL, ("by", "took_part", TOOK_PART)),
        (replace(a(DISMISS), by="robin"), Right.COMPLAINT, ("by", "took_part", TOOK_PART)),
    ],
)
def test_an_outcome_that_lacks_what_its_letter_tells_names_it(
    decision: Decision, right: Right, told: Said
) -> None:
    assert told == said(lambda: check_outcome(decision, right, {"robin"}))


def test_an_outcome_that_tells_everything_passes_the_whole_check() -> None:
    full = replace(a(UPHOLD, reason=REASON), told="outcomes/1", enquiries=1, changes=1)

    check_decision(full, COMPLAINT)
    check_decision(replace(a(DISMISS, ground="put_right", reason=REASON), enquiries=1), COMPLAINT)
    check_outcome(replace(a(RETRY), by="robin"), Right.COMPLAINT, {"robin"})
    apart = replace(COMPLAINT, apart=("dpo_robin",))
    assert ("by", "took_part", TOOK_PART) == said(lambda: check_decision(full, apart))


def test_nobody_who_took_part_seconds_an_outcome_either() -> None:
    full = replace(a(UPHOLD, reason=REASON), told="outcomes/1", enquiries=1, changes=1)
    waiting = replace(COMPLAINT, proposed=full, proposal=1, apart=("dpo_deputy",))
    second = replace(a(SECOND), facts={"proposal": "1"})

    check_decision(replace(second, by="dpo_other"), waiting)
    assert "by" == said(lambda: check_decision(replace(second, by="dpo_deputy"), waiting))[0]


LATE = record(outcome=None, due_on=DAY)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: check_about(Right.APPEAL, "UK-ENG", DAY, None),
            ("right", "no_appeal", "there is no appeal under UK-ENG: open it as a complaint"),
        ),
        (
            lambda: check_about(Right.APPEAL, "US-CO", DAY, None),
            (
                "about",
                "about_missing",
                "name the case whose decision is appealed with --about; `list` shows the cases",
            ),
        ),
        (
            lambda: check_about(Right.APPEAL, "US-CO", DAY, LATE),
            (
                "about",
                "nothing_decided",
                "nothing is decided there yet, and it is not late: open it as a complaint, or wait",
            ),
        ),
        (
            lambda: check_about(Right.COMPLAINT, "US-CO", DAY, record(right=Right.COMPLAINT)),
            (
                "about",
                "about_a_complaint",
                (
                    "name the request it began with; what is wrong with our answer"
                    " to a complaint or an appeal goes to the authority"
                ),
            ),
        ),
        (
            lambda: check_about(Right.COMPLAINT, "UK-ENG", DAY, record(regime="EU-DE")),
            ("regime", "regime_differs", "that case is under EU-DE: leave the regime out"),
        ),
        (
            lambda: check_about(Right.COMPLAINT, "US-CO", DAY - timedelta(days=1), record()),
            (
                "received",
                "received_before",
                "it was received before the case it is about: correct the date, or name another case",
            ),
        ),
        (
            lambda: check_about(Right.ACCESS, "US-CO", DAY, record(outcome=Outcome.FULFILLED)),
            (
                "about",
                "about_not_upheld",
                "a request names only the upheld complaint or appeal that it follows from: leave it out",
            ),
        ),
    ],
    ids=lambda part: part[1] if isinstance(part, tuple) else "",
)
def test_what_cannot_be_about_that_case_names_its_field_and_the_next_move(
    call: Callable[[], None], told: Said
) -> None:
    assert told == said(call)
