"""The grounds of decisions, as codes with their article: which kind, which rights, under which laws (LAW §7).

A code alone travels and stands in evidence; `letters/templates/*/words.toml` says it in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dsar.decision_kinds import (
    CLARIFY,
    DISMISS,
    EXEMPT,
    EXTEND,
    FEE,
    OVERRIDE,
    REFUSE,
    REFUSE_CORRECTION,
    RESTRICT,
)
from dsar.identity import UNPROVED
from dsar.law_sets import LawSet
from dsar.restrictions import GROUNDS as CASES
from dsar.vocabulary import Right

R = Right
GDPR = frozenset({LawSet.UK, LawSet.EU})
CALIFORNIA = frozenset({LawSet.CALIFORNIA})
ELSEWHERE = frozenset({LawSet.OTHER})
EVERYWHERE = frozenset(LawSet)
# Complaints and appeals have rules of their own; what must stop at once has no ground at all.
REQUESTS = frozenset(Right) - UNPROVED - {R.COMPLAINT, R.APPEAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One ground: for which kinds of decisions, rights and laws it can be given."""

    code: str
    kinds: frozenset[str]
    rights: frozenset[Right] = REQUESTS
    laws: frozenset[LawSet] = GDPR


def _refusal(code: str, *rights: Right, laws: frozenset[LawSet] = GDPR) -> Ground:
    of = frozenset(rights) or REQUESTS
    return Ground(code=code, kinds=frozenset({REFUSE}), rights=of, laws=laws)


def _dismissal(code: str, right: Right) -> Ground:
    return Ground(code=code, kinds=frozenset({DISMISS}), rights=frozenset({right}), laws=EVERYWHERE)


def _abuse(code: str, laws: frozenset[LawSet] = GDPR) -> Ground:
    """Return what allows a fee or a refusal (Art. 12(5); LAW FEE-01)."""
    return Ground(code=code, kinds=frozenset({REFUSE, FEE}), laws=laws)


def _exemption(code: str, laws: frozenset[LawSet] = GDPR) -> Ground:
    return Ground(code=code, kinds=frozenset({EXEMPT}), rights=frozenset({R.ACCESS}), laws=laws)


def _of_corrections(code: str, *rights: Right, laws: frozenset[LawSet]) -> Ground:
    """Return a ground for leaving one value as it is, or all of them."""
    kinds = frozenset({REFUSE, REFUSE_CORRECTION})
    return Ground(code=code, kinds=kinds, rights=frozenset(rights), laws=laws)


GROUNDS: tuple[Ground, ...] = (
    _abuse("12_5_unfounded"),
    _abuse("12_5_excessive"),
    _abuse("12_5_repetitive"),
    _refusal("not_the_subject", laws=EVERYWHERE),  # Art. 12(6), 11(2): what was found is another person's
    _of_corrections("16_accurate", R.RECTIFICATION, laws=GDPR),  # LAW REC-02, REC-06
    _of_corrections("16_record", R.RECTIFICATION, laws=GDPR),  # an opinion, or what was said: REC-04
    _refusal("17_not_met", R.ERASURE),  # none of Art. 17(1)(a)-(f)
    _refusal("18_not_met", R.RESTRICTION),  # LAW RES-08
    _refusal("20_not_eligible", R.PORTABILITY),  # LAW POR-01, POR-02
    _refusal("21_not_applicable", R.OBJECTION),  # not on Art. 6(1)(e) or (f)
    _abuse("CAL-71", CALIFORNIA),
    _refusal("CAL-13", R.KNOW, R.KNOW_CATEGORIES, R.DELETE, R.CORRECT, laws=CALIFORNIA),
    _of_corrections("CAL-40", R.CORRECT, laws=CALIFORNIA),
    *(Ground(code=case, kinds=frozenset({RESTRICT}), rights=frozenset({R.RESTRICTION})) for case in CASES),
    # Compelling legitimate grounds that override, or legal claims (Art. 21(1)).
    Ground(code="21_1_override", kinds=frozenset({OVERRIDE}), rights=frozenset({R.OBJECTION})),
    Ground(code="21_1_claims", kinds=frozenset({OVERRIDE}), rights=frozenset({R.OBJECTION})),
    _dismissal("not_infringed", R.COMPLAINT),  # LAW CMP-01
    _dismissal("put_right", R.COMPLAINT),
    _dismissal("not_their_data", R.COMPLAINT),  # s.164A(1): "as to their data"
    _dismissal("decision_stands", R.APPEAL),  # LAW §5
    _dismissal("not_the_decision", R.APPEAL),
    # Complexity, or the number of requests (Art. 12(3), 12A(3); LAW CLK-08, CLK-18); "reasonably necessary".
    Ground(code="complexity", kinds=frozenset({EXTEND})),
    Ground(code="number_of_requests", kinds=frozenset({EXTEND})),
    Ground(code="CLK-42", kinds=frozenset({EXTEND}), laws=CALIFORNIA),
    Ground(code="local_extension", kinds=frozenset({EXTEND}), laws=ELSEWHERE),
    # A further copy needs no abuse, and moves no clock (Art. 15(3); LAW ACC-08, FEE-02).
    Ground(code="15_3_copy", kinds=frozenset({FEE}), rights=frozenset({R.ACCESS})),
    Ground(code="local_fee", kinds=frozenset({FEE}), laws=ELSEWHERE),  # LAW §5: Canada, Singapore
    # What makes a question reasonably required (Recital 63; Art. 12A(6)).
    Ground(code="large_amount", kinds=frozenset({CLARIFY}), laws=EVERYWHERE),
    Ground(code="unclear_scope", kinds=frozenset({CLARIFY}), laws=EVERYWHERE),
    # What may be left out of a copy, item by item (Art. 15(4); DPA 2018 Sch. 2; LAW §2.12).
    _exemption("15_4_others"),
    *(_exemption(f"EXM-{n:02}", frozenset({LawSet.UK})) for n in (1, 3, 5, 7, 8, 9)),
    _exemption("local_exemption", ELSEWHERE),
    _abuse("local_abusive", ELSEWHERE),
    _refusal("local_not_met", laws=ELSEWHERE),
    _of_corrections("local_accurate", R.RECTIFICATION, R.CORRECT, laws=ELSEWHERE),
)


def codes_for(kind: str, right: Right, laws: LawSet) -> tuple[str, ...]:
    """Return the grounds that can be given for this kind of decision on this right under these laws."""
    return tuple(ground.code for ground in _fitting(kind, right, laws))


def _fitting(kind: str, right: Right, laws: LawSet) -> Iterable[Ground]:
    return (g for g in GROUNDS if kind in g.kinds and right in g.rights and laws in g.laws)
