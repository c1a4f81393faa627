"""The four cases of restriction, what ends each, and through which gates its data may be used (Art. 18)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from dsar.decision_kinds import RESTRICT
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind
from dsar.marks import begun_by_machine, still_marked

REVIEW_AFTER = timedelta(days=90)  # POLICY: so often somebody looks whether it must still stand
NOTICE = timedelta(days=14)  # POLICY: so long before it is lifted the person is told, to be able to object
# POLICY: a mark is looked at again so long after it was placed, since one may vanish, or never have held.
LOOK_AFTER = (timedelta(days=1), timedelta(days=7))
LOOK_EVERY = timedelta(days=30)
GROUNDS = ("18_1_a", "18_1_b", "18_1_c", "18_1_d")


class Gate(StrEnum):
    """What restricted data may be used for at all (Art. 18(2))."""

    CONSENT = "consent"
    LEGAL_CLAIMS = "legal_claims"
    OTHERS_RIGHTS = "others_rights"
    PUBLIC_INTEREST = "public_interest"


class Ending(StrEnum):
    """What ends a restriction (LAW RES-05)."""

    ACCURACY_DECIDED = "accuracy_decided"
    PERSON_AGREES = "person_agrees"
    ERASURE_ASKED = "erasure_asked"
    CLAIM_ENDED = "claim_ended"
    OBJECTION_DECIDED = "objection_decided"


ENDS = {
    "18_1_a": (Ending.ACCURACY_DECIDED,),
    "18_1_b": (Ending.PERSON_AGREES, Ending.ERASURE_ASKED),
    "18_1_c": (Ending.CLAIM_ENDED, Ending.PERSON_AGREES),
    "18_1_d": (Ending.OBJECTION_DECIDED,),
}


def ground_of(entries: Iterable[Entry]) -> str:
    """Return on which of the four cases a restriction stands.

    Raises:
        InputError: `not_restricted`.
    """
    placed = [entry.facts for entry in entries if entry.key == "restricted"]
    if not placed:
        raise InputError("not_restricted", "nothing is restricted in this case; see `show`", field="case")
    return str(placed[-1]["ground"])


def ground_in_use(entries: Iterable[Entry]) -> str:
    """Return on which case data is restricted, from the first mark on: empty while an objection is weighed or
    an erasure waits. Whoever uses what is marked uses restricted data, whatever else still waits for a hand.

    Raises:
        InputError: `not_restricted`.
    """
    chain = tuple(entries)
    if any(entry.key == "restricted" for entry in chain) or not begun_by_machine(chain):
        return ground_of(chain)
    decided = [entry.facts for entry in chain if entry.kind is EvidenceKind.DECIDED]
    return next((str(facts["ground"]) for facts in decided if facts["decision"] == RESTRICT), "")


def check_end(ground: str, because: str) -> None:
    """Let a restriction end only by what ends its case.

    Raises:
        InputError: `ending_unknown`.
    """
    if because not in ENDS[ground]:
        hint = f"a restriction under {ground} ends by: {', '.join(ENDS[ground])}"
        raise InputError("ending_unknown", hint, field="because")


def is_open(entries: Iterable[Entry]) -> bool:
    """Whether a restriction of this case still stands: then nobody may shred it. Also one that ended, and
    whose mark nobody could take off.
    """
    chain = tuple(entries)
    keys = {entry.key for entry in chain if entry.kind in {EvidenceKind.WAITING, EvidenceKind.CHECKED}}
    return ("restricted" in keys and "lifted" not in keys) or bool(still_marked(chain))


def next_look(placed_at: datetime, now: datetime) -> datetime:
    """Return when a restriction that stands since `placed_at` is looked at next: after a day, after a week,
    and then every thirty days.
    """
    months = (now - placed_at) // LOOK_EVERY + 1
    looks = (*(placed_at + span for span in LOOK_AFTER), placed_at + months * LOOK_EVERY)
    return min(at for at in looks if at > now)
