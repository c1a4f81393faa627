"""What a person may decide, and what the engine refuses to let them decide (DESIGN §3.6)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from dsar.asking import Beside, check_beside
from dsar.case import Decision
from dsar.complaints import check_outcome
from dsar.copies import HANDS_OVER
from dsar.decision_facts import check_facts, day_of
from dsar.decision_kinds import (
    ABOUT_A_GAP,
    ANSWER,
    FOR_TWO,
    KINDS,
    MANUAL_DONE,
    SECOND,
    TAKE_BACK,
    About,
    Kind,
)
from dsar.errors import InputError
from dsar.exemptions import check_exemption
from dsar.grounds import codes_for
from dsar.law_sets import law_set
from dsar.vocabulary import Right, Status

LONGEST_REASON = 4_000  # characters: it stands in a letter, whose pieces are no longer
MOST_HELD = 1_000_000_000  # records of one collection, counted by hand: more is a slip of the keyboard
REASONABLE = timedelta(days=365)
SHORTEST_REASON = 20  # characters: "legal reasons" is not a specific reason (LAW P-37)
_COLLECTION = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands, as far as a decision about it must know.

    `ambiguous` are the gaps of which nobody knows whom they concern; `doubted` those that may be confirmed;
    `short` those that gave fewer records than they count;
    `offered` are the kinds that the story waits for; `plan` is the digest of the plan as it stands;
    `recipients` are those that were told and have not answered; `apart` are the handles that took part in
    what is complained about; `held`: how many collections each system holds; `beside` is what was asked or
    promised beside the story; `proposed`, with its number, what waits for a second person; `corrections`
    are those not decided;
    `unplanned` are those of the gaps that are to be erased, and that no approved plan names yet;
    `unreviewed` counts the records that may concern others and that nobody has cleared.
    """

    right: Right
    regime: str
    status: Status
    gaps: Collection[str] = ()
    ambiguous: Collection[str] = ()
    doubted: Collection[str] = ()
    short: Collection[str] = ()
    offered: Collection[str] = ANSWER
    plan: str = ""
    recipients: Collection[str] = ()
    apart: Collection[str] = ()
    held: Mapping[str, int] = field(default_factory=dict)
    proposed: Decision | None = None
    proposal: int = 0
    beside: Beside = field(default_factory=Beside)
    corrections: Collection[str] = ()
    unplanned: Collection[str] = ()
    unreviewed: int = 0


def check_decision(decision: Decision, standing: Standing) -> None:
    """Let a decision pass only if its author may take it, now, with what the law wants said.

    Raises:
        InputError: names what is wrong and the next move.
    """
    kind = KINDS.get(decision.kind)
    if kind is None:
        raise InputError("decision_unknown", f"choose one of {', '.join(KINDS)}", field="kind")
    _the_law_allows(kind, standing)
    _it_is_time(kind, standing)
    _about(kind, decision, standing)
    _planned(decision, standing)
    if decision.role not in kind.roles:
        raise InputError("role_refused", f"only the DPO may {kind.name}", field="by")
    _ground(kind, decision, standing)
    _held(kind, decision, standing)
    check_outcome(decision, standing.right, standing.apart)
    if kind.reasons:
        _reasons(decision)
    check_facts(decision)
    _repeats(decision, standing)
    check_beside(decision, standing.right, standing.beside)
    check_second(decision, standing)
    if decision.kind == SECOND and standing.proposed:  # it must still be lawful when it takes effect
        check_outcome(replace(standing.proposed, by=decision.by), standing.right, standing.apart)
        check_decision(standing.proposed, replace(standing, proposed=None))
    check_exemption(decision, standing.held, standing.beside.exempt)


def check_second(decision: Decision, standing: Standing) -> None:
    """Let a decision pass as far as four eyes are concerned: one proposal at a time, and never seconded by
    whoever made it. What merely happened (a fee was paid) is noted all the same.

    Raises:
        InputError: `nothing_proposed`, `proposal_changed`, `same_person`, `role_refused`, `second_waits`.
    """
    proposed = standing.proposed
    if decision.kind not in {SECOND, TAKE_BACK}:
        if proposed and decision.kind in FOR_TWO:
            hint = f"proposal {standing.proposal} waits for a second person: `second` or `take-back` first"
            raise InputError("second_waits", hint, field="kind")
        return
    if proposed is None:
        raise InputError(
            "nothing_proposed", "no decision waits for a second person; see `show`", field="kind"
        )
    if decision.facts["proposal"] != str(standing.proposal):
        raise InputError("proposal_changed", "this is not what is proposed now; see `show`", field="fact")
    if decision.role not in KINDS[proposed.kind].roles:
        raise InputError("role_refused", f"only the DPO may {proposed.kind}", field="by")
    if decision.kind == SECOND and decision.by == proposed.by:
        raise InputError("same_person", "a second person has to second it", field="by")


def check_reason(text: str) -> None:
    """Refuse words that cannot be sealed or printed.

    Raises:
        InputError: `reason_malformed`.
    """
    if len(text) > LONGEST_REASON or any("\ud800" <= c <= "\udfff" for c in text):
        hint = f"use at most {LONGEST_REASON} characters of plain text"
        raise InputError("reason_malformed", hint, field="reason")


def _the_law_allows(kind: Kind, standing: Standing) -> None:
    if standing.right in kind.never:
        hint = "to stop marketing, what rests on consent, a sale or a sensitive use is absolute: just do it"
        raise InputError("absolute", hint, field="kind")


def _it_is_time(kind: Kind, standing: Standing) -> None:
    if standing.status not in kind.statuses:
        raise InputError("not_now", "the case is not waiting for a decision; see `show`", field="kind")
    settle = f"settle these systems first: {', '.join(sorted(standing.gaps))}"
    if kind.offered and kind.name not in standing.offered:
        # What is offered may be of another wait: while a hand is wanted, that is the next move.
        hint = settle if standing.gaps else f"this case waits for: {_listed(standing.offered)}"
        raise InputError("not_offered", hint, field="kind")
    if kind.complete and standing.gaps:
        raise InputError("incomplete", settle, field="system")
    if (kind.complete or kind.about is About.CORRECTION) and standing.beside.fee_since:
        hint = "a fee is open: wait for it, or say `waive-fee`; then decide"
        raise InputError("fee_open", hint, field="kind")
    if kind.reviewed and standing.unreviewed:
        hint = f"{standing.unreviewed} marked records are not cleared yet: see `review`"
        raise InputError("not_reviewed", hint, field="kind")


def _about(kind: Kind, decision: Decision, standing: Standing) -> None:
    if kind.about is About.CASE and decision.system:
        hint = f"{kind.name} concerns the whole answer: leave the system out"
        raise InputError("system_not_asked", hint, field="system")
    if kind.name in ABOUT_A_GAP and decision.system not in standing.gaps:
        hint = f"name a system that waits for a hand: {_listed(standing.gaps)}"
        raise InputError("no_such_gap", hint, field="system")
    if kind.about is About.RECIPIENT and decision.system not in standing.recipients:
        hint = f"name a recipient that has to be settled: {_listed(standing.recipients)}"
        raise InputError("no_such_recipient", hint, field="system")
    if kind.about is About.CORRECTION and decision.system not in standing.corrections:
        hint = f"name a correction that waits, as `corrections` lists them: {_listed(standing.corrections)}"
        raise InputError("no_such_correction", hint, field="number")
    _why_it_waits(kind, decision, standing)
    if kind.plan and decision.plan != standing.plan:
        hint = "this is not the plan as it stands: read it with `plan`"
        raise InputError("plan_changed", hint, field="plan")


def _why_it_waits(kind: Kind, decision: Decision, standing: Standing) -> None:
    if kind.about is About.DOUBT and decision.system not in standing.doubted:
        hint = f"only what one person was found by can be confirmed as theirs: {_listed(standing.doubted)}"
        raise InputError("not_in_doubt", hint, field="system")
    if kind.about is About.COUNT and decision.system not in standing.short:
        hint = f"only a count that an export came short of can be wrong: {_listed(standing.short)}"
        raise InputError("not_short", hint, field="system")


def _planned(decision: Decision, standing: Standing) -> None:
    """What a person erases is approved first, as what a machine erases is: a broken one is no way round."""
    if decision.kind == MANUAL_DONE and decision.system in standing.unplanned:
        hint = "nothing is erased before a plan is approved: `retry`, or say `task found` or `task not-found`"
        raise InputError("not_planned", hint, field="system")


def _ground(kind: Kind, decision: Decision, standing: Standing) -> None:
    """Grounds are evidence in clear, so that only codes pass."""
    if not kind.ground:
        if decision.ground:
            raise InputError("ground_not_asked", f"{kind.name} has no ground: leave it out", field="ground")
        return
    codes = codes_for(kind.name, standing.right, law_set(standing.regime))
    if decision.ground not in codes:
        raise InputError("ground_unknown", f"choose one of {_listed(codes)}", field="ground")


def _held(kind: Kind, decision: Decision, standing: Standing) -> None:
    """What is held stands in clear, too: names of collections and counts, of that system alone.

    Where nobody knows whom a finding concerns, naming it would hand out another person's data (Art. 15(4)).
    """
    if kind.held and decision.system in standing.ambiguous:
        hint = "it may be another person's: `confirm` it, or copy by hand what is theirs and say `done`"
        raise InputError("in_doubt", hint, field="system")
    if decision.copies and not (kind.copies and standing.right in HANDS_OVER):
        hint = "copies belong to `done` or `exception` of a request whose answer holds them: leave --file out"
        raise InputError("files_unwanted", hint, field="file")
    if (kind.held or bool(decision.copies)) != bool(decision.holdings):
        hint = "say what is held, such as contracts=3" if kind.held else f"{kind.name} names no records"
        raise InputError("holdings_not_fitting", hint, field="held")
    for holding in decision.holdings:
        plain = _COLLECTION.fullmatch(holding.collection) and holding.system == decision.system
        if not plain or not 1 <= holding.count <= MOST_HELD:
            hint = "name a collection as the system's card does, and how many: contracts=3"
            raise InputError("holdings_not_fitting", hint, field="held")
    if len({holding.collection for holding in decision.holdings}) != len(decision.holdings):
        raise InputError("holdings_not_fitting", "name each collection once, with all it holds", field="held")


def _reasons(decision: Decision) -> None:
    if not decision.words or decision.words_length < SHORTEST_REASON:
        hint = f"give a specific reason of at least {SHORTEST_REASON} characters"
        raise InputError("reason_missing", hint, field="reason")


def _repeats(decision: Decision, standing: Standing) -> None:
    """A year is never too short an interval (LAW FEE-08), and what is to come repeats nothing."""
    earlier = day_of(decision, "earlier")
    if earlier is None:
        return
    if earlier >= standing.beside.today:
        raise InputError("fact_malformed", "an earlier request lies in the past", field="fact")
    if standing.beside.today - earlier >= REASONABLE:
        hint = "after a year nobody asks too often: answer, or find another ground"
        raise InputError("interval_reasonable", hint, field="ground")


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
