"""The least proof of identity, as rows: the first row that fits a request holds (LAW IDV-01..11, CAL-10..16).

More than a row asks for may be asked only on a doubt that was written down first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from dsar.case import ProofGiven
from dsar.identity import UNPROVED
from dsar.law_sets import LawSet, law_set
from dsar.vocabulary import Proof, Requester, Right


class Authority(StrEnum):
    """On what somebody acts for the data subject."""

    SIGNED_PERMISSION = "signed_permission"
    POWER_OF_ATTORNEY = "power_of_attorney"  # never demanded (LAW CAL-61)
    PARENTAL = "parental"  # of a child too young to decide for itself (LAW IDV-10, CAL-09)


class Doubt(StrEnum):
    """Why it is not clear enough who asks: without one of these no document is asked for (LAW IDV-01)."""

    UNKNOWN_ADDRESS = "unknown_address"
    DETAILS_DIFFER = "details_differ"
    SHARED_ADDRESS = "shared_address"
    CODES_LOCKED = "codes_locked"
    NO_CONTACT_POINT = "no_contact_point"
    TAKEN_OVER = "taken_over"


# These speak for themselves: the subject is not asked to confirm them (LAW CAL-61, IDV-10).
UNCONFIRMED = frozenset({Authority.POWER_OF_ATTORNEY, Authority.PARENTAL})


# What each may show.
AUTHORITIES: Mapping[Requester, tuple[Authority, ...]] = {
    Requester.SUBJECT: (),
    Requester.AGENT: (Authority.SIGNED_PERMISSION, Authority.POWER_OF_ATTORNEY),
    Requester.PARENT: (Authority.PARENTAL, Authority.SIGNED_PERMISSION),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What must be proved before anything is searched.

    `points`: how many data points must match; `declared`: with a signed declaration on top. `confirmed`: the
    subject must say with a one-time code that a representative speaks for them.
    """

    proof: Proof
    law: tuple[str, ...]
    points: int = 0
    declared: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """For whom a need holds. An empty column fits everybody."""

    need: Need
    rights: frozenset[Right] = frozenset()
    laws: frozenset[LawSet] = frozenset()
    requesters: frozenset[Requester] = frozenset()

    def fits(self, right: Right, laws: LawSet, requester: Requester) -> bool:
        """Whether this row speaks of such a request."""
        columns = ((self.rights, right), (self.laws, laws), (self.requesters, requester))
        return all(not column or value in column for column, value in columns)


_COPIES = frozenset({Right.KNOW, Right.ACCESS, Right.PORTABILITY})
_CHANGES = frozenset(
    {
        Right.KNOW_CATEGORIES,
        Right.DELETE,
        Right.ERASURE,
        Right.CORRECT,
        Right.RECTIFICATION,
        Right.RESTRICTION,
        Right.OBJECTION,
    }
)
_CALIFORNIA = frozenset({LawSet.CALIFORNIA})
_REPRESENTED = frozenset({Requester.AGENT, Requester.PARENT})

ROWS = (
    Row(  # a business may refuse an agent without one; it may ask the consumer for nothing
        rights=frozenset({Right.OPT_OUT, Right.LIMIT}),
        requesters=frozenset({Requester.AGENT}),
        need=Need(proof=Proof.AGENT_AUTHORITY, law=("CAL-16", "CAL-54")),
    ),
    Row(rights=UNPROVED, need=Need(proof=Proof.NONE, law=("OBJ-03", "CON-04", "CAL-16"))),
    Row(  # looking into it discloses and changes nothing; it goes back to the case complained about
        rights=frozenset({Right.COMPLAINT, Right.APPEAL}),
        need=Need(proof=Proof.NONE, law=("CMP-02", "INT-08")),
    ),
    Row(
        requesters=_REPRESENTED,
        need=Need(
            proof=Proof.AGENT_AUTHORITY,
            law=("IDV-09", "IDV-10", "CAL-09", "CAL-60", "CAL-61"),
            confirmed=True,
        ),
    ),
    Row(  # specific pieces: a reasonably high degree of certainty
        rights=_COPIES,
        laws=_CALIFORNIA,
        need=Need(proof=Proof.MATCH, law=("CAL-10", "CAL-12", "CAL-13"), points=3, declared=True),
    ),
    Row(  # a reasonable degree
        rights=_CHANGES,
        laws=_CALIFORNIA,
        need=Need(proof=Proof.MATCH, law=("CAL-10", "CAL-12", "CAL-14"), points=2),
    ),
    Row(need=Need(proof=Proof.CONTACT_POINT, law=("IDV-03", "IDV-04", "IDV-05"))),
)


@cache
def need(right: Right, regime: str, requester: Requester = Requester.SUBJECT) -> Need:
    """Return the least proof that this right needs under this regime from whoever asks."""
    laws = law_set(regime)
    return next(row.need for row in ROWS if row.fits(right, laws, requester))


def meets(proofs: Collection[ProofGiven], needed: Need) -> bool:
    """Whether what was proved is enough. Nothing stands in for a representative's authority."""
    methods = {proof.method for proof in proofs}
    if needed.proof is Proof.AGENT_AUTHORITY:
        shown = {proof.authority for proof in proofs if proof.method is Proof.AGENT_AUTHORITY}
        excused = not needed.confirmed or bool(shown & UNCONFIRMED)
        return bool(shown) and (excused or Proof.CONTACT_POINT in methods)
    if needed.proof is Proof.NONE or Proof.DOCUMENT in methods:
        return True
    if needed.proof is Proof.MATCH:
        return any(_matches(proof, needed) for proof in proofs)
    return bool(methods & {Proof.CONTACT_POINT, Proof.MATCH})


def _matches(proof: ProofGiven, needed: Need) -> bool:
    enough = proof.method is Proof.MATCH and proof.points >= needed.points
    return enough and (proof.declared or not needed.declared)


def next_proof(proofs: Collection[ProofGiven], needed: Need) -> Proof:
    """Return what is asked for next. A permission that was looked at is confirmed by the subject's code."""
    shown = any(proof.method is Proof.AGENT_AUTHORITY for proof in proofs)
    return Proof.CONTACT_POINT if needed.confirmed and shown else needed.proof


def must_prove(right: Right, regime: str, requester: Requester) -> bool:
    """Whether anything is to be proved at all."""
    return need(right, regime, requester).proof is not Proof.NONE
