"""Decisions at the desk: what can be seen only here is looked at before a decision is put to the case."""

from desk.desk import Desk
from dsar.case import Decision
from dsar.decision_kinds import EXEMPT, FEE
from dsar.errors import InputError


def ready(desk: Desk, case_id: str, decision: Decision) -> None:
    """Refuse a decision that the register already shows to be impossible.

    Raises:
        InputError: why, and the next move.
    """
    request = desk.case(case_id).request
    facts = desk.company.letter_facts(request.regime, request.received_on, request.locale)
    if decision.kind == EXEMPT:
        _held(desk, case_id, decision)
    if decision.kind == FEE and not facts.get("payment"):
        hint = "say in policy/company.yaml, under `payment`, how a fee is paid"
        raise InputError("payment_unknown", hint, field="kind")


def _held(desk: Desk, case_id: str, decision: Decision) -> None:
    """What is left out is something that was found: a name that nothing has would hide nothing."""
    here = [h.collection for h in desk.register.holdings(case_id) if h.system == decision.system and h.count]
    if decision.facts.get("collection") not in here:
        hint = f"name what was found there: --fact collection={' | '.join(here) or 'nothing was'}"
        raise InputError("no_such_holding", hint, field="fact")
