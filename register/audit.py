"""The examination of all evidence in one pass: every entry, every head, every checkpoint, at one moment.

Entries are streamed; what is held in memory grows with the number of cases, not with their entries. An
entry is hashed from the columns as they stand, which takes a microsecond; only where that does not fit is
it read and hashed the long way, which is the one that decides.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, func, literal_column, select

from dsar.checkpoints import Audit, Checkpoint, Damage, Head, Statement, flaw
from dsar.errors import OperatorError
from dsar.evidence import GENESIS, EvidenceKind, Fact, hash_of
from dsar.ports import Judge
from register.checkpoints import checkpoint_of
from register.database import Database
from register.endings import endings
from register.evidence import entry_of
from register.tables import CASES, CHECKPOINTS, EVIDENCE, HEADS

_KINDS = frozenset(kind.value for kind in EvidenceKind)
_INSTANT = len("2026-11-26T11:12:13.000000+00:00")
# An instant as evidence spells it, made by the database: it saves making a million of them.
_SPELLED = {
    "sqlite": literal_column("replace(evidence.at, ' ', 'T') || '+00:00'"),
    "postgresql": func.to_char(func.timezone("UTC", EVIDENCE.c.at), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
}
_CASES = select(CASES.c.case_id, CASES.c.entries, CASES.c.head)
_HEADS = select(HEADS).order_by(HEADS.c.checkpoint, HEADS.c.case_id)
_CHECKPOINTS = select(CHECKPOINTS).order_by(CHECKPOINTS.c.number)
_Row = Any  # of a database: the columns of `_entries`


@dataclass(slots=True)
class _Fixed:
    """What the seals say: of each case its length and last hash, and every head a checkpoint fixed."""

    cases: dict[str, tuple[int, str]]
    heads: dict[str, dict[int, str]] = field(default_factory=dict)


class Auditor:
    """The part of the register that examines itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def audit(self, judge: Judge, anchored: Iterable[Checkpoint] = ()) -> Audit:
        """Recompute every chain and every checkpoint; name the first place of each that is not as it was.

        What no checkpoint covers yet is proved by its own chain only. Whoever removes the newest checkpoints
        too is found out by those that are `anchored` elsewhere, or by who received them as events.
        """
        with self._database.snapshot() as connection:
            fixed = _Fixed({row.case_id: (row.entries, row.head) for row in connection.execute(_CASES)})
            known, damages = _checkpoints(connection, judge, fixed)
            entries = 0
            seen = set()
            for case_id, rows in groupby(connection.execute(_entries(connection)), itemgetter(0)):
                length, damage = _chain(connection, case_id, rows, fixed)
                entries += length
                seen.add(case_id)
                damages += [damage] if damage else []
            ended, refused = _ended(connection, judge, fixed)
        damages += refused + _vanished(seen, fixed, ended)
        elsewhere = _anchored(judge, anchored)
        damages += _unlike(known, elsewhere)
        return Audit(
            cases=len(fixed.cases),
            entries=entries,
            checkpoints=len(known),
            anchored=len({said.number for said in elsewhere}),
            uncovered=_uncovered(fixed),
            damages=tuple(damages),
        )


def _entries(connection: Connection) -> Select[Any]:
    e = EVIDENCE.c
    spelled = _SPELLED[connection.dialect.name]
    columns = (e.case_id, e.seq, e.key, e.kind, spelled, e.facts, e.previous, e.hash)
    return select(*columns).order_by(e.case_id, e.seq)


def _chain(
    connection: Connection, case_id: str, rows: Iterable[_Row], fixed: _Fixed
) -> tuple[int, Damage | None]:
    """Return how many entries a case has, and where it is first damaged. Always reads to its end."""
    heads, before, count, reason, place = fixed.heads.get(case_id, {}), GENESIS, 0, "", 0
    for count, row in enumerate(rows, start=1):
        if reason:
            continue
        reason = _flaw(connection, row, count, before) or (
            "head_changed" if heads.get(count, row[7]) != row[7] else ""
        )
        place, before = count, row[7]
    if not reason:
        reason, place = _end(case_id, count, before, fixed)
    return count, Damage(case_id=case_id, place=place, reason=reason) if reason else None


def _end(case_id: str, count: int, last: str, fixed: _Fixed) -> tuple[str, int]:
    """Compare where a chain ends with its seal, and with the longest that a checkpoint saw."""
    longest = max(fixed.heads.get(case_id, {0: ""}))
    if case_id not in fixed.cases:
        return "case_missing", 0
    length, head = fixed.cases[case_id]
    if count < max(length, longest):
        return "tail_missing", count + 1
    return ("", 0) if (count, last) == (length, head) else ("tail_changed", min(count, length) + 1)


def _flaw(connection: Connection, row: _Row, due: int, before: str) -> str:
    case_id, seq, key, kind, at, facts, previous, stated = row
    if seq != due:
        return "entry_missing"
    if previous != before:
        return "link_broken"
    # The key is the one column of free length here, so no other row spells the same text.
    text = f'["{case_id}",{seq},"{key}","{kind}","{at}",{facts},"{previous}"]'
    plain = kind in _KINDS and at is not None and len(at) == _INSTANT
    if plain and hashlib.sha256(text.encode(errors="replace")).hexdigest() == stated:
        return ""
    return _read_again(connection, case_id, seq)


def _read_again(connection: Connection, case_id: str, seq: int) -> str:
    """Decide the long way: an entry with letters beyond ASCII, or one that was changed."""
    row = connection.execute(
        select(EVIDENCE).where(EVIDENCE.c.case_id == case_id, EVIDENCE.c.seq == seq)
    ).one()
    try:
        entry = entry_of(row)
    except OperatorError:
        return "entry_unreadable"
    fact = Fact(key=entry.key, kind=entry.kind, at=entry.at, facts=entry.facts)
    return "" if entry.hash == hash_of(case_id, seq, fact, entry.previous) else "entry_changed"


def _checkpoints(
    connection: Connection, judge: Judge, fixed: _Fixed
) -> tuple[dict[int, Statement], list[Damage]]:
    """Examine the checkpoints; what they fixed goes into `fixed`. Returns them by number."""
    covered = {n: list(heads) for n, heads in groupby(_heads(connection, fixed), itemgetter(0))}
    before: Statement | None = None
    damages: list[Damage] = []
    known: dict[int, Statement] = {}
    for row in connection.execute(_CHECKPOINTS):
        made = checkpoint_of(row)
        said = made.statement
        if not judge.believes(made.key, said.spelled(), made.signature):
            reason = "checkpoint_signature_refused"
        else:
            reason = flaw(made, before, (head for _, head in covered.get(said.number, ())))
        damages += [Damage(case_id="", place=said.number, reason=reason)] if reason else []
        before = known[said.number] = said
    return known, damages


def _anchored(judge: Judge, copies: Iterable[Checkpoint]) -> set[Statement]:
    """Return what was anchored elsewhere. What we did not sign is somebody's noise."""
    said = ((one.key, one.statement, one.signature) for one in copies)
    return {statement for key, statement, signed in said if judge.believes(key, statement.spelled(), signed)}


def _unlike(known: Mapping[int, Statement], elsewhere: Collection[Statement]) -> Iterator[Damage]:
    """Yield each checkpoint that is anchored elsewhere and stands here no more, or as another one."""
    for said in sorted(elsewhere, key=lambda said: said.number):
        if said.number not in known:
            yield Damage(case_id="", place=said.number, reason="checkpoint_missing")
        elif known[said.number] != said:
            yield Damage(case_id="", place=said.number, reason="checkpoint_not_as_anchored")


def _heads(connection: Connection, fixed: _Fixed) -> Iterator[tuple[int, Head]]:
    for row in connection.execute(_HEADS):
        fixed.heads.setdefault(row.case_id, {})[row.entries] = row.hash
        yield row.checkpoint, Head(case_id=row.case_id, entries=row.entries, hash=row.hash)


def _ended(connection: Connection, judge: Judge, fixed: _Fixed) -> tuple[set[str], list[Damage]]:
    """Return the chains that were removed because their time was over, and which of the statements lie."""
    ended: set[str] = set()
    damages = []
    for said, damage in endings(connection, judge):
        heads = fixed.heads.get(said.case_id, {})
        if damage or max(heads, default=0) > said.entries or heads.get(said.entries, said.hash) != said.hash:
            damages.append(
                damage or Damage(case_id=said.case_id, place=said.entries, reason="ending_changed")
            )
        ended.add(said.case_id)
    return ended, damages


def _vanished(seen: set[str], fixed: _Fixed, ended: set[str]) -> list[Damage]:
    """Cases that a seal or a checkpoint knows, and of which no entry is left."""
    emptied = [Damage(case_id=c, place=1, reason="tail_missing") for c in fixed.cases if c not in seen]
    gone = sorted(set(fixed.heads) - set(fixed.cases) - seen - ended)
    return emptied + [Damage(case_id=case_id, place=0, reason="case_missing") for case_id in gone]


def _uncovered(fixed: _Fixed) -> int:
    return sum(
        max(0, length - max(fixed.heads.get(case_id, {0: ""})))
        for case_id, (length, _) in fixed.cases.items()
    )
