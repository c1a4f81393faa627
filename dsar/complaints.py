"""Complaints and appeals: about which case, under which law, decided by whom (LAW CMP-01..07, CAL-72, §5)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dsar.case import Decision, RightsRequest
from dsar.decision_kinds import DISMISS, KINDS, UPHOLD, About
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind
from dsar.law_sets import LawSet, law_set, offers_controller_complaint
from dsar.ports import CaseRecord
from dsar.regimes.catalogue import regime_for
from dsar.vocabulary import LetterKind, Outcome, Right

LOOKED_INTO = frozenset({Right.COMPLAINT, Right.APPEAL})
PROGRESS_EVERY = timedelta(days=30)  # POLICY; s.164A(5)(b) says only: information about progress
ACKNOWLEDGEMENTS: Mapping[Right, LetterKind] = {
    Right.COMPLAINT: LetterKind.COMPLAINT_ACKNOWLEDGEMENT,
    Right.APPEAL: LetterKind.APPEAL_ACKNOWLEDGEMENT,
}
# What is being used is not offered once more (codes of `policy/law.yaml`).
SPENT: Mapping[Right, frozenset[str]] = {
    Right.COMPLAINT: frozenset({"controller"}),
    Right.APPEAL: frozenset({"company", "appeal"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What is known of the case complained about: why it may be another person's, who decided it."""

    doubt: str = ""
    apart: tuple[str, ...] = ()


def appeal_days(regime: str, received_on: date) -> int:
    """Return in how many days an appeal to the business is answered; 0 where the law has none (LAW §5)."""
    try:
        appeal = regime_for(regime, received_on).law.appeal
    except InputError:  # a law that is in force no more, or not yet
        return 0
    return appeal.first.count if appeal and appeal.first else 0


def offers_appeal(regime: str, received_on: date) -> bool:
    """Whether the law itself has an appeal to the business."""
    return appeal_days(regime, received_on) > 0


def tells_progress(request: RightsRequest) -> bool:
    """Whether the person is to hear of progress meanwhile (DPA 2018 s.164A(5)(b); LAW CMP-04)."""
    law = offers_controller_complaint(request.regime, request.received_on)
    return request.right is Right.COMPLAINT and law


def check_about(right: Right, regime: str, received_on: date, earlier: CaseRecord | None) -> None:
    """Let a complaint, an appeal, or what follows from one be opened about that earlier case.

    Raises:
        InputError: it cannot be about that case, or must name one; and the next move.
    """
    if right is Right.APPEAL:
        _appealable(regime, received_on, earlier)
    if earlier is None:
        return
    if right not in LOOKED_INTO:
        _led_to(earlier)
    elif earlier.request.right in LOOKED_INTO:
        hint = "name the request it began with; what is wrong with our answer to a complaint or an appeal"
        raise InputError("about_a_complaint", f"{hint} goes to the authority", field="about")
    if law_set(regime) is not law_set(earlier.request.regime):
        hint = f"that case is under {earlier.request.regime}: leave the regime out"
        raise InputError("regime_differs", hint, field="regime")
    if received_on < earlier.request.received_on:
        hint = "it was received before the case it is about: correct the date, or name another case"
        raise InputError("received_before", hint, field="received")


def _appealable(regime: str, received_on: date, earlier: CaseRecord | None) -> None:
    """California has no appeal by statute, but the company offers a second look (LAW CAL-72)."""
    if not offers_appeal(regime, received_on) and law_set(regime) is not LawSet.CALIFORNIA:
        hint = f"there is no appeal under {regime}: open it as a complaint"
        raise InputError("no_appeal", hint, field="right")
    if earlier is None:
        hint = "name the case whose decision is appealed with --about; `list` shows the cases"
        raise InputError("about_missing", hint, field="about")
    if earlier.outcome is None and (earlier.due_on is None or received_on <= earlier.due_on):
        hint = "nothing is decided there yet, and it is not late: open it as a complaint, or wait"
        raise InputError("nothing_decided", hint, field="about")


def _led_to(earlier: CaseRecord) -> None:
    if earlier.request.right not in LOOKED_INTO or earlier.outcome is not Outcome.FULFILLED:
        hint = "a request names only the upheld complaint or appeal that it follows from: leave it out"
        raise InputError("about_not_upheld", hint, field="about")


def check_outcome(decision: Decision, right: Right, apart: Collection[str]) -> None:
    """Let a complaint or an appeal be decided by somebody who did not decide the case before, with what was
    looked into and what changes (LAW NTC-18).

    Raises:
        InputError: `took_part`, `enquiry_missing`, `change_missing` or `outcome_not_asked`.
    """
    if right not in LOOKED_INTO or decision.kind not in {UPHOLD, DISMISS}:
        if decision.told:
            hint = "only the outcome of a complaint or an appeal tells enquiries and changes"
            raise InputError("outcome_not_asked", hint, field="enquiry")
        return
    if decision.by in apart:
        hint = "whoever decided the earlier case does not decide about it again: another DPO must"
        raise InputError("took_part", hint, field="by")
    if right is Right.COMPLAINT and not decision.enquiries:
        hint = "say what was done to find out, with --enquiry once for each step"
        raise InputError("enquiry_missing", hint, field="enquiry")
    if decision.kind == UPHOLD and not decision.changes:
        raise InputError(
            "change_missing", "say what changes now, with --change once for each", field="change"
        )


def deciders_of(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the handles of those who decided about the whole answer of a case."""
    made = (entry.facts for entry in entries if entry.kind is EvidenceKind.DECIDED)
    return frozenset(str(f["by"]) for f in made if KINDS[str(f["decision"])].about is About.CASE)
