"""Passing a request on to a client: staff say which one, because nobody may search to find out (LAW P-04)."""

from desk.desk import Desk
from dsar.clients import NOT_THEIRS, PROCESSOR, Client
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.orders import Posted
from dsar.vocabulary import Role
from workflows.forwarding import DsarForward


def dismiss(desk: Desk, case_id: str, system: str, *, by: str) -> None:
    """Note that the request is not about this client's data: nobody is told, and no task waits any more.

    Raises:
        InputError: `handle_unknown`, `not_a_clients`.
    """
    desk.case(case_id)
    role = desk.role(by, Role.SUPPORT)
    _is_a_clients(desk, case_id, system)
    facts = {"decision": NOT_THEIRS, "by": by, "role": role.value, "system": system, "words": ""}
    fact = Fact(key=f"not-theirs:{system}", kind=EvidenceKind.DECIDED, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)


async def forward(desk: Desk, case_id: str, system: str, *, by: str) -> Posted:
    """Tell the client that this person asked, and the person whom to ask.

    Raises:
        InputError: `handle_unknown`, `not_a_clients`, `client_unknown`.
        TemporaryError: Temporal cannot be reached.
    """
    case = desk.case(case_id)
    role = desk.role(by, Role.SUPPORT)
    _client(desk, case_id, system)
    sent = [e for e in desk.register.evidence(case_id) if e.kind is EvidenceKind.FORWARDED]
    number = 1 + len([entry for entry in sent if entry.facts["system"] != system])
    facts = {"decision": "forward", "by": by, "role": role.value, "system": system, "words": ""}
    asked = Fact(key=f"forward:{system}", kind=EvidenceKind.DECIDED, at=desk.now(), facts=facts)
    desk.register.record(case_id, asked)
    return await desk.carry_out(DsarForward.run, f"{case_id}/forward/{system}", case.request, system, number)


def _is_a_clients(desk: Desk, case_id: str, system: str) -> None:
    theirs = [a.system for a in desk.register.answers(case_id) if a.reason == PROCESSOR]
    if not theirs:
        hint = "nothing waits to be passed on: what a map marks as a client's went by itself; see `show`"
        raise InputError("not_a_clients", hint, field="system")
    if system not in theirs:
        hint = f"name a system that a client decides about: {', '.join(theirs)}"
        raise InputError("not_a_clients", hint, field="system")


def _client(desk: Desk, case_id: str, system: str) -> Client:
    _is_a_clients(desk, case_id, system)
    client = desk.company.client_of(system)
    if client is None:
        hint = "name the client under `clients` in policy/company.yaml, then restart the worker"
        raise InputError("client_unknown", hint, field="system")
    return client
