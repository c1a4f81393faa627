"""What is asked of the person or promised to them beside the story: time, a fee, a question (LAW §3, §7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dsar.case import Decision
from dsar.clock_events import Event, EventKind, policy_of
from dsar.clock_matter import chosen, matters
from dsar.decision_facts import day_of
from dsar.decision_kinds import (
    CLARIFIED,
    CLARIFY,
    EXEMPT,
    EXTEND,
    FEE,
    FEE_PAID,
    INCLUDE,
    POSTED,
    WAIVE_FEE,
)
from dsar.errors import InputError
from dsar.exemptions import Item
from dsar.regimes.catalogue import regime_at
from dsar.regimes.shapes import Rule
from dsar.vocabulary import Right

PAY_WITHIN = timedelta(days=30)  # POLICY
LEAST_TO_PAY = timedelta(days=14)  # where the clock runs on meanwhile; with less, extend first
REMIND_AFTER = timedelta(days=14)  # LAW CLK-24
CLOSE_AFTER = timedelta(days=60)  # the same, where the clock stands still
GO_ON_AFTER = timedelta(days=14)  # where it does not: then the search is made without an answer
PROGRESS_EVERY = timedelta(days=30)  # what the extension's letter promises (LAW P-50, NTC-04)
COPY = "15_3_copy"  # the one fee that needs no abuse: Art. 12A(2)(c) speaks of the other

_ASKS = {FEE: EventKind.FEE_REQUESTED, CLARIFY: EventKind.CLARIFICATION_REQUESTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a decision must know of it. `today` is the local date where the regime holds; `answering`: the
    answer is being made; `unposted`: a letter that the mail server refused waits to be handed over.
    `fee_since`, `question_since`: the day on which what is open was asked for.
    """

    today: date = date.min
    due_on: date | None = None
    rule: Rule | None = None
    answering: bool = False
    extended: bool = False
    paid: bool = False
    fee_since: date | None = None
    question_since: date | None = None
    exempt: tuple[Item, ...] = ()
    unposted: bool = False


def rule_of(regime: str, events: Sequence[Event]) -> Rule:
    """Return the rule that the clock of a case runs by."""
    asked = matters(regime_at(regime, events[0]), events)[0]
    return chosen(asked.rule, policy_of(events))


def moves(rule: Rule, right: Right, decision: Decision) -> bool:
    """Whether the clock waits for what this decision asks for (LAW CLK-11, CLK-20, CLK-22, FEE-13)."""
    asked = _ASKS[decision.kind]
    if decision.ground == COPY:
        return False
    pauses = (pause.asked for pause in rule.pauses if pause.stops(right))
    return asked in {*(gate.asked for gate in rule.gates), *pauses}


def wait_until(kind: str, *, stands: bool, asked_on: date, due_on: date | None) -> date:
    """Return the last day on which we wait for it; past the due date only if the clock stands."""
    patience = PAY_WITHIN if kind == FEE else CLOSE_AFTER if stands else GO_ON_AFTER
    last = asked_on + patience
    return last if stands or due_on is None else max(asked_on, min(last, due_on))


def check_beside(decision: Decision, right: Right, beside: Beside) -> None:
    """Let a decision pass that is carried out beside the story, if the law and the state of things allow it.

    Raises:
        InputError: why not, and the next move.
    """
    check = _CHECKS.get(decision.kind)
    if check:
        check(decision, right, beside)


def _item(_: Decision, __: Right, beside: Beside) -> None:
    _not_answering(beside)


def _extend(decision: Decision, _: Right, beside: Beside) -> None:
    """Once, and told before the first period ends: a later notice is void (Art. 12(3), 12A(4); CLK-19)."""
    extension = beside.rule.extension if beside.rule else None
    if extension is None:
        hint = "this law gives no more time for this right; answer in time, in part if need be"
        raise InputError("no_extension", hint, field="kind")
    if beside.extended:
        raise InputError("extended_already", "the law allows one extension: answer in time", field="kind")
    if beside.due_on is None:
        hint = "the clock stands still: nothing need be extended before it runs"
        raise InputError("clock_stands", hint, field="kind")
    if beside.today > beside.due_on:
        hint = "an extension whose notice would be late is void: answer now, and say why it is late"
        raise InputError("notice_late", hint, field="kind")
    until = day_of(decision, "until")
    if extension.total and until:
        raise InputError("fact_not_asked", "this law says how long: leave `until` out", field="fact")
    if extension.total is None and (until is None or until <= beside.due_on):
        hint = f"this law leaves the length to you: give --fact until=… with a day after {beside.due_on}"
        raise InputError("fact_missing", hint, field="fact")


def _fee(decision: Decision, right: Right, beside: Beside) -> None:
    """One at a time, before the answer is made; and with time enough to pay it (POLICY)."""
    _not_answering(beside)
    if beside.fee_since or beside.paid:
        hint = "a fee was asked for already: wait for it, `waive-fee`, or go on"
        raise InputError("fee_asked_already", hint, field="kind")
    stands = beside.rule is not None and moves(beside.rule, right, decision)
    if not stands and beside.due_on and beside.due_on - beside.today < LEAST_TO_PAY:
        hint = f"the clock runs on and leaves less than {LEAST_TO_PAY.days} days to pay: extend, or answer"
        raise InputError("fee_late", hint, field="kind")


def _clarify(_: Decision, __: Right, beside: Beside) -> None:
    _not_answering(beside)
    if beside.question_since:
        hint = "a question is open already: wait for its answer, or go on without"
        raise InputError("question_open", hint, field="kind")


def _not_answering(beside: Beside) -> None:
    if beside.answering:
        raise InputError("too_late", "the answer is being made: ask nothing any more", field="kind")


def _fee_ends(decision: Decision, _: Right, beside: Beside) -> None:
    if beside.fee_since is None:
        raise InputError("no_fee", "no fee is open in this case; see `show`", field="kind")
    _came(decision, beside.fee_since, beside.today)


def _answered(decision: Decision, _: Right, beside: Beside) -> None:
    if beside.question_since is None:
        raise InputError("no_question", "no question is open in this case; see `show`", field="kind")
    _came(decision, beside.question_since, beside.today)


def _came(decision: Decision, asked_on: date, today: date) -> None:
    """What is recorded later than it came has its own day: it counts for the clock."""
    came_on = day_of(decision, "on")
    if came_on and not asked_on <= came_on <= today:
        hint = f"it came between {asked_on}, when it was asked for, and today"
        raise InputError("fact_malformed", hint, field="fact")


def _posted(_: Decision, __: Right, beside: Beside) -> None:
    if not beside.unposted:
        raise InputError("letter_not_waiting", "no letter of this case waits for a hand", field="kind")


_CHECKS: Mapping[str, Callable[[Decision, Right, Beside], None]] = {
    EXTEND: _extend,
    FEE: _fee,
    FEE_PAID: _fee_ends,
    WAIVE_FEE: _fee_ends,
    CLARIFY: _clarify,
    CLARIFIED: _answered,
    EXEMPT: _item,
    INCLUDE: _item,
    POSTED: _posted,
}
