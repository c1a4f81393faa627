"""How cases hang together: rights of one request, a complaint about a case, what followed from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import Right


class LinkKind(StrEnum):
    """What another case is to this one. Values are public API: they stand in sealed chains."""

    TOGETHER = "together"  # another right, asked for in the same request
    ABOUT = "about"  # what this complaint or appeal is about
    CLAIMED = "claimed"  # what it says it is about, while nobody knows whether that case is theirs
    RAISED = "raised"  # a complaint or appeal about this case
    FOLLOWS = "follows"  # the upheld complaint or appeal that led to this request
    LED_TO = "led_to"  # the request that followed from this complaint or appeal


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Another case, and what it is to this one. `doubt`: why it is not clear that it is the same person's."""

    case_id: str
    right: Right
    how: LinkKind = LinkKind.TOGETHER
    doubt: str = ""


BACK = {LinkKind.ABOUT: LinkKind.RAISED, LinkKind.FOLLOWS: LinkKind.LED_TO}
_FORTH = frozenset({LinkKind.ABOUT, LinkKind.CLAIMED, LinkKind.FOLLOWS})


def links_of(entries: Iterable[Entry]) -> tuple[Linked, ...]:
    """Return the cases that one case is linked with. What was cleared up is claimed no more."""
    found = [_link(entry) for entry in entries if entry.kind is EvidenceKind.LINKED]
    clear = {link.case_id for link in found if link.how is LinkKind.ABOUT}
    return tuple(link for link in found if link.how is not LinkKind.CLAIMED or link.case_id not in clear)


def about_of(entries: Iterable[Entry]) -> Linked | None:
    """Return the earlier case that this one is about, claims to be about, or follows from."""
    return next((link for link in links_of(entries) if link.how in _FORTH), None)


def _link(entry: Entry) -> Linked:
    return Linked(
        case_id=str(entry.facts["case"]),
        right=Right(str(entry.facts["right"])),
        how=LinkKind(str(entry.facts.get("how", LinkKind.TOGETHER))),
        doubt=str(entry.facts.get("doubt", "")),
    )
