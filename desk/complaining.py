"""Complaints and appeals at the desk: tied to the case they are about, decided with what was found out."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from desk.desk import Desk
from dsar.case import Decision
from dsar.complaints import LOOKED_INTO, check_about
from dsar.decisions import check_reason
from dsar.dossier import subject_print
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.intake import Checked, NewRequest
from dsar.links import BACK, LinkKind, about_of
from dsar.ports import CaseRecord
from dsar.vocabulary import Requester

ANOTHER, REPRESENTED = "another_person", "represented"  # why the earlier case may not be theirs


def about(desk: Desk, case_id: str) -> CaseRecord | None:
    """Return the earlier case that is named, if one is.

    Raises:
        InputError: the id is malformed or unknown.
    """
    return desk.case(case_id.strip()) if case_id.strip() else None


def fitting(new: NewRequest, earlier: CaseRecord | None) -> NewRequest:
    """Take regime and language from the earlier case where none is given.

    Raises:
        InputError: `regime_missing`.
    """
    if earlier is None:
        if not new.regime.strip():
            hint = "say whose law it is, for example UK-ENG, EU-DE-BY or US-CA; `regimes` lists them"
            raise InputError("regime_missing", hint, field="regime")
        return replace(new, locale=new.locale or "en")
    request = earlier.request
    return replace(new, regime=new.regime or request.regime, locale=new.locale or request.locale)


def check(desk: Desk, checked: Checked, earlier: CaseRecord | None) -> None:
    """Let a case be opened about the earlier one. What follows from a complaint is asked by who complained.

    Raises:
        InputError: as `check_about`; `another_person`.
    """
    check_about(checked.right, checked.regime, checked.received_on, earlier)
    if earlier and checked.right not in LOOKED_INTO and _doubt(desk, earlier, checked) == ANOTHER:
        hint = "that complaint was made by somebody else: leave --about out"
        raise InputError(ANOTHER, hint, field="about")


def is_repeated(desk: Desk, before: CaseRecord, case_id: str) -> bool:
    """Whether an open case of the same person and right is about the same case, as far as is known."""
    told = about_of(desk.register.evidence(before.request.case_id))
    return told is None or case_id in {"", told.case_id}


def link(desk: Desk, record: CaseRecord, earlier: CaseRecord, checked: Checked) -> None:
    """Tie a new case to the earlier one, in the evidence of both; in the new one's alone while it is not
    clear that both are one person's. Repeatable.
    """
    how = LinkKind.ABOUT if checked.right in LOOKED_INTO else LinkKind.FOLLOWS
    doubt = _doubt(desk, earlier, checked) if how is LinkKind.ABOUT else ""
    if doubt:
        _note(desk, record, earlier, LinkKind.CLAIMED, doubt)
        return
    _note(desk, record, earlier, how)
    _note(desk, earlier, record, BACK[how])


def _doubt(desk: Desk, earlier: CaseRecord, checked: Checked) -> str:
    """Return why it is not clear that the earlier case is theirs. Nobody proves anything to complain, and
    findings about a case go to no address but the one that the case itself knew.
    """
    if checked.requester is not Requester.SUBJECT:
        return REPRESENTED
    person = subject_print(desk.vault, checked.identity)
    theirs = desk.register.same_subject(person, earlier.request.right)
    same = earlier.request.case_id in {record.request.case_id for record in theirs}
    return "" if same else ANOTHER


def _note(desk: Desk, record: CaseRecord, other: CaseRecord, how: LinkKind, doubt: str = "") -> None:
    request = other.request
    facts: dict[str, Scalar] = {"case": request.case_id, "right": request.right.value, "how": how.value}
    facts |= {"doubt": doubt} if doubt else {}
    key = f"{how}:{request.case_id}"
    fact = Fact(key=key, kind=EvidenceKind.LINKED, at=desk.now(), facts=facts)
    desk.register.record(record.request.case_id, fact)


def told(
    desk: Desk, case_id: str, decision: Decision, *, enquiries: Sequence[str], changes: Sequence[str]
) -> Decision:
    """Seal what the outcome of a complaint or an appeal will tell; the decision carries its name.

    Raises:
        InputError: the case is unknown, or a text cannot be printed.
    """
    content = [[text.strip() for text in texts if text.strip()] for texts in (enquiries, changes)]
    if not any(content):
        return decision
    desk.case(case_id)
    for text in (*content[0], *content[1]):
        check_reason(text)
    sealed = json.dumps(content).encode()
    name = f"outcomes/{desk.vault.fingerprint('outcome', hashlib.sha256(sealed).hexdigest())[:20]}"
    desk.vault.put(case_id, name, sealed)
    return replace(decision, told=name, enquiries=len(content[0]), changes=len(content[1]))
