"""Exports that came short of what their system counts, and the DPO's word that the count is wrong.

A vendor's count may be wrong for ever: it counts what was merged, or deleted. Nobody may be kept waiting for
that, and nobody may pass over it: the DPO accepts as many as are missing now, and the person reads why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dsar.decision_kinds import ACCEPT_COUNT
from dsar.evidence import Entry, EvidenceKind, Scalar

GROUND = "count_differs"
_SAID = {
    "en": "This system counts {counted} records and handed over {given}. {why}",
    "de": "Dieses System zählt {counted} Datensätze und hat {given} herausgegeben. {why}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What one collection of a system counts, and how many records its export gave."""

    system: str
    collection: str
    counted: int
    given: int

    @property
    def missing(self) -> int:
        """How many records nobody saw."""
        return self.counted - self.given


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What was short when the DPO accepted it, by collection; `words` names the sealed reason."""

    short: Mapping[str, Shortfall]
    words: str

    def covers(self, short: Iterable[Shortfall]) -> bool:
        """Whether no more is missing than was accepted."""
        known = {name: one.missing for name, one in self.short.items()}
        return all(one.missing <= known.get(one.collection, 0) for one in short)


def shortfalls(entries: Iterable[Entry], system: str, generation: int) -> tuple[Shortfall, ...]:
    """Return what one export of a system left out of its count."""
    facts = (e.facts for e in entries if e.kind is EvidenceKind.CAME_SHORT)
    return tuple(_read(f) for f in facts if (f["system"], f["generation"]) == (system, generation))


def accepted(entries: Iterable[Entry], system: str) -> Accepted | None:
    """Return what the DPO accepted last of one system; None if nothing."""
    newest, short, found = 0, dict[str, Shortfall](), None
    for entry in entries:
        facts = entry.facts
        if facts.get("system") != system:
            continue
        if entry.kind is EvidenceKind.CAME_SHORT:
            generation = int(facts["generation"] or 0)
            short = short if generation == newest else {}
            newest, short = generation, {**short, str(facts["collection"]): _read(facts)}
        elif entry.kind is EvidenceKind.DECIDED and facts["decision"] == ACCEPT_COUNT:
            found = Accepted(short=short, words=str(facts["words"]))
    return found


def explained(short: Shortfall, locale: str, why: str) -> str:
    """Say it to the person, with the DPO's reason; in English where we have no other language."""
    tongue = locale.replace("_", "-").partition("-")[0].lower()
    said = _SAID.get(tongue, _SAID["en"])
    return said.format(counted=short.counted, given=short.given, why=why)


def _read(facts: Mapping[str, Scalar]) -> Shortfall:
    return Shortfall(
        system=str(facts["system"]),
        collection=str(facts["collection"]),
        counted=int(facts["counted"] or 0),
        given=int(facts["given"] or 0),
    )
