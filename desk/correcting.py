"""Corrections at the desk: where each is held, shown to whoever must check it, accepted or refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from activities.versions import open_before, open_wishes
from desk import cases
from desk.desk import Desk
from desk.revealing import note_revealed
from desk.tasks import seal_proof
from dsar.case import Decision
from dsar.decision_kinds import ACCEPT_CORRECTION, REFUSE_CORRECTION
from dsar.errors import InputError
from dsar.rectified import Place, corrections_of
from dsar.vocabulary import Role, Status

NONE: Mapping[str, str] = MappingProxyType({})
ANSWERS: Mapping[str, str] = {"accept": ACCEPT_CORRECTION, "refuse": REFUSE_CORRECTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One correction: where it was found, what was decided, and, if asked for, both versions."""

    number: int
    state: str
    places: tuple[Place, ...]
    what: str = field(default="", repr=False)
    right: str = field(default="", repr=False)
    stands: tuple[str, ...] = field(default=(), repr=False)


def corrections(desk: Desk, case_id: str, *, reveal: bool = False, by: str = "") -> tuple[Line, ...]:
    """Return the corrections of a case. Their values are shown to staff who ask by name, and that is noted.

    Raises:
        InputError: `no_corrections`, `handle_unknown`.
    """
    desk.case(case_id)
    wishes = open_wishes(desk.vault, case_id)
    if not wishes:
        hint = "this case asks for no correction; see `show`"
        raise InputError("no_corrections", hint, field="case")
    entries = desk.register.evidence(case_id)
    known = corrections_of(entries, len(wishes))
    states = dict.fromkeys(known.accepted, "accepted") | dict.fromkeys(known.refused, "refused")
    lines = tuple(
        Line(
            number=number,
            state=states.get(number, "undecided"),
            places=tuple(place for place in known.places if place.number == number),
        )
        for number in wishes
    )
    return _revealed(desk, case_id, lines, by) if reveal else lines


def _revealed(desk: Desk, case_id: str, lines: tuple[Line, ...], by: str) -> tuple[Line, ...]:
    note_revealed(desk, case_id, by, corrections=len(lines))
    wishes = open_wishes(desk.vault, case_id)
    return tuple(
        Line(
            number=line.number,
            state=line.state,
            places=line.places,
            what=wishes[line.number].attribute,
            right=wishes[line.number].value,
            stands=tuple(old for place in line.places for old in _stood(desk, case_id, place)),
        )
        for line in lines
    )


def _stood(desk: Desk, case_id: str, place: Place) -> tuple[str, ...]:
    return open_before(desk.vault, case_id, place.system, place.order)[place.place].olds


async def decide(  # noqa: PLR0913  # what a decision must say
    desk: Desk,
    case_id: str,
    number: int,
    answer: str,
    *,
    by: str,
    reason: str,
    ground: str = "",
    facts: Mapping[str, str] = NONE,
    proof: bytes = b"",
) -> Status:
    """Accept or refuse one correction, with what shows it. Reason and proof are sealed.

    Raises:
        InputError: `answer_unknown`, `proof_too_large`, or why the case refuses it.
    """
    if answer not in ANSWERS:
        raise InputError("answer_unknown", f"choose one of {', '.join(ANSWERS)}", field="answer")
    desk.case(case_id)
    decision = Decision(
        kind=ANSWERS[answer],
        by=by,
        role=desk.role(by, Role.DPO),
        system=str(number),
        ground=ground,
        facts=dict(facts),
        proof=seal_proof(desk, case_id, proof),
        decided_at=desk.now(),
    )
    return await cases.decide(desk, case_id, decision, reason)
