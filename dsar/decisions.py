"""What a person may decide, and what the engine refuses to let them decide (DESIGN §3.6)."""

from collections.abc import Collection

from dsar.case import Decision
from dsar.errors import InputError
from dsar.vocabulary import Role, Status

RELEASE, REFUSE = "release", "refuse"
RETRY, ACCEPT_GAP, MANUAL_DONE = "retry", "accept-gap", "manual-done"
ABOUT_A_GAP = frozenset({RETRY, ACCEPT_GAP, MANUAL_DONE})
KINDS = (RELEASE, REFUSE, RETRY, ACCEPT_GAP, MANUAL_DONE)
_OPEN = frozenset({Status.BY_HAND, Status.DECIDING})

# Art. 12(5)(b) and LAW FEE-01: refusal only on these grounds, by a named human, with specific reasons (P-37).
REFUSAL_GROUNDS = ("12_5_unfounded", "12_5_excessive", "not_the_subject", "exemption")
LONGEST_REASON = 10_000  # characters: it stands in a letter
SHORTEST_REASON = 20  # characters: "legal reasons" is not a specific reason (LAW P-37)


def check_decision(decision: Decision, *, status: Status, gaps: Collection[str]) -> None:
    """Let a decision pass only if its author may take it, now, with what the law wants said.

    Raises:
        InputError: names what is wrong and the next move.
    """
    if decision.kind not in KINDS:
        raise InputError("decision_unknown", f"choose one of {', '.join(KINDS)}", field="kind")
    if status not in _OPEN:
        raise InputError("not_now", "the case is not waiting for a decision; see `show`", field="kind")
    if decision.ground and decision.kind != REFUSE:  # grounds are evidence in clear, and only codes
        raise InputError("ground_not_asked", "only a refusal has a ground: leave it out", field="ground")
    if decision.kind in ABOUT_A_GAP:
        _about_a_gap(decision, gaps)
    else:
        _about_the_answer(decision, gaps)


def check_reason(text: str) -> None:
    """Refuse words that cannot be sealed or printed.

    Raises:
        InputError: `reason_malformed`.
    """
    if len(text) > LONGEST_REASON or any("\ud800" <= c <= "\udfff" for c in text):
        hint = f"use at most {LONGEST_REASON} characters of plain text"
        raise InputError("reason_malformed", hint, field="reason")


def _about_a_gap(decision: Decision, gaps: Collection[str]) -> None:
    if decision.system not in gaps:
        listed = ", ".join(sorted(gaps)) or "none"
        raise InputError("no_such_gap", f"name a system that waits for a hand: {listed}", field="system")
    if decision.kind == ACCEPT_GAP:
        _only_the_dpo(decision)
    if decision.kind != RETRY:
        _reasons(decision)


def _about_the_answer(decision: Decision, gaps: Collection[str]) -> None:
    _only_the_dpo(decision)
    if decision.system:
        hint = f"{decision.kind} concerns the whole answer: leave the system out"
        raise InputError("system_not_asked", hint, field="system")
    if decision.kind == RELEASE and gaps:
        waiting = ", ".join(sorted(gaps))
        raise InputError("incomplete", f"settle these systems first: {waiting}", field="system")
    if decision.kind == REFUSE:
        if decision.ground not in REFUSAL_GROUNDS:
            raise InputError("ground_unknown", f"choose one of {', '.join(REFUSAL_GROUNDS)}", field="ground")
        _reasons(decision)


def _only_the_dpo(decision: Decision) -> None:
    if decision.role is not Role.DPO:
        raise InputError("role_refused", f"only the DPO may {decision.kind}", field="by")


def _reasons(decision: Decision) -> None:
    if not decision.words or decision.words_length < SHORTEST_REASON:
        hint = f"give a specific reason of at least {SHORTEST_REASON} characters"
        raise InputError("reason_missing", hint, field="reason")
