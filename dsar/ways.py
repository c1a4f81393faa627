"""What leads to a client's data in a shared system, and whether an erasure of ours may have taken it."""

from collections.abc import Iterable

from dsar.decision_kinds import MANUAL_DONE
from dsar.erasure import plans_of
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import Verb

WAY_GONE = "way_erased"  # why a person must look: what led there was erased


def way_gone(
    entries: Iterable[Entry],
    system: str,
    client: str,
    empty: Iterable[str],
    others: Iterable[Iterable[Entry]] = (),
) -> bool:
    """Whether an erasure of ours in a system may have taken the rows that led to a client's collections: that
    nothing is found there is then no proof. Not so for a collection that this client had erased in this case.

    `others` are the chains of other cases of the same person: it does not matter in which of them it went.
    """
    chain = tuple(entries)
    theirs = {
        entry.facts["collection"]
        for entry in chain
        if entry.kind is EvidenceKind.RECEIPT
        and (entry.facts["system"], entry.facts["verb"]) == (system, Verb.ERASE)
        and entry.facts.get("client") == client
    }
    return not theirs.issuperset(empty) and any(took_away(one, system) for one in (chain, *others))


def took_away(entries: Iterable[Entry], system: str) -> bool:
    """Whether an erasure of ours was begun in a system, or a person carried it out there.

    It counts from its beginning: a worker that dies after the deed leaves no receipt, and the next one finds
    nothing any more, so that its receipts say "already" and no number.
    """
    chain = tuple(entries)
    begun = any(_is_begun(entry, system) for entry in chain)
    planned = any(plan.of(system) for plan in plans_of(chain))
    return begun or (planned and any(_is_by_hand(entry, system) for entry in chain))


def _is_begun(entry: Entry, system: str) -> bool:
    ours = entry.kind is EvidenceKind.BEGUN and entry.key.startswith(f"begun:{Verb.ERASE}:")
    return ours and entry.facts["system"] == system and not entry.facts.get("client")


def _is_by_hand(entry: Entry, system: str) -> bool:
    by_hand = entry.kind is EvidenceKind.DECIDED and entry.facts.get("decision") == MANUAL_DONE
    return by_hand and entry.facts.get("system") == system
