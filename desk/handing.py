"""Handing in: what a person copied out of a system is sealed in parcels, and goes the way of an export."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from activities.cutting import Discreet
from activities.exporting import Export
from desk.copies import Copies, Copy
from desk.desk import Desk
from dsar.case import SystemAnswer
from dsar.copies import HANDS_OVER
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.exemptions import entire, exempted
from dsar.holdings import Holding
from dsar.law_sets import law_set
from dsar.parcels import folder_by_hand
from dsar.person import Identity
from dsar.systems import searched
from dsar.vocabulary import Found, Right
from dsar.withholding import secrets_in

MOST_FILES = 1000
LARGEST_FILE = 2_000_000_000  # bytes: what is larger, nobody has looked through
_PRINT = 20  # hex digits: what tells one handing in from another


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What was handed in: under which name it lies, and how much of which collection."""

    copies: str
    holdings: tuple[Holding, ...]


async def hand_in(desk: Desk, case_id: str, system: str, copies: Sequence[Copy], *, by: str) -> Handed:
    """Seal these copies under the case, piece by piece. They count once a decision names them.

    Secrets that no answer holds are masked before anything is sealed. Evidence has the number of files and a
    keyed fingerprint of them, and no name.

    Raises:
        InputError: `files_unwanted`, `files_unreadable`, `files_too_many`, `copy_empty`, `copy_too_large`,
            `copy_unreadable`.
    """
    request = desk.case(case_id).request
    _check(system, request.right, copies)
    sources = {copy.collection.name: copy.collection for copy in copies}
    secrets = {name: secrets_in(source.secrets, law_set(request.regime)) for name, source in sources.items()}
    name = f"{_number(desk.register.evidence(case_id), system):03d}-{await _print(desk, copies)}"
    export = Export(vault=desk.vault, case_id=case_id, folder=folder_by_hand(system, name))
    chains = await export.filled(Discreet(Copies(copies), secrets), Identity(), sources, lambda: None)
    facts: dict[str, Scalar] = {"system": system, "copies": name, "files": len(copies), "by": by}
    facts |= {"records": sum(chain.rows for chain in chains)}
    fact = Fact(key=f"handed:{system}:{name}", kind=EvidenceKind.HANDED_IN, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)
    category = {name: source.category for name, source in sources.items()}
    return Handed(
        copies=name,
        holdings=tuple(
            Holding(system=system, collection=c.collection, category=category[c.collection], count=c.rows)
            for c in chains
        ),
    )


def check_all_copied(desk: Desk, case_id: str, system: str, copies: Sequence[Copy]) -> None:
    """Refuse copies that leave out something that was found there: nobody would miss it.

    Raises:
        InputError: `copies_missing`.
    """
    left_out = entire(exempted(desk.register.evidence(case_id)), system)
    held = {h.collection for h in desk.register.holdings(case_id) if h.system == system and h.count}
    if missing := sorted(held - left_out - {copy.collection.name for copy in copies}):
        hint = (
            f"also held there: {', '.join(missing)}. Copy it, too, as --file {missing[0]}=…; "
            "if that cannot be, the DPO says why with `task exception` and the copies that there are"
        )
        raise InputError("copies_missing", hint, field="file")


def _number(entries: Sequence[Entry], system: str) -> int:
    """A handing in after another never goes on in its parcels, even if it is the same."""
    return 1 + sum(e.kind is EvidenceKind.HANDED_IN and e.facts["system"] == system for e in entries)


async def _print(desk: Desk, copies: Sequence[Copy]) -> str:
    """Return what these files and no others have: only they go on with what was half handed in."""
    return await asyncio.to_thread(_fingerprint, desk, copies)


def _fingerprint(desk: Desk, copies: Sequence[Copy]) -> str:
    said = []
    for copy in copies:
        with copy.path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        said.append([copy.collection.name, copy.path.name, digest])
    return desk.vault.fingerprint("copies", json.dumps(said))[:_PRINT]


def _check(system: str, right: Right, copies: Sequence[Copy]) -> None:
    if right not in HANDS_OVER or not _holds_data(system):
        hint = "the answer holds no copy of that: leave --file out, and say in --note what was done"
        raise InputError("files_unwanted", hint, field="file")
    if len(copies) > MOST_FILES:
        hint = f"at most {MOST_FILES} at a time: put records into one CSV, and scans into one PDF"
        raise InputError("files_too_many", hint, field="file")
    for copy in copies:
        _check_file(copy)


def _check_file(copy: Copy) -> None:
    try:
        size = copy.path.stat().st_size if copy.path.is_file() else None
        with copy.path.open("rb") if size else nullcontext():
            pass
    except OSError:
        size = None
    if size is None:
        raise InputError("files_unreadable", "name files that can be read", field="file")
    if not size:
        raise InputError("copy_empty", "a file without a byte is no copy: look at it", field="file")
    if size > LARGEST_FILE:
        hint = f"at most {LARGEST_FILE} bytes a file: split it into parts that can be looked through"
        raise InputError("copy_too_large", hint, field="file")


def _holds_data(system: str) -> bool:
    """Whether this is a connected system: no letter, no transfer, and no request that a client answers."""
    return bool(searched([SystemAnswer(system=system, found=Found.UNKNOWN)]))
