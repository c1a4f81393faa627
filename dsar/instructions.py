"""What a client instructs us to do with their data of one person, and how far that has come (LAW PRC-03).

We only process that data: the client decides, and each instruction has a trail of its own beside the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dsar.case import RightsRequest, SystemAnswer
from dsar.clients import Client
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind
from dsar.transfers import read_target
from dsar.vocabulary import Role

_ENDS = frozenset({EvidenceKind.LEFT_OPEN, EvidenceKind.CARRIED_OUT})
# What shows that an instruction was acted on, and which fact of it is the instruction's number.
_NUMBERED = {EvidenceKind.RECEIPT: "plan", **dict.fromkeys(_ENDS, "number")}
WORDS = "instructions/"  # under which names the vault keeps who instructed, and under which reference


class To(StrEnum):
    """What a client may instruct."""

    ERASE = "erase"
    HAND_OVER = "hand-over"  # to them: they answer the person with it
    LEAVE = "leave"  # nothing: they answer the person without us


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction, as it travels. `by_hand`: the systems in which a person has carried it out already.

    `number` is that of its plan, and of its trail.
    """

    request: RightsRequest
    client: str
    to: To
    number: int
    by_hand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """How far the newest instruction of one client has come: what is `left`, or that it is `done`."""

    number: int
    to: To
    since: Entry
    left: Mapping[str, str]
    done: bool = False


def key_of(client: str, number: int) -> str:
    """Return what makes an instruction one."""
    return f"instructed:{client}:{number}"


def folder_of(client: str, number: int) -> str:
    """Return where the vault keeps what is handed over to a client, until they have it."""
    return f"handover/{client}.{number}/"


def target_of(client: str, number: int) -> str:
    """Return under which name the vault keeps where it goes: the address may be a key."""
    return f"{folder_of(client, number)}target"


def was_instructed(entries: Iterable[Entry], client: str, number: int, to: To = To.ERASE) -> bool:
    """Whether the register holds the client's word for this deed: without it there is none."""
    kept = {e.key: e.facts for e in entries if e.kind is EvidenceKind.INSTRUCTED}
    return kept.get(key_of(client, number), {}).get("to") == to


def trails(entries: Iterable[Entry]) -> Mapping[str, Trail]:
    """Return how far the newest instruction of each client has come, by the clients' codes."""
    found: dict[str, Trail] = {}
    for entry in entries:
        facts, client = entry.facts, str(entry.facts.get("client") or "")
        if entry.kind is EvidenceKind.INSTRUCTED:
            number, to = int(facts["number"] or 0), To(str(facts["to"]))
            found[client] = Trail(number=number, to=to, since=entry, left={}, done=to is To.LEAVE)
        elif entry.kind is EvidenceKind.LEFT_OPEN:
            before = found[client]
            left = dict(pair.split("=") for pair in str(facts["left"]).split())
            found[client] = Trail(number=before.number, to=before.to, since=entry, left=left)
        elif entry.kind is EvidenceKind.CARRIED_OUT:
            before = found[client]
            found[client] = Trail(number=before.number, to=before.to, since=entry, left={}, done=True)
    return found


def runs(entries: Iterable[Entry]) -> bool:
    """Whether an instruction is being carried out: then nobody may shred the case."""
    return any(not (trail.done or trail.left) for trail in trails(entries).values())


def is_open(entries: Iterable[Entry]) -> bool:
    """Whether an instruction is not carried out yet: then it needs this case, and its key."""
    return any(not trail.done for trail in trails(entries).values())


def repeatable_until(entries: Iterable[Entry]) -> date | None:
    """Return until when a back-up may bring back what clients had erased. Until then the case is needed: only
    its key knows whose data it was.
    """
    told = (str(entry.facts.get("backups_until") or "") for entry in entries if entry.kind in _ENDS)
    return max((date.fromisoformat(day) for day in told if day), default=None)


def erased_since(entries: Iterable[Entry], day: date) -> Mapping[str, frozenset[int]]:
    """Return by which of their instructions each client's data went on or after a day."""
    chain, found = tuple(entries), dict[str, frozenset[int]]()
    for entry in chain:
        client = str(entry.facts.get("client") or "")
        if client and entry.at.date() >= day and "replay" not in entry.facts:
            number = int(entry.facts.get(_NUMBERED.get(entry.kind, "")) or 0)
            if was_instructed(chain, client, number):
                found[client] = found.get(client, frozenset()) | {number}
    return found


def unfinished(entries: Iterable[Entry], client: str) -> tuple[Entry, ...]:
    """Return what was recorded since the last instruction of this client was carried out."""
    since: list[Entry] = []
    for entry in entries:
        if entry.kind is EvidenceKind.CARRIED_OUT and entry.facts["client"] == client:
            since.clear()
        since.append(entry)
    return tuple(since)


def told_left(left: Iterable[SystemAnswer]) -> str:
    """Return what waits for a hand as one fact: `crm=still_present shop=cannot_erase`."""
    return " ".join(f"{answer.system}={answer.reason}" for answer in left)


def by_hand_in(entries: Iterable[Entry], client: str) -> frozenset[str]:
    """Return the systems in which a person carried out what this client instructed last."""
    given = [
        entry.facts
        for entry in unfinished(entries, client)
        if entry.kind is EvidenceKind.INSTRUCTED and entry.facts["client"] == client
    ]
    same = [facts for facts in given if facts["to"] == given[-1]["to"]]
    return frozenset(system for facts in same for system in str(facts["by_hand"]).split())


def check_instruction(role: Role, on: date, today: date, passed_on: Iterable[date]) -> None:
    """Let an instruction pass: the DPO notes it, after the request was passed on, and on a day that has come.

    Raises:
        InputError: `role_refused`, `not_passed_on`, `day_unlikely`.
    """
    if role is not Role.DPO:
        raise InputError("role_refused", "only the DPO may note what a client instructs", field="by")
    told = min(passed_on, default=None)
    if told is None:
        hint = "pass the request on to this client first: see `forward`"
        raise InputError("not_passed_on", hint, field="client")
    if not told <= on <= today:
        hint = "give the day on which they instructed: not before they were told, and not to come"
        raise InputError("day_unlikely", hint, field="on")


def check_turn(before: Trail, to: To) -> None:
    """Let no other instruction begin before the last one has ended. What waits for a hand can be given up.

    Raises:
        InputError: `instruction_runs`, `instruction_left`.
    """
    if to is before.to:
        return
    if not before.left:
        hint = "what they instructed before is still carried out; let it end, then note this one"
        raise InputError("instruction_runs", hint, field="to")
    if to is not To.LEAVE:
        hint = (
            "what they instructed before waits for a hand, see `tasks`: settle it, or note `--to leave` first"
        )
        raise InputError("instruction_left", hint, field="to")


def check_target(client: Client, to: To, typed: str, *, by_hand: bool) -> None:
    """Let a client's data go to that client's own host and nowhere else.

    Raises:
        InputError: `target_missing`, `target_unwanted`, `transfer_malformed`, `transfer_host_unknown`,
            `transfer_insecure`. It never repeats the address.
    """
    if to is not To.HAND_OVER and typed:
        raise InputError("target_unwanted", "nothing is sent: leave --send-to out", field="send_to")
    if to is not To.HAND_OVER or (by_hand and not typed):
        return
    if not typed:
        hint = (
            f"give the address at which {client.name} takes it in, or hand it over yourself: see `--by-hand`"
        )
        raise InputError("target_missing", hint, field="send_to")
    target = read_target(typed)
    if target.host != client.host:
        known = client.host or "none"
        hint = f"it goes to their own host alone, `host` under `clients` in policy/company.yaml: {known}"
        raise InputError("transfer_host_unknown", hint, field="send_to")
    if not client.inside and not target.url.startswith("https://"):
        raise InputError("transfer_insecure", "give an address that begins with https://", field="send_to")


def check_by_hand(systems: Iterable[str], scope: Iterable[str]) -> None:
    """Let only systems be named in which this client's data is.

    Raises:
        InputError: `not_a_clients`.
    """
    known = sorted(scope)
    if not set(systems) <= set(known):
        hint = f"name a system that waits for a hand: {', '.join(known) or 'none'}"
        raise InputError("not_a_clients", hint, field="by_hand")
