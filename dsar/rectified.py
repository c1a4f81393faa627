"""How far the corrections of a case have come, read from its evidence: where found, what decided, what done.

Numbers, names of systems and counts only. What was wrong and what is right lies in the vault, under names
that stand in the evidence.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from dsar.decision_kinds import ACCEPT_CORRECTION, REFUSE_CORRECTION
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import Category

# Why a system waits for a hand.
FIELD_UNKNOWN = (
    "field_unknown"  # no system has a field of that name, or the value that is said to stand there
)
ATTRIBUTE_BY_HAND = "attribute_by_hand"  # no machine writes that field there
SEVERAL_VALUES = "several_values"  # nobody said which of them is wrong
STILL_WRONG, UNVERIFIABLE = "still_wrong", "unverifiable"
FOUND_BY_IT = "found_by_it"  # whoever overwrites it finds the person no more, or somebody else
OWN = "corrections/"  # where the vault keeps what the person of a case wants right


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one collection holds what a correction is about: `rows` that say something wrong, in so many
    `values`, and as many as are `right`. `number` is the correction's, `order` tells apart how often it was
    looked for.
    """

    number: int
    system: str
    collection: str
    category: Category
    rows: int
    values: int
    right: int
    order: int
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """The corrections of one case, or of one instruction of a client. `looked` are the systems in which they
    were looked for; `holding` those of a client in which anything of the person was.
    """

    count: int
    places: tuple[Place, ...] = ()
    looked: tuple[str, ...] = ()
    accepted: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    holding: tuple[str, ...] = ()

    @property
    def undecided(self) -> tuple[str, ...]:
        """Numbers of those that wait for a decision, as the desk types them."""
        decided = {*self.accepted, *self.refused}
        return tuple(str(n) for n in range(1, self.count + 1) if n not in decided)

    @property
    def unplaced(self) -> tuple[int, ...]:
        """Accepted ones that stand nowhere, wrong or right: a person has to look everywhere."""
        known = {place.number for place in self.places if place.rows or place.right}
        return tuple(n for n in self.accepted if n not in known)

    def of(self, system: str) -> tuple[Place, ...]:
        """Return where something is to be written in one system."""
        return tuple(p for p in self.places if p.system == system and p.rows and p.number in self.accepted)

    def concerned(self, holding: Collection[str]) -> tuple[str, ...]:
        """Return the systems in which something is to be corrected, out of those that hold the person."""
        return tuple(s for s in sorted(holding) if self.unplaced or self.of(s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What correcting came to in one system. `reason`: why a person must look; `check_after`: the vendor
    needs so long before it can be read again.
    """

    reason: str = ""
    check_after: timedelta | None = None


def wish_name(number: int, folder: str = OWN) -> str:
    """Return under which name the vault keeps a wish: what is right."""
    return f"{folder}{number:04d}"


def before_name(system: str, order: int, client: str = "") -> str:
    """Return under which name the vault keeps what stood in a system before; of a client's instruction, apart
    from the case's own.
    """
    return f"versions/{system}/{f'{client}.' if client else ''}{order:06d}"


def dispute_name(number: int) -> str:
    """Return under which name the vault keeps a statement of dispute."""
    return f"disputes/{number:04d}"


def corrections_of(entries: Iterable[Entry], count: int) -> Corrections:
    """Read them from the evidence. A later look at a system takes the place of an earlier one. What clients
    instruct is none of the case's own.
    """
    looked: dict[str, int] = {}
    places: list[Place] = []
    decided: dict[int, str] = {}
    for entry in own_of(entries):
        if entry.kind is EvidenceKind.LOCATED and "places" in entry.facts:
            looked[str(entry.facts["system"])] = int(entry.facts["order"] or 0)
        elif entry.kind is EvidenceKind.LOCATED:
            places.append(_place(entry))
        elif entry.kind is EvidenceKind.DECIDED and entry.facts["decision"] in _DECIDED:
            decided[int(entry.facts["system"] or 0)] = str(entry.facts["decision"])
    return Corrections(
        count=count,
        places=tuple(place for place in places if looked.get(place.system) == place.order),
        looked=tuple(sorted(looked)),
        accepted=tuple(n for n in sorted(decided) if decided[n] == ACCEPT_CORRECTION),
        refused=tuple(n for n in sorted(decided) if decided[n] == REFUSE_CORRECTION),
    )


def instructed_corrections(entries: Iterable[Entry], count: int, client: str, number: int) -> Corrections:
    """Read those of one instruction of a client, who decides about them: each is accepted as it stands."""
    located = [
        entry
        for entry in entries
        if entry.kind is EvidenceKind.LOCATED
        and (entry.facts.get("client"), entry.facts["order"]) == (client, number)
    ]
    heads = [entry.facts for entry in located if "places" in entry.facts]
    return Corrections(
        count=count,
        places=tuple(_place(entry) for entry in located if "place" in entry.facts),
        looked=tuple(sorted(str(facts["system"]) for facts in heads)),
        accepted=tuple(range(1, count + 1)),
        holding=tuple(sorted(str(facts["system"]) for facts in heads if facts["held"])),
    )


def own_of(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield what is the case's own, and done on no client's instruction."""
    return (entry for entry in entries if not entry.facts.get("client"))


_DECIDED = frozenset({ACCEPT_CORRECTION, REFUSE_CORRECTION})


def _place(entry: Entry) -> Place:
    told = entry.facts
    return Place(
        number=int(told["correction"] or 0),
        system=str(told["system"]),
        collection=str(told["collection"]),
        category=Category(str(told["category"])),
        rows=int(told["rows"] or 0),
        values=int(told["values"] or 0),
        right=int(told["right"] or 0),
        order=int(told["order"] or 0),
        place=int(told["place"] or 0),
    )
