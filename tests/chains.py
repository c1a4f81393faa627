"""Chains of evidence for tests that read a case back from what was recorded."""

from datetime import UTC, datetime

from dsar.evidence import Entry, EvidenceKind, Fact, Scalar, link

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CASE = f"case_{'0' * 20}"


def fact(kind: EvidenceKind, key: str = "", **facts: Scalar) -> Fact:
    return Fact(key=key or kind.value, kind=kind, at=AT, facts=facts)


def chain(*facts: Fact) -> list[Entry]:
    """Return the facts as a case's evidence, in their order."""
    entries: list[Entry] = []
    for one in facts:
        entries.append(link(CASE, entries[-1] if entries else None, one))
    return entries
