"""Receipts in the evidence: one per deed, whoever asked for it and however often tried (LAW EVD-07)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from dsar.deeds import Method, Receipt, Result, Seen, Verdict
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar, instant
from dsar.vocabulary import Verb


def receipt_key(verb: Verb, number: int | str, system: str, place: int) -> str:
    """Return what makes a deed one: the verb, which order it was, where, and its place there."""
    return f"receipt:{verb}:{number}:{system}:{place}"


def receipt_fact(receipt: Receipt, key: str, at: datetime, **more: Scalar) -> Fact:
    """Tell a receipt as a fact. Its key makes it one, however often the deed is repeated."""
    told: dict[str, Scalar] = {
        "system": receipt.system,
        "collection": receipt.collection,
        "verb": receipt.verb.value,
        "result": receipt.result.value,
        "count": receipt.count,
        "method": receipt.method.value if receipt.method else "",
        "job": receipt.job,
        "ready_at": instant(at + receipt.ready_after) if receipt.ready_after else "",
        "requests": " ".join(receipt.requests),
    }
    return Fact(key=key, kind=EvidenceKind.RECEIPT, at=at, facts={**told, **more})


def receipt_of(entry: Entry) -> Receipt:
    """Read a receipt back as it was given. What the vendor still needed is counted from then."""
    told = entry.facts
    ready_at = str(told["ready_at"])
    return Receipt(
        system=str(told["system"]),
        collection=str(told["collection"]),
        verb=Verb(str(told["verb"])),
        result=Result(str(told["result"])),
        count=int(told["count"] or 0),
        method=Method(str(told["method"])) if told["method"] else None,
        job=str(told["job"]),
        ready_after=_span(entry.at, ready_at),
        requests=tuple(str(told["requests"]).split()),
    )


def receipts_of(entries: Iterable[Entry], verb: Verb, system: str, number: int | str) -> Mapping[str, Entry]:
    """Return the receipts that one system gave for one order, by their keys."""
    start = f"receipt:{verb}:{number}:{system}:"
    return {e.key: e for e in entries if e.kind is EvidenceKind.RECEIPT and e.key.startswith(start)}


def check_fact(seen: Seen, key: str, at: datetime, **more: Scalar) -> Fact:
    """Tell what was found when a deed was looked at again."""
    told: dict[str, Scalar] = {
        "system": seen.system,
        "collection": seen.collection,
        "verb": seen.verb.value,
        "verdict": seen.verdict.value,
        "count": seen.count,
    }
    return Fact(key=key, kind=EvidenceKind.CHECKED, at=at, facts={**told, **more})


def verdicts_of(entries: Iterable[Entry], verb: Verb) -> Mapping[tuple[str, str], Verdict]:
    """Return the latest verdict on each collection of each system."""
    return {
        (str(entry.facts["system"]), str(entry.facts["collection"])): Verdict(str(entry.facts["verdict"]))
        for entry in entries
        if entry.kind is EvidenceKind.CHECKED and entry.facts["verb"] == verb.value
    }


def restricted_in(entries: Iterable[Entry]) -> frozenset[tuple[str, str]]:
    """Return which collections of which systems are restricted: marked, and not lifted since."""
    marked: dict[tuple[str, str], Verb] = {}
    for entry in entries:
        if entry.kind is EvidenceKind.RECEIPT and entry.facts["verb"] in {Verb.RESTRICT, Verb.LIFT}:
            held = (str(entry.facts["system"]), str(entry.facts["collection"]))
            marked[held] = Verb(str(entry.facts["verb"]))
    return frozenset(held for held, verb in marked.items() if verb is Verb.RESTRICT)


def _span(at: datetime, until: str) -> timedelta | None:
    return datetime.fromisoformat(until) - at if until else None
