"""What each letter must say, as ids of the checklists (LAW NTC-01..18; section 8 "every letter").

A template names, block by block, which of these it says. A letter that lacks one is never sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dsar.complaints import SPENT, offers_appeal
from dsar.erasure import ERASES
from dsar.law_sets import LawSet, law_set, offers_controller_complaint
from dsar.vocabulary import LetterKind, Right

K = LetterKind
TO_A_COMPANY = frozenset({K.RECIPIENT_NOTICE, K.PROCESSOR_REQUEST})

OF_KIND: Mapping[LetterKind, tuple[str, ...]] = {
    K.ACKNOWLEDGEMENT: (
        "ntc-01.received",
        "ntc-01.asked",
        "ntc-01.controller",
        "ntc-01.due",
        "ntc-01.free",
        "ntc-01.next",
    ),
    K.IDENTITY_CODE: ("ntc-02.why", "ntc-02.asked", "ntc-02.purpose", "ntc-02.clock", "ntc-02.without"),
    K.IDENTITY_LOCKED: ("ntc-02.why", "ntc-02.asked", "ntc-02.purpose", "ntc-02.without"),
    K.IDENTITY_REQUEST: (
        "ntc-02.why",
        "ntc-02.asked",
        "ntc-02.blackout",
        "ntc-02.purpose",
        "ntc-02.clock",
        "ntc-02.secure",
        "ntc-02.without",
    ),
    K.NOT_IDENTIFIED: ("ntc-15.tried", "ntc-15.help", "ntc-15.again"),
    K.CLARIFICATION: (
        "ntc-03.why",
        "ntc-03.which",
        "ntc-03.everything",
        "ntc-03.clock",
        "ntc-03.meanwhile",
        "ntc-03.without",
    ),
    K.EXTENSION: ("ntc-04.due", "ntc-04.reasons", "ntc-04.doing", "ntc-04.progress"),
    K.PROGRESS: ("ntc-04.doing", "ntc-04.due"),
    K.FEE: ("ntc-05.why", "ntc-05.amount", "ntc-05.pay", "ntc-05.narrow", "ntc-05.clock"),
    K.ACCESS_ANSWER: (
        "ntc-06.processed",
        "ntc-06.information",
        "ntc-06.rights",
        "ntc-06.copy",
        "ntc-06.searched",
        "ntc-06.withheld",
    ),
    K.PARTIAL_ANSWER: (
        "ntc-06.processed",
        "ntc-06.information",
        "ntc-06.rights",
        "ntc-06.copy",
        "ntc-06.searched",
        "ntc-06.withheld",
        "ntc-07.reasons",
    ),
    K.ANSWER_CODE: ("ntc-06.code",),
    K.NOTHING_HELD: ("ntc-06.processed", "ntc-16.searched", "ntc-16.help"),
    K.REFUSAL: ("ntc-07.ground", "ntc-07.reasons"),
    K.WITHDRAWN: ("withdrawn.stopped", "withdrawn.again"),
    K.ERASURE_CONFIRMATION: ("cal-05.confirm", "cal-05.clock", "cal-05.silence"),
    K.ERASURE_OUTCOME: (
        "ntc-08.erased",
        "ntc-08.left",
        "ntc-08.backups",
        "ntc-08.kept",
        "ntc-08.recipients",
        "ntc-08.suppression",
        "ntc-08.record",
    ),
    K.RECTIFICATION_OUTCOME: (
        "ntc-09.changed",
        "ntc-09.systems",
        "ntc-09.left",
        "ntc-09.refused",
        "ntc-09.dispute",
        "ntc-09.recipients",
    ),
    K.RESTRICTION_PLACED: (
        "ntc-10.case",
        "ntc-10.data",
        "ntc-10.from",
        "ntc-10.still",
        "ntc-10.end",
        "ntc-10.recipients",
        "ntc-10.promise",
    ),
    K.RESTRICTION_ENDING: ("ntc-11.date", "ntc-11.reason", "ntc-11.resumes", "ntc-11.recipients"),
    K.OBJECTION_OUTCOME: ("ntc-12.outcome", "ntc-12.reasons", "ntc-12.restriction", "ntc-12.erasure"),
    K.STOPPED: (
        "ntc-14.since",
        "ntc-14.stops",
        "ntc-14.earlier",
        "ntc-14.services",
        "ntc-14.remaining",
        "ntc-14.suppression",
    ),
    K.PORTABILITY_ANSWER: (
        "ntc-13.eligible",
        "ntc-13.not",
        "ntc-13.format",
        "ntc-13.copy",
        "ntc-13.transfer",
        "ntc-13.kept",
    ),
    K.FORWARDED: ("ntc-17.controller", "ntc-17.forwarded"),
    K.AGENT_AUTHORITY: (
        "ntc-02.authority",
        "ntc-02.purpose",
        "ntc-02.clock",
        "ntc-02.secure",
        "ntc-02.without",
    ),
    K.RECIPIENT_NOTICE: ("not-01.action", "not-01.data", "not-01.confirm"),
    K.PROCESSOR_REQUEST: (
        "prc-05.why",
        "prc-05.action",
        "prc-05.data",
        "prc-05.person",
        "prc-05.term",
        "prc-05.confirm",
    ),
    K.CLOSED_UNANSWERED: ("clk-24.closed", "clk-24.again"),
    K.COMPLAINT_ACKNOWLEDGEMENT: ("ntc-18.received", "ntc-18.next"),
    K.COMPLAINT_OUTCOME: ("ntc-18.outcome", "ntc-18.enquiries", "ntc-18.findings", "ntc-18.changes"),
    K.COMPLAINT_PROGRESS: ("cmp-04.progress", "cmp-04.next"),
    K.APPEAL_ACKNOWLEDGEMENT: ("appeal.received", "appeal.next"),
    K.APPEAL_OUTCOME: ("appeal.outcome", "appeal.reasons", "appeal.changes"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides, beside the kind, which elements the law asks for."""

    right: Right
    regime: str
    received_on: date


def required(kind: LetterKind, situation: Situation) -> frozenset[str]:
    """Return the ids of all that this letter must say in this situation."""
    if kind in TO_A_COMPANY:
        return frozenset({"all.controller", "all.dpo", *OF_KIND[kind]})
    return frozenset({*_every(situation), *OF_KIND[kind], *_more(kind, situation)})


def _every(situation: Situation) -> set[str]:
    every = {"all.case", "all.right", "all.received", "all.controller", "all.dpo", "all.form"}
    every.add("all.remedy.authority")
    if law_set(situation.regime) in {LawSet.UK, LawSet.EU}:
        every.add("all.remedy.court")  # Arts 12(4), 79
    if offers_controller_complaint(situation.regime, situation.received_on):
        every.add("all.remedy.controller")  # DPA 2018 s.164A
    if offers_appeal(situation.regime, situation.received_on):
        every.add("all.remedy.appeal")  # the states' acts (LAW §5)
    return every - {f"all.remedy.{code}" for code in SPENT.get(situation.right, ())}


def _more(kind: LetterKind, situation: Situation) -> set[str]:
    more = set()
    if kind is K.ACKNOWLEDGEMENT and situation.right in ERASES:
        more.add("ntc-01.exceptions")  # LAW P-37
    if kind is K.ACKNOWLEDGEMENT and law_set(situation.regime) is LawSet.CALIFORNIA:
        more.add("ntc-01.california")  # 11 CCR 7021(a)
    return more
