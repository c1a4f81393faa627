"""Copies that a person made where no machine could: they go the way of an export, all of them reviewed.

Which copies count is what was decided about their system last; what was sealed and then not decided, or was
overtaken by a later decision, is part of no answer.
"""

from collections.abc import Iterable, Mapping

from dsar.case import SystemAnswer
from dsar.decision_kinds import ACCEPT_GAP, MANUAL_DONE
from dsar.evidence import Entry, EvidenceKind
from dsar.systems import DOUBTS, SEVERAL, SHARED
from dsar.vocabulary import Found, Right

HANDS_OVER = frozenset({Right.ACCESS, Right.KNOW, Right.PORTABILITY})  # whose answers hold what is held
_BY_A_PERSON = frozenset({Found.MANUAL_DONE, Found.FAILED_ACCEPTED})
_WITH_COPIES = frozenset({MANUAL_DONE, ACCEPT_GAP})
_DOUBTED = DOUBTS | {SHARED}


def copied(answers: Iterable[SystemAnswer], entries: Iterable[Entry]) -> Mapping[str, str]:
    """Return the systems that a person copied in the machine's place, each with which copies count."""
    settled = _settled(answers)
    said = {str(e.facts["system"]): str(e.facts.get("copies", "")) for e in entries if _ends(e)}
    return {system: copies for system, copies in sorted(said.items()) if copies and system in settled}


def unreviewed(answers: Iterable[SystemAnswer], entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the systems whose copies were taken in before copies were reviewed: they may not leave."""
    settled, ended = _settled(answers), dict[str, int]()  # how often since its copies were taken in
    for entry in entries:
        system = str(entry.facts.get("system", ""))
        if entry.kind is EvidenceKind.HANDED_IN and "records" not in entry.facts:
            ended[system] = 0
        elif system in ended and _ends(entry):
            ended[system] += 1
    return tuple(sorted(name for name, times in ended.items() if times == 1 and name in settled))


def may_be_anothers(answers: Iterable[SystemAnswer], system: str) -> bool:
    """Whether copies of a system may be of somebody else: what was searched fits several people there, or in
    another system, which puts all in doubt (Art. 15(4)). A person who copied by hand searched by the same.
    """
    reasons = {answer.system: answer.reason for answer in answers}
    here = reasons.get(system, "").partition(":")[0]
    return SEVERAL in reasons.values() or here in _DOUBTED


def _settled(answers: Iterable[SystemAnswer]) -> frozenset[str]:
    return frozenset(a.system for a in answers if a.found in _BY_A_PERSON)


def _ends(entry: Entry) -> bool:
    return entry.kind is EvidenceKind.DECIDED and entry.facts["decision"] in _WITH_COPIES
