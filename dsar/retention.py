"""How long the engine keeps its own records, kind by kind, and what forbids that one goes (RET-01..08)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dsar.case import RightsRequest
from dsar.erasure import plans_of
from dsar.evidence import Entry, EvidenceKind
from dsar.instructions import is_open as is_instructed
from dsar.instructions import repeatable_until
from dsar.restrictions import is_open
from dsar.vocabulary import Right

COMPLAINS = frozenset({Right.COMPLAINT, Right.APPEAL})
# What is done after the closing begins the time anew: it runs from the last action (RET-01).
_ACTIONS = frozenset(
    {
        EvidenceKind.CLOSED,
        EvidenceKind.DELIVERY_OFFERED,
        EvidenceKind.DECIDED,
        EvidenceKind.HOLD_LIFTED,
        EvidenceKind.INSTRUCTED,
        EvidenceKind.CARRIED_OUT,
    }
)


_HOLDS = frozenset({EvidenceKind.HELD, EvidenceKind.HOLD_LIFTED})


class RecordKind(StrEnum):
    """Our own records, in the order in which their times end."""

    IDENTITY = "identity"  # what was given to prove who is asking, and served nothing else
    PARCELS = "parcels"  # the exported data, from which an answer can be written anew
    CASE = "case"  # all that is sealed, its key, the workflow's history, the fingerprint
    EVIDENCE = "evidence"  # the chain, which names nobody


CLAIMED = "claimed/"  # goes with what was given as proof, unless the person is looked up by it
# What of a case's vault belongs to a kind. A case as a whole goes with its key.
PLACES = {
    RecordKind.IDENTITY: ("points/", CLAIMED),
    # What waited for a vendor's list (`batched/`) goes with its answer; here goes what a case gave up.
    RecordKind.PARCELS: ("parcels/", "handed/", "handover/", "review/files/", "batched/"),
}


class Block(StrEnum):
    """Why a record must stay although its time is over."""

    HELD = "held"  # a legal hold on our own records
    RESTRICTION_OPEN = "restriction_open"
    DUTY_RUNS = "duty_runs"  # an erasure is not finished: a duty or a hold keeps part of it
    COMPLAINT_OPEN = "complaint_open"
    INSTRUCTION_OPEN = "instruction_open"  # a client's: it is carried out with this case's identifiers
    DISPUTED = "disputed"  # the person's statement goes with the data for as long as we may show it (REC-06)
    SUPPRESSED = "suppressed"  # the list and a replay after a restore still lean on the chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """The company's own times, from the last action in a closed case. `events` run from the event."""

    identity: timedelta
    parcels: timedelta
    case_years: int
    evidence_years: int
    events: timedelta

    def ends_on(self, kind: RecordKind, since: date) -> date:
        """Return the first day on which a record of that kind is not kept any more."""
        years = {RecordKind.CASE: self.case_years, RecordKind.EVIDENCE: self.evidence_years}
        if kind in years:
            return _years_after(since, years[kind])
        return since + (self.identity if kind is RecordKind.IDENTITY else self.parcels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One kind of record of one case: until when it is kept, and what keeps it longer."""

    case_id: str
    kind: RecordKind
    until: date
    blocks: tuple[Block, ...] = ()

    def is_due(self, on: date) -> bool:
        """Whether it goes with the next run on that day."""
        return on >= self.until and not self.blocks


def kept(
    request: RightsRequest, entries: Iterable[Entry], periods: Periods, *, complains: bool, suppressed: bool
) -> tuple[Kept, ...]:
    """Return what of a closed case is still kept, and until when. Of an open case everything is.

    `complains`: this person has a complaint or appeal that is open; `suppressed`: the suppression list names
    this case.
    """
    chain = tuple(entries)
    since = max((e.at.date() for e in chain if e.kind in _ACTIONS), default=None)
    if since is None or not any(e.kind is EvidenceKind.CLOSED for e in chain):
        return ()
    blocks = tuple(_blocks(chain, complains=complains, suppressed=suppressed))
    gone, backups = _gone(chain), repeatable_until(chain) or since
    return tuple(
        Kept(
            case_id=request.case_id,
            kind=kind,
            until=max(periods.ends_on(kind, since), backups if kind in _REPEATED_BY else since),
            blocks=tuple(block for block in blocks if kind in _BINDS[block]),
        )
        for kind in RecordKind
        if kind not in gone
    )


def is_held(entries: Iterable[Entry]) -> bool:
    """Whether a legal hold on this case's records stands."""
    held = False
    for entry in entries:
        held = entry.kind is EvidenceKind.HELD or (held and entry.kind is not EvidenceKind.HOLD_LIFTED)
    return held


def shredding_key(entries: Iterable[Entry]) -> str:
    """Return what makes the beginning of a shredding one. After each hold and lifting it is another."""
    return f"shredding:{sum(entry.kind in _HOLDS for entry in entries)}"


def is_doomed(entries: Iterable[Entry]) -> bool:
    """Whether a shredding began while no hold stood. Of the two the chain says which came first, so that a
    hold is never placed on what is being destroyed, and nothing is destroyed on which one was placed.
    """
    held = False
    for entry in entries:
        held = entry.kind is EvidenceKind.HELD or (held and entry.kind is not EvidenceKind.HOLD_LIFTED)
        if entry.kind is EvidenceKind.BEGUN and entry.key.startswith("shredding:") and not held:
            return True
    return False


def duty_runs(entries: Iterable[Entry]) -> bool:
    """Whether something that was to be erased still stays, because a duty or a hold binds it."""
    chain = tuple(entries)
    plans = plans_of(chain)
    for entry in chain:
        if entry.kind is EvidenceKind.KEPT:
            place, number = (entry.facts["system"], entry.facts["collection"]), int(entry.key.split(":")[1])
            later = (line for plan in plans if plan.number >= number for line in plan.lines)
            if not any((line.system, line.collection) == place and not line.stays for line in later):
                return True
    return False


_REPEATED_BY = frozenset({RecordKind.CASE, RecordKind.EVIDENCE})  # what clients had erased
_BINDS = {
    Block.HELD: frozenset(RecordKind),
    Block.COMPLAINT_OPEN: frozenset(RecordKind),
    Block.INSTRUCTION_OPEN: frozenset(RecordKind) - {RecordKind.PARCELS},
    Block.RESTRICTION_OPEN: frozenset(RecordKind)
    - {RecordKind.PARCELS},  # to lift it the person is looked up
    Block.DUTY_RUNS: frozenset({RecordKind.CASE, RecordKind.EVIDENCE}),
    Block.DISPUTED: frozenset({RecordKind.CASE, RecordKind.EVIDENCE}),
    Block.SUPPRESSED: frozenset({RecordKind.EVIDENCE}),
}


def _blocks(chain: tuple[Entry, ...], *, complains: bool, suppressed: bool) -> Iterable[Block]:
    found = {
        Block.HELD: is_held(chain),
        Block.RESTRICTION_OPEN: is_open(chain),
        Block.DUTY_RUNS: duty_runs(chain),
        Block.COMPLAINT_OPEN: complains,
        Block.INSTRUCTION_OPEN: is_instructed(chain),
        Block.DISPUTED: dispute_stands(chain),
        Block.SUPPRESSED: suppressed,
    }
    return (block for block, stands in found.items() if stands)


def _gone(chain: tuple[Entry, ...]) -> set[RecordKind]:
    gone = {RecordKind(str(e.facts["record"])) for e in chain if e.kind is EvidenceKind.RECORD_REMOVED}
    if any(entry.kind is EvidenceKind.SHREDDED for entry in chain):
        gone |= {RecordKind.IDENTITY, RecordKind.PARCELS, RecordKind.CASE}
    return gone


def dispute_stands(entries: Iterable[Entry]) -> bool:
    """Whether the person's dispute of what was left as it was is kept here. The calendar cannot know whether
    that data is still shown to anybody: two people who shred the case decide that it is not.
    """
    kinds = {entry.kind for entry in entries}
    return EvidenceKind.DISPUTED in kinds and EvidenceKind.SHREDDED not in kinds


def _years_after(since: date, years: int) -> date:
    try:
        return since.replace(year=since.year + years)
    except ValueError:  # the 29th of February
        return since.replace(year=since.year + years, day=28)
