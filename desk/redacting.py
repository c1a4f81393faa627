"""Redacting at the desk, and clearing by another person: each act is evidence before the case hears of it."""

from collections.abc import Iterable, Sequence

from desk.cases import update
from desk.desk import Desk
from desk.reviewing import reviewer, seal, work_of
from dsar.case import ReviewHeard
from dsar.copies import copied, may_be_anothers
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.redaction import Cut
from dsar.review import Standing, Work
from dsar.review_items import Item, items_of, range_of
from dsar.vocabulary import Role, Status
from workflows.case import DsarCase

_OVER = frozenset({Status.ANSWERING, Status.CLOSED})


async def redact(desk: Desk, case_id: str, number: int, cuts: Sequence[Cut], *, by: str) -> int:
    """Cut something out of an item; without cuts, put everything back. It waits for another pair of eyes.

    Returns how many items are not cleared.

    Raises:
        InputError: `role_refused`, `review_over`, or `busy`: somebody else changed this item meanwhile.
    """
    role = reviewer(desk, by)
    _is_open(desk, case_id)
    work, facts = seal(desk, case_id, number, cuts)
    cleared = work.standings[number] == Standing.CLEARED
    if cleared:  # the case must not be released on what was cleared before
        await _tell(desk, case_id, work.number, work.open + 1)
    earlier = [e for e in desk.register.evidence(case_id) if e.kind is EvidenceKind.REDACTED]
    mine = [e for e in earlier if (e.facts["review"], e.facts["item"]) == (work.number, number)]
    key = f"redacted:{work.number}:{number}:{len(mine)}"
    facts |= {"by": by, "role": role}
    fact = Fact(key=key, kind=EvidenceKind.REDACTED, at=desk.now(), facts=facts)
    if not desk.register.record(case_id, fact):
        raise InputError("busy", "somebody else changed this item meanwhile: read it again", field="item")
    return work.open + cleared


async def keep(desk: Desk, case_id: str, items: str, *, by: str) -> int:
    """Say of items that nobody touched that nothing in them has to be cut. Returns how many are not cleared.

    Raises:
        InputError: `role_refused`, `review_over`, `item_unknown`.
    """
    role = reviewer(desk, by)
    _is_open(desk, case_id)
    work = work_of(desk, case_id)
    first, last = range_of(items, work.items)
    facts: dict[str, Scalar] = {"review": work.number, "first": first, "last": last, "by": by, "role": role}
    _note(desk, case_id, EvidenceKind.REVIEWED, facts)
    return work.open


async def clear(desk: Desk, case_id: str, items: str, *, by: str) -> int:
    """Agree to how items will be handed over. Whoever had a hand in one of them cannot.

    Returns how many items are not cleared. When none is left, the case hears of it, and may be released.

    Raises:
        InputError: `role_refused`, `review_over`, `item_unknown`, `not_looked_at`, `second_person`,
            `in_doubt`.
    """
    role = reviewer(desk, by)
    _is_open(desk, case_id)
    seen = len(desk.register.evidence(case_id))
    work = work_of(desk, case_id)
    first, last = range_of(items, work.items)
    _may_clear(work, range(first, last + 1), by)
    _is_theirs(desk, case_id, items_of(desk.vault, case_id, work.number, first, last), by)
    facts: dict[str, Scalar] = {"review": work.number, "first": first, "last": last, "by": by, "role": role}
    _note(desk, case_id, EvidenceKind.CLEARED, {**facts, "seen": seen})
    left = work_of(desk, case_id).open
    if not left:
        await _tell(desk, case_id, work.number, 0)
    return left


def _may_clear(work: Work, items: range, by: str) -> None:
    for item in items:
        if work.standings[item] == Standing.OPEN:
            hint = (
                f"nobody looked at item {item} yet: redact it, or say with `redact --keep` that it may stay"
            )
            raise InputError("not_looked_at", hint, field="item")
        if work.standings[item] == Standing.SEEN and work.is_of(item, by):
            hint = f"you worked on item {item} yourself: a second person clears it"
            raise InputError("second_person", hint, field="by")


def _is_theirs(desk: Desk, case_id: str, items: Iterable[Item], by: str) -> None:
    """Copies from where several people may be meant are the DPO's to clear, as it is theirs to `confirm`."""
    if Role.DPO in desk.company.role_of(by):
        return
    answers = desk.register.answers(case_id)
    by_hand = copied(answers, desk.register.evidence(case_id))
    doubted = {system for system in by_hand if may_be_anothers(answers, system)}
    for item in items if doubted else ():
        if item.system in doubted:
            hint = f"item {item.number} may be another person's: only the DPO clears it"
            raise InputError("in_doubt", hint, field="by")


def _is_open(desk: Desk, case_id: str) -> None:
    if desk.case(case_id).status in _OVER:
        hint = "no review is open: the case is not waiting for one; see `show`"
        raise InputError("review_over", hint, field="case")


def _note(desk: Desk, case_id: str, kind: EvidenceKind, facts: dict[str, Scalar]) -> None:
    key = f"{kind}:{facts['review']}:{len(desk.register.evidence(case_id))}"
    if not desk.register.record(case_id, Fact(key=key, kind=kind, at=desk.now(), facts=facts)):
        raise InputError("busy", "somebody else was quicker: look again", field="item")


async def _tell(desk: Desk, case_id: str, review: int, left: int) -> None:
    """Tell the case how many records are not cleared."""
    said = f"review-{review}-{len(desk.register.evidence(case_id))}-{left}"
    await update(desk, case_id, DsarCase.note_review, said, ReviewHeard(number=review, open=left))
