"""Proving identity by more than a code: data points that match, a document asked for on a doubt."""

import asyncio
from collections.abc import Sequence

from desk.cases import PATIENCE, proof_is_wanted, update
from desk.desk import Desk
from dsar.case import ProofGiven, ProofWanted
from dsar.dossier import contested, open_request, points_tried, seal_points
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.identity_policy import AUTHORITIES, Doubt, need
from dsar.matching import ATTEMPTS, check_points
from dsar.vocabulary import Proof, Role
from workflows.case import DsarCase

_LOOK = 0.2  # seconds between two looks for the result


async def prove_by_match(
    desk: Desk, case_id: str, given: Sequence[str], *, by: str, declared: bool = False
) -> bool | None:
    """Have two or three data points compared with what is held. Returns whether they match, and no more;
    None if no system has answered yet.

    Raises:
        InputError: the points cannot prove anything, or three attempts are spent.
    """
    proof_is_wanted(desk, case_id)
    desk.role(by, Role.SUPPORT)
    request = desk.case(case_id).request
    needed = need(request.right, request.regime, request.requester)
    if needed.declared and not declared:
        hint = "first have the declaration signed, then say so with --declared (11 CCR 7062)"
        raise InputError("declaration_missing", hint, field="declared")
    if points_tried(desk.vault, case_id) >= ATTEMPTS:
        hint = f"{ATTEMPTS} attempts did not match: ask for a document with --doubt details_differ"
        raise InputError("match_locked", hint, field="match")
    known = open_request(desk.vault, case_id)
    points = check_points(given, known, contested(desk.vault, case_id), fewest=needed.points)
    number = seal_points(desk.vault, case_id, points)
    wanted = ProofWanted(method=Proof.MATCH, by=by, number=number, declared=declared)
    await update(desk, case_id, DsarCase.ask_again, f"match-{number}", wanted)
    return await _result(desk, case_id, number)


async def _result(desk: Desk, case_id: str, number: int) -> bool | None:
    says = {f"proved:match:{number}": True, f"unmatched:{number}": False}
    for _ in range(int(PATIENCE / _LOOK)):
        for entry in desk.register.evidence(case_id):
            if entry.key in says:
                return says[entry.key]
        await asyncio.sleep(_LOOK)
    return None


async def prove_by_authority(desk: Desk, case_id: str, authority: str, *, by: str) -> None:
    """Note that a person looked at a representative's authority. The paper is never taken in (LAW IDV-09).

    Raises:
        InputError: nobody is represented here, or that is no authority of theirs.
    """
    proof_is_wanted(desk, case_id)
    role, requester = desk.role(by, Role.SUPPORT), desk.case(case_id).request.requester
    if authority not in AUTHORITIES[requester]:
        allowed = ", ".join(AUTHORITIES[requester]) or "none: the data subject asks here themselves"
        raise InputError("authority_unknown", f"what can be shown here: {allowed}", field="authority")
    method = Proof.AGENT_AUTHORITY
    facts = {"method": method.value, "authority": authority, "by": by, "role": role.value}
    key = f"proved:{authority}"
    fact = Fact(key=key, kind=EvidenceKind.IDENTITY_PROVED, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)
    proof = ProofGiven(method=method, by=by, authority=authority)
    await update(desk, case_id, DsarCase.prove_identity, f"prove-{authority}", proof)


async def ask_for_document(desk: Desk, case_id: str, *, doubt: str, by: str) -> None:
    """Have a document asked for, on a doubt that is written down (Art. 12(6); LAW IDV-01, IDV-06).

    Raises:
        InputError: `doubt_unknown`, or nothing is to be proved any more.
    """
    proof_is_wanted(desk, case_id)
    desk.role(by, Role.SUPPORT)
    if doubt not in tuple(Doubt):
        hint = f"a document is asked for on a reasonable doubt only: {', '.join(Doubt)}"
        raise InputError("doubt_unknown", hint, field="doubt")
    wanted = ProofWanted(method=Proof.DOCUMENT, by=by, doubt=doubt)
    await update(desk, case_id, DsarCase.ask_again, f"doubt-{doubt}", wanted)
