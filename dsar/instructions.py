"""What a client instructs us to do with their data of one person, and how far that has come (LAW PRC-03).

We only process that data: the client decides, and each instruction has a trail of its own beside the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dsar.case import RightsRequest, SystemAnswer
from dsar.evidence import Entry, EvidenceKind, Scalar
from dsar.vocabulary import Verb

_ENDS = frozenset({EvidenceKind.LEFT_OPEN, EvidenceKind.CARRIED_OUT})
# What shows that an instruction was acted on, and which fact of it is the instruction's number.
_NUMBERED = {EvidenceKind.RECEIPT: "plan", **dict.fromkeys(_ENDS, "number")}
WORDS = "instructions/"  # under which names the vault keeps who instructed, and under which reference


class To(StrEnum):
    """What a client may instruct."""

    ERASE = "erase"
    HAND_OVER = "hand-over"  # to them: they answer the person with it
    CORRECT = "correct"  # what they say is right, wherever their collections say something else
    LEAVE = "leave"  # nothing: they answer the person without us


WAY_GONE = "way_erased"  # why a person must look: what led there was erased


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


def sealed_under(client: str, fingerprint: str) -> str:
    """Return where the vault keeps what a client says is right. The name follows from the words, so that two
    who note an instruction at once cannot exchange one's words for the other's.
    """
    return f"instructed/{client}.{fingerprint[:32]}/"


def sealed_of(entries: Iterable[Entry], client: str, number: int) -> str:
    """Return where what one instruction says is right lies; empty if it is to correct nothing."""
    key = key_of(client, number)
    return next((str(e.facts.get("sealed") or "") for e in entries if e.key == key), "")


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
    """Return the systems in which a person carried out what this client instructed last. Of corrections,
    that means those very ones.
    """
    given = [
        entry.facts
        for entry in unfinished(entries, client)
        if entry.kind is EvidenceKind.INSTRUCTED and entry.facts["client"] == client
    ]
    same = [facts for facts in given if _what(facts) == _what(given[-1])]
    return frozenset(system for facts in same for system in str(facts["by_hand"]).split())


def _what(facts: Mapping[str, Scalar]) -> tuple[Scalar, Scalar]:
    return facts["to"], facts.get("sealed")


def way_gone(entries: Iterable[Entry], system: str, client: str, empty: Iterable[str]) -> bool:
    """Whether an erasure of ours in a system may have taken the rows that led to a client's collections: that
    nothing is found there is then no proof. Not so for one that this client had erased before.
    """
    erased = [
        entry.facts
        for entry in entries
        if entry.kind is EvidenceKind.RECEIPT
        and (entry.facts["system"], entry.facts["verb"]) == (system, Verb.ERASE)
    ]
    ours = any(facts["count"] and not facts.get("client") for facts in erased)
    theirs = {facts["collection"] for facts in erased if facts.get("client") == client}
    return ours and not theirs.issuperset(empty)
