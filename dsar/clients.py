"""Clients: whose data we only process. They answer their people; we pass requests on (LAW PRC-01..04)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dsar.case import SystemAnswer
from dsar.evidence import Entry, EvidenceKind
from dsar.holdings import Card, Findings, Holding

PROCESSOR = "processor"  # why a system is exempt
NOT_THEIRS = "not-theirs"  # what staff said of a request: it is not about this client's data


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """For whom a system's data is processed, and where a request is passed on to.

    `host`: where they take their data in, if anywhere; `inside`: it may have a private address.
    """

    system: str
    name: str
    email: str
    host: str = ""
    inside: bool = False


def ours(card: Card, findings: Findings) -> Findings:
    """Return what is our own: a client's part is neither disclosed nor changed on the person's word."""
    kept = tuple(h for h in findings.holdings if not card.collection(h.collection).client)
    return replace(findings, holdings=kept)


def theirs(card: Card, client: str) -> frozenset[str]:
    """Return the collections of a system that are this client's: all of it, where we only run it for them."""
    whole = not card.controller and card.name == client
    return frozenset(c.name for c in card.collections if whole or c.client == client)


def met(card: Card, findings: Findings) -> tuple[str, ...]:
    """Return the clients whose data was met, by their codes."""
    return tuple(sorted({client for h in findings.holdings if h.count and (client := _client(card, h))}))


def to_pass_on(answers: Iterable[SystemAnswer], entries: Sequence[Entry]) -> Mapping[str, datetime]:
    """Return the clients' systems of which nobody has said yet whether the request is about them, each with
    since when (LAW PRC-02).
    """
    theirs = {answer.system for answer in answers if answer.reason == PROCESSOR}
    asked = {e.facts["system"]: e.at for e in entries if e.kind is EvidenceKind.SEARCHED}
    said = {e.facts["system"] for e in entries if e.kind is EvidenceKind.FORWARDED or _not_theirs(e)}
    return {system: asked[system] for system in sorted(theirs - said)}


def _not_theirs(entry: Entry) -> bool:
    return entry.kind is EvidenceKind.DECIDED and entry.facts["decision"] == NOT_THEIRS


def _client(card: Card, holding: Holding) -> str:
    return card.collection(holding.collection).client
