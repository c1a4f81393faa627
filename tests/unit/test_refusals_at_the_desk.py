"""What staff read when a decision, a complaint or an appeal is refused: the field, and the next move.

The sentences are compared whole: a hint that names a wrong choice sends somebody the wrong way.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsar.asking import Beside
from dsar.case import Decision
from dsar.decision_kinds import (
    ACCEPT_GAP,
    APPROVE_PLAN,
    CONFIRM,
    CONFIRMED,
    DISMISS,
    KINDS,
    MANUAL_DONE,
    REFUSE,
    RELEASE,
    RETRY,
    SECOND,
    TAKE_BACK,
    UPHOLD,
)
from dsar.decisions import LONGEST_REASON, REASONABLE, SHORTEST_REASON, Standing, check_decision, check_reason
from dsar.errors import InputError
from dsar.grounds import codes_for
from dsar.law_sets import LawSet
from dsar.vocabulary import Right, Role, Status
from tests.unit.test_complaints import DAY
from tests.unit.test_decisions import REASON, a

Said = tuple[str, str, str]  # field, reason, hint
WAITING = Standing(right=Right.ACCESS, regime="UK-ENG", status=Status.DECIDING)
GAPS = replace(WAITING, gaps=("mail", "crm"))
COMPLAINT = replace(WAITING, right=Right.COMPLAINT, offered=(UPHOLD, DISMISS))
WHY = f"give a specific reason of at least {SHORTEST_REASON} characters"
PLAIN = f"use at most {LONGEST_REASON} characters of plain text"


def said(call: Callable[[], None]) -> Said:
    with pytest.raises(InputError) as error:
        call()
    return error.value.field, error.value.reason, error.value.hint


def listed(kind: str, right: Right = Right.ACCESS) -> str:
    return ", ".join(sorted(codes_for(kind, right, LawSet.UK)))


@pytest.mark.parametrize(
    ("decision", "standing", "told"),
    [
        (a("burn"), WAITING, ("kind", "decision_unknown", f"choose one of {', '.join(KINDS)}")),
        (
            a(REFUSE, ground="12_5_unfounded", reason=REASON),
            replace(WAITING, right=Right.LIMIT),
            (
                "kind",
                "absolute",
                "to stop marketing, what rests on consent, a sale or a sensitive use is absolute: just do it",
            ),
        ),
        (
            a(RELEASE),
            replace(WAITING, status=Status.GRACE),
            ("kind", "not_now", "the case is not waiting for a decision; see `show`"),
        ),
        (a(UPHOLD), WAITING, ("kind", "not_offered", "this case waits for: refuse, release")),
        (a(UPHOLD), GAPS, ("kind", "not_offered", "settle these systems first: crm, mail")),
        (a(RELEASE), GAPS, ("system", "incomplete", "settle these systems first: crm, mail")),
        (
            a(RELEASE, system="crm"),
            WAITING,
            ("system", "system_not_asked", "release concerns the whole answer: leave the system out"),
        ),
        (
            a(RETRY, system="erp"),
            GAPS,
            ("system", "no_such_gap", "name a system that waits for a hand: crm, mail"),
        ),
        (
            a(RETRY, system="erp"),
            WAITING,
            ("system", "no_such_gap", "name a system that waits for a hand: none"),
        ),
        (
            a(CONFIRM, system="erp"),
            GAPS,
            ("system", "no_such_gap", "name a system that waits for a hand: crm, mail"),
        ),
        (
            a(CONFIRM, system="crm"),
            replace(GAPS, doubted=("mail",)),
            (
                "system",
                "not_in_doubt",
                "only what one person was found by can be confirmed as theirs: mail",
            ),
        ),
        (
            a(CONFIRMED, system="printer"),
            replace(WAITING, offered=(CONFIRMED,), recipients=("mailer", "lender")),
            ("system", "no_such_recipient", "name a recipient that has to be settled: lender, mailer"),
        ),
        (
            a(APPROVE_PLAN),
            replace(WAITING, offered=(APPROVE_PLAN,), plan="0123"),
            ("plan", "plan_changed", "this is not the plan as it stands: read it with `plan`"),
        ),
        (replace(a(RELEASE), role=Role.SUPPORT), WAITING, ("by", "role_refused", "only the DPO may release")),
        (
            a(RELEASE, ground="12_5_unfounded"),
            WAITING,
            ("ground", "ground_not_asked", "release has no ground: leave it out"),
        ),
        (
            a(REFUSE, ground="21_1_claims", reason=REASON),
            WAITING,
            ("ground", "ground_unknown", f"choose one of {listed(REFUSE)}"),
        ),
        (
            a(DISMISS, ground="12_5_unfounded", reason=REASON),
            COMPLAINT,
            ("ground", "ground_unknown", "choose one of not_infringed, not_their_data, put_right"),
        ),
        (a(ACCEPT_GAP, system="crm"), GAPS, ("reason", "reason_missing", WHY)),
        (replace(a(MANUAL_DONE, system="crm"), words_length=40), GAPS, ("reason", "reason_missing", WHY)),
    ],
    ids=lambda part: part[1] if isinstance(part, tuple) else "",
)
def test_a_refused_decision_names_its_field_and_the_next_move(
    decision: Decision, standing: Standing, told: Said
) -> None:
    assert told == said(lambda: check_decision(decision, standing))


def test_the_shortest_reason_is_a_reason_and_one_letter_less_is_none() -> None:
    def reasoned(length: int) -> Decision:
        return a(ACCEPT_GAP, system="crm", reason="x" * length)

    check_decision(reasoned(SHORTEST_REASON), GAPS)
    assert "reason" == said(lambda: check_decision(reasoned(SHORTEST_REASON - 1), GAPS))[0]


def test_what_was_confirmed_settled_and_approved_as_it_stands_passes() -> None:
    check_decision(a(CONFIRM, system="mail", reason=REASON), replace(GAPS, doubted=("mail",)))
    check_decision(
        a(CONFIRMED, system="mailer"), replace(WAITING, offered=(CONFIRMED,), recipients=("mailer",))
    )
    check_decision(
        replace(a(APPROVE_PLAN), plan="0123"), replace(WAITING, offered=(APPROVE_PLAN,), plan="0123")
    )


@given(st.characters(categories=["Cs"]))
@example("\ud800")
@example("\udfff")
def test_half_a_character_is_refused_wherever_it_lies(half: str) -> None:
    assert ("reason", "reason_malformed", PLAIN) == said(lambda: check_reason(f"words {half}"))


def test_a_whole_character_beside_the_halves_is_taken() -> None:
    check_reason("\ud7ff\ue000 \U0001f600")


PROPOSED = a(RELEASE)
TWO = replace(WAITING, proposed=PROPOSED, proposal=3)


def seconding(kind: str = SECOND, by: str = "dpo_deputy", **more: Any) -> Decision:
    return replace(a(kind), by=by, facts={"proposal": "3"}, **more)


@pytest.mark.parametrize(
    ("decision", "standing", "told"),
    [
        (
            a(RELEASE),
            TWO,
            (
                "kind",
                "second_waits",
                "proposal 3 waits for a second person: `second` or `take-back` first",
            ),
        ),
        (
            seconding(),
            WAITING,
            ("kind", "nothing_proposed", "no decision waits for a second person; see `show`"),
        ),
        (
            seconding(),
            replace(TWO, proposal=4),
            ("fact", "proposal_changed", "this is not what is proposed now; see `show`"),
        ),
        (seconding(role=Role.SUPPORT), TWO, ("by", "role_refused", "only the DPO may release")),
        (seconding(by="dpo_robin"), TWO, ("by", "same_person", "a second person has to second it")),
    ],
    ids=lambda part: part[1] if isinstance(part, tuple) else "",
)
def test_what_two_must_agree_on_names_what_is_wrong_with_the_second(
    decision: Decision, standing: Standing, told: Said
) -> None:
    assert told == said(lambda: check_decision(decision, standing))


def test_another_person_seconds_and_whoever_proposed_takes_back() -> None:
    check_decision(seconding(), TWO)
    check_decision(seconding(TAKE_BACK, by="dpo_robin"), TWO)
    check_decision(a(RETRY, system="crm"), replace(TWO, gaps=("crm",)))
    assert "kind" == said(lambda: check_decision(seconding(), replace(TWO, beside=Beside(fee_since=DAY))))[0]
    assert "incomplete" == said(lambda: check_decision(seconding(), replace(TWO, gaps=("crm",))))[1]


def repeating(earlier: date) -> Decision:
    facts = {"earlier": earlier.isoformat()}
    return replace(a(REFUSE, ground="12_5_repetitive", reason=REASON), facts=facts)


def test_an_earlier_request_lies_in_the_past_and_less_than_a_year_back() -> None:
    today = replace(WAITING, beside=Beside(today=DAY))
    past = "an earlier request lies in the past"
    year = "after a year nobody asks too often: answer, or find another ground"

    check_decision(repeating(DAY - timedelta(days=1)), today)
    check_decision(repeating(DAY - REASONABLE + timedelta(days=1)), today)
    assert ("fact", "fact_malformed", past) == said(lambda: check_decision(repeating(DAY), today))
    assert ("ground", "interval_reasonable", year) == said(
        lambda: check_decision(repeating(DAY - REASONABLE), today)
    )


def test_nothing_is_released_while_a_fee_is_open() -> None:
    charged = replace(WAITING, beside=Beside(fee_since=DAY))
    hint = "a fee is open: wait for it, or say `waive-fee`; then decide"

    assert ("kind", "fee_open", hint) == said(lambda: check_decision(a(RELEASE), charged))


def test_the_longest_reason_is_still_read() -> None:
    check_reason("x" * LONGEST_REASON)
    assert PLAIN == said(lambda: check_reason("x" * (LONGEST_REASON + 1)))[2]
