"""What a client instructs, at the desk: noted with who and when, then carried out (LAW PRC-03)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from activities.proven import proved_identity
from desk.desk import Desk
from dsar.clients import theirs
from dsar.corrections import Wish
from dsar.decisions import check_reason
from dsar.errors import InputError, OperatorError, TemporaryError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.holdings import Card
from dsar.instruction_checks import (
    check_by_hand,
    check_corrections,
    check_instruction,
    check_target,
    check_turn,
)
from dsar.instructions import (
    WORDS,
    Instruction,
    To,
    Trail,
    by_hand_in,
    key_of,
    sealed_of,
    sealed_under,
    target_of,
    trails,
)
from dsar.rectified import wish_name
from dsar.regimes.catalogue import local_day
from dsar.retention import is_doomed
from dsar.transfers import read_target
from dsar.vocabulary import Role
from workflows.instructed import DsarInstruct


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An instruction as it was given: by whom at the client, under which reference of theirs, on which day.

    `by_hand`: systems in which staff have carried it out. `send_to`: the client's own address, where what is
    handed over goes. `corrections`: what is right; none where those that wait already are meant.
    """

    to: str
    instructed_by: str
    reference: str
    on: date
    by_hand: tuple[str, ...] = ()
    send_to: str = field(default="", repr=False)
    corrections: tuple[Wish, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What an instruction would do: in which collections of which systems, whom it tells, where it goes."""

    to: To
    places: Mapping[str, tuple[str, ...]]
    by_hand: tuple[str, ...]
    told: str
    host: str


async def instruct(desk: Desk, case_id: str, client: str, given: Given, *, by: str) -> int:
    """Note what a client instructs about their data of this person, and have it carried out.

    What is still under way is not noted twice: it is only begun, if it was not. Returns its number.

    Raises:
        InputError: `handle_unknown`, `role_refused`, `client_unknown`, `instruction_unknown`,
            `instruction_malformed`, `instruction_runs`, `instruction_left`: another one, `not_passed_on`,
            `day_unlikely`, `not_a_clients`, `identity_unproved`, `shredded`; `target_missing`,
            `target_unwanted`, `transfer_malformed`, `transfer_host_unknown`, `transfer_insecure`;
            `corrections_missing`, `corrections_not_asked`.
        TemporaryError: Temporal cannot be reached.
    """
    request, entries = desk.case(case_id).request, desk.register.evidence(case_id)
    trail = trails(entries).get(client)
    _check(desk, case_id, client, given, by)
    if trail is None or trail.done or trail.left:
        trail = _noted(desk, case_id, client, given, by, trail)
    if trail.to is To.LEAVE:
        return trail.number
    by_hand = by_hand_in(desk.register.evidence(case_id), client)
    order = Instruction(
        request=request, client=client, to=trail.to, number=trail.number, by_hand=tuple(sorted(by_hand))
    )
    try:
        await desk.client.start_workflow(
            DsarInstruct.run,
            order,
            id=f"{case_id}/instruct/{client}/{trail.number}",
            task_queue=desk.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    except (RPCError, RuntimeError):
        raise TemporaryError("temporal", "unreachable") from None
    return trail.number


def foresee(
    desk: Desk, cards: Iterable[Card], case_id: str, client: str, given: Given, *, by: str
) -> Foreseen:
    """Say what an instruction would do, and do none of it: nothing is noted, and no system is asked.

    Raises:
        InputError: as `instruct`.
    """
    _check(desk, case_id, client, given, by)
    known = desk.company.client_of(client)
    places = {card.name: tuple(sorted(theirs(card, client))) for card in cards}
    by_machine = {name: held for name, held in sorted(places.items()) if held and name not in given.by_hand}
    to = To(given.to)
    return Foreseen(
        to=to,
        places={} if to is To.LEAVE else by_machine,
        by_hand=tuple(sorted(given.by_hand)),
        told=known.email if known and to is not To.LEAVE else "",
        host=known.host if known and given.send_to else "",
    )


def _check(desk: Desk, case_id: str, client: str, given: Given, by: str) -> None:
    request, entries = desk.case(case_id).request, desk.register.evidence(case_id)
    known = desk.company.client_of(client)
    if known is None:
        hint = "name a client that stands under `clients` in policy/company.yaml"
        raise InputError("client_unknown", hint, field="client")
    if given.to not in tuple(To):
        raise InputError("instruction_unknown", f"choose one of {', '.join(To)}", field="to")
    check_target(known, To(given.to), given.send_to, by_hand=bool(given.by_hand))
    sent = [e for e in entries if e.kind is EvidenceKind.FORWARDED and e.facts["system"] == client]
    days = [local_day(request.regime, entry.at) for entry in sent]
    check_instruction(desk.role(by, Role.DPO), given.on, local_day(request.regime, desk.now()), days)
    for name, text in (("instructed_by", given.instructed_by), ("reference", given.reference)):
        if not text.strip() or not text.isprintable():
            hint = "say on one line who instructed us, and under which reference of theirs"
            raise InputError("instruction_malformed", hint, field=name)
        check_reason(text)
    trail = trails(entries).get(client)
    if trail and not trail.done:
        check_turn(trail, To(given.to))
    check_corrections(To(given.to), _sealed(desk, client, given), trail, sealed_before(entries, client))
    check_by_hand(given.by_hand, trail.left if trail else ())
    if is_doomed(entries):
        raise InputError("shredded", "this case cannot be read any more", field="case")
    _is_proved(desk, case_id)


def sealed_before(entries: Sequence[Entry], client: str) -> str:
    """Return where the corrections lie that a client's newest instruction is about; empty if about none."""
    trail = trails(entries).get(client)
    return sealed_of(entries, client, trail.number) if trail else ""


def _sealed(desk: Desk, client: str, given: Given) -> str:
    """Return where what was typed as right belongs in the vault; empty if nothing was."""
    said = "\n".join(wish.to_bytes().decode() for wish in given.corrections)
    return sealed_under(client, desk.vault.fingerprint("instructed", said)) if said else ""


def _is_proved(desk: Desk, case_id: str) -> None:
    """Refuse where nobody knows whose data it would be: the client's word is about who asked us."""
    try:
        proved_identity(desk.register, desk.vault, desk.case(case_id).request)
    except OperatorError as error:
        if error.reason != "identity_unproved":
            raise  # proved it is: what cannot be read is for an operator to mend
        hint = "the person has not proved who they are: `prove` it first, or let the client act themselves"
        raise InputError("identity_unproved", hint, field="case") from None


def _noted(desk: Desk, case_id: str, client: str, given: Given, by: str, before: Trail | None) -> Trail:
    """Write the instruction down. Who gave it may be a person: that lies sealed with the case."""
    number = before.number + 1 if before else 1
    words = f"{WORDS}{client}.{number}"
    desk.vault.put(case_id, words, f"{given.instructed_by.strip()}; {given.reference.strip()}".encode())
    facts: dict[str, Scalar] = {
        "client": client,
        "number": number,
        "to": given.to,
        "on": given.on.isoformat(),
        "by": by,
        "role": Role.DPO.value,
        "words": words,
        "by_hand": " ".join(given.by_hand),
    }
    if To(given.to) is To.CORRECT:
        sealed = _sealed(desk, client, given)
        for place, wish in enumerate(given.corrections, start=1):
            desk.vault.put(case_id, wish_name(place, sealed), wish.to_bytes())
        facts["sealed"] = sealed or sealed_before(desk.register.evidence(case_id), client)
    if given.send_to:
        desk.vault.put(case_id, target_of(client, number), read_target(given.send_to).url.encode())
    kind, key = EvidenceKind.INSTRUCTED, key_of(client, number)
    desk.register.record(case_id, Fact(key=key, kind=kind, at=desk.now(), facts=facts))
    return _stands(desk, case_id, client, given)


def _stands(desk: Desk, case_id: str, client: str, given: Given) -> Trail:
    """Return the instruction as it was noted. Somebody else may have noted another one at the same moment.

    Raises:
        InputError: `instruction_runs`.
    """
    entries = desk.register.evidence(case_id)
    trail = trails(entries)[client]
    check_turn(trail, To(given.to))
    check_corrections(trail.to, _sealed(desk, client, given), trail, sealed_before(entries, client))
    return trail
