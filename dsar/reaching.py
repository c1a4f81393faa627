"""By which path each system was reached, and how sure that makes its answer (Art. 5(1)(d); LAW ACC-03)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dsar.evidence import Entry, EvidenceKind
from dsar.person import Identifier, Identity, comparable
from dsar.vocabulary import IdentifierKind

MOST = 50  # POLICY: identifiers of one case. A record that teaches more is a list, not a person
REQUEST = "request"  # in the place of a system: what the request said, as far as it was proved
_RECORD = IdentifierKind.RECORD_KEY  # a system's own name for a record: it leads nowhere else


class Confidence(StrEnum):
    """How sure we are that a system's answer is about the person."""

    PROVED = "proved"  # asked by what the person proved
    TAUGHT = "taught"  # asked by what another system taught, too
    SETTLED = "settled"  # a person looked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What one system was last asked by: kinds, each with whoever it came from. Never a value."""

    system: str
    confidence: Confidence
    by: tuple[tuple[IdentifierKind, str], ...] = ()


def own(identity: Identity) -> Identity:
    """Return what the person themselves told us and proved, without what any system taught."""
    return Identity(identifiers=tuple(i for i in identity.identifiers if not i.system))


def found_by(identity: Identity, finds_by: Iterable[IdentifierKind], value: str) -> bool:
    """Whether a system that searches by these kinds finds the person by this very value."""
    kinds = set(finds_by)
    return any(
        i.kind in kinds and comparable(i.kind, i.value) == comparable(i.kind, value)
        for i in identity.identifiers
    )


def unknown_to(system: str, identity: Identity) -> Identity:
    """Return an identity without the keys by which a system knows it already."""
    kept = (i for i in identity.identifiers if not (i.kind is _RECORD and i.system == system))
    return Identity(identifiers=tuple(kept))


def sources(identity: Identity, finds_by: Iterable[IdentifierKind]) -> str:
    """Return what a system is asked by, as one fact: `email:request visitor_id:crm`."""
    asked = {(i.kind, i.system or REQUEST) for i in identity.identifiers if i.kind in set(finds_by)}
    return " ".join(sorted(f"{kind}:{source}" for kind, source in asked if kind is not _RECORD))


def news(identity: Identity, learned: Iterable[Identifier]) -> tuple[Identifier, ...]:
    """Return what was not known before, in whatever spelling."""
    known = {(i.kind, comparable(i.kind, i.value)) for i in identity.identifiers}
    new = {(i.kind, comparable(i.kind, i.value)): i for i in learned}
    return tuple(i for spelling, i in new.items() if spelling not in known)


def is_too_much(identity: Identity, learned: Iterable[Identifier]) -> bool:
    """Whether a case would know more identifiers than one person has."""
    both = [i for i in (*identity.identifiers, *news(identity, learned)) if i.kind is not _RECORD]
    return len(both) > MOST


def reached(entries: Iterable[Entry]) -> tuple[Reached, ...]:
    """Return the path to each system that was searched, by the systems' names."""
    found: dict[str, Reached] = {}
    for entry in entries:
        facts, system = entry.facts, str(entry.facts.get("system") or "")
        if entry.kind is EvidenceKind.SEARCHED and "asked_by" in facts:
            found[system] = _path(system, str(facts["asked_by"]))
        elif entry.kind is EvidenceKind.DECIDED and system in found:
            found[system] = Reached(system=system, confidence=Confidence.SETTLED, by=found[system].by)
    return tuple(found[system] for system in sorted(found))


def way_to(system: str, by_system: Mapping[str, Reached]) -> str:
    """Return how a system was reached: `email (request)`, or `visitor_id (crm, by email (request))`.

    All that it was asked by; of each source only the shortest way to it. Systems that all taught one another
    have more ways than anybody could read, or a machine could write.
    """
    steps = _steps(by_system)
    told = (f"{kind} ({_from(source, system, by_system, steps)})" for kind, source in by_system[system].by)
    return ", ".join(told)


def _from(source: str, end: str, by_system: Mapping[str, Reached], steps: Mapping[str, int]) -> str:
    if source in {REQUEST, end} or source not in steps:
        return source
    kind, before = min(by_system[source].by, key=lambda one: steps.get(one[1], len(steps)))
    return f"{source}, by {kind} ({_from(before, end, by_system, steps)})"


def _steps(by_system: Mapping[str, Reached]) -> dict[str, int]:
    """Return how many steps from the request each system is, of those to which a way leads from there."""
    steps, last = {REQUEST: 0}, 0
    while next_ones := [
        name
        for name, one in by_system.items()
        if name not in steps and any(steps.get(source) == last for _, source in one.by)
    ]:
        last += 1
        steps |= dict.fromkeys(next_ones, last)
    return steps


def _path(system: str, said: str) -> Reached:
    pairs = (pair.partition(":") for pair in said.split())
    by = tuple((IdentifierKind(kind), source) for kind, _, source in pairs)
    taught = any(source not in {REQUEST, system} for _, source in by)
    return Reached(system=system, by=by, confidence=Confidence.TAUGHT if taught else Confidence.PROVED)
