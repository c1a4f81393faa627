"""What was exported last of each system that holds something."""

from dsar.evidence import EvidenceKind
from dsar.parcels import folder_of
from dsar.ports import Register
from dsar.vocabulary import Found


def holding(register: Register, case_id: str) -> list[str]:
    """Return the systems that hold something of the person, by name."""
    return sorted(a.system for a in register.answers(case_id) if a.found is Found.FOUND)


def folders(register: Register, case_id: str) -> dict[str, str]:
    """Return where the newest export of each system lies."""
    exports = [e.facts for e in register.evidence(case_id) if e.kind is EvidenceKind.EXPORTED]
    newest = {str(facts["system"]): int(facts["generation"] or 0) for facts in exports}
    return {system: folder_of(system, generation) for system, generation in newest.items()}
