"""What the world was told: tried again, sent again, or no longer told."""

from desk.desk import Desk
from dsar.errors import InputError
from dsar.ports.relay import Course


def replay(desk: Desk, destination: str, *, after: int | None = None) -> int:
    """Have a destination's dead events tried again, or everything after a position sent once more.

    Returns how many were dead. Whoever receives may get what they had already: each event has an id.

    Raises:
        InputError: `destination_unknown`, `position_invalid`.
    """
    _known(desk, destination)
    if after is None:
        return desk.relays.revive(destination, desk.now())
    if after < 0:
        raise InputError("position_invalid", "give a position as `events list` shows it, or 0", field="after")
    desk.relays.rewind(destination, after)
    return 0


def drop(desk: Desk, destination: str) -> None:
    """Forget a destination that is told nothing any more. Named again, it is told everything from the start.

    Raises:
        InputError: `destination_unknown`; `destination_served`: a worker tells it at this moment.
    """
    course = _known(desk, destination)
    if course.holder and course.until and course.until > desk.now():
        hint = "a worker tells it: take it out of DSAR_EVENTS_FILE and restart the workers first"
        raise InputError("destination_served", hint, field="destination")
    desk.relays.drop(destination)


def _known(desk: Desk, destination: str) -> Course:
    found = next((one for one in desk.relays.courses() if one.destination == destination), None)
    if found is None:
        raise InputError("destination_unknown", "see `events list`", field="destination")
    return found
