"""Sealed values shown to a member of staff: who looked, and when, is evidence."""

from desk.desk import Desk
from dsar.evidence import EvidenceKind, Fact
from dsar.vocabulary import Role


def note_revealed(desk: Desk, case_id: str, by: str, **shown: int) -> None:
    """Write down who is about to see how many sealed things of a case.

    Raises:
        InputError: `handle_unknown`.
    """
    role = desk.role(by, Role.SUPPORT)
    key = f"revealed:{len(desk.register.evidence(case_id))}"
    facts = {"by": by, "role": role.value, **shown}
    desk.register.record(case_id, Fact(key=key, kind=EvidenceKind.REVEALED, at=desk.now(), facts=facts))
