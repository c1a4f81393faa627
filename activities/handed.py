"""What a person copied out of a system by hand, on its way into the bundle (DESIGN §1.1)."""

from collections.abc import Iterator, Mapping

from dsar.evidence import EvidenceKind
from dsar.holdings import Card, Collection
from dsar.parcels import folder_by_hand, unpack
from dsar.ports import Connector, Register, Section, Vault
from dsar.vocabulary import Category, Found

COLLECTION = "handed_in"
TITLE = "What our staff copied for you by hand"


def handed_in(register: Register, case_id: str) -> Mapping[str, int]:
    """Return the systems of which files were handed in, and which handing in counts: the newest.

    Only what a person settled counts: a system that answered by itself later speaks for itself.
    """
    by_hand = {a.system for a in register.answers(case_id) if a.found is Found.MANUAL_DONE}
    facts = [e.facts for e in register.evidence(case_id) if e.kind is EvidenceKind.HANDED_IN]
    newest = {str(f["system"]): int(f["number"] or 0) for f in facts}
    return {system: number for system, number in sorted(newest.items()) if system in by_hand}


def handed_sections(
    register: Register, vault: Vault, connectors: Mapping[str, Connector], case_id: str
) -> Iterator[Section]:
    """Yield the files of each such system, as one collection of it."""
    for system, number in handed_in(register, case_id).items():
        card = connectors[system].card if system in connectors else None
        for _, rows in unpack(vault, case_id, folder_by_hand(system, number)):
            yield Section(
                system=system,
                vendor=card.vendor if card else system,
                collection=Collection(name=COLLECTION, category=_category(card), title=TITLE),
                rows=rows,
                open_file=lambda file: vault.stream(case_id, file.place),
            )


def handed_categories(
    register: Register, connectors: Mapping[str, Connector], case_id: str
) -> frozenset[Category]:
    """Return every category that these systems may hold: nobody sorted the files by category."""
    cards = [connectors[s].card for s in handed_in(register, case_id) if s in connectors]
    return frozenset(c.category for card in cards for c in card.collections)


def _category(card: Card | None) -> Category:
    return card.collections[0].category if card and card.collections else Category.IDENTITY
