"""What was exported last of each system that holds something, or copied by a person in its place."""

from dsar.copies import copied
from dsar.evidence import EvidenceKind
from dsar.parcels import folder_by_hand, folder_of
from dsar.ports import Register
from dsar.vocabulary import Found


def holding(register: Register, case_id: str) -> list[str]:
    """Return the systems of which something lies in the vault to be handed over, by name."""
    answers = register.answers(case_id)
    found = {a.system for a in answers if a.found is Found.FOUND}
    return sorted(found | copied(answers, register.evidence(case_id)).keys())


def folders(register: Register, case_id: str) -> dict[str, str]:
    """Return where the newest export of each system lies, or the copies that count in its place."""
    entries = register.evidence(case_id)
    exports = [e.facts for e in entries if e.kind is EvidenceKind.EXPORTED]
    newest = {str(facts["system"]): int(facts["generation"] or 0) for facts in exports}
    by_hand = copied(register.answers(case_id), entries)
    return {
        **{system: folder_of(system, generation) for system, generation in newest.items()},
        **{system: folder_by_hand(system, copies) for system, copies in by_hand.items()},
    }
