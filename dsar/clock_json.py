"""Events as staff and spreadsheets write them (the JSON of `deadline_cases.csv`): read strictly, written."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from dsar.clock_events import LONGEST, Event, EventKind, Flag, PauseCount
from dsar.errors import InputError
from dsar.vocabulary import Right

Kind = TypeVar("Kind", bound=StrEnum)

_LONGEST = 6_000  # characters: some fifty events

# LAW CLK-07 writes `suspend`, the shared cases write `allowed`; both mean that the DPO approved it.
_SUSPENSION = {"none": False, "allowed": True, "suspend": True}


def event_from(entry: object) -> Event:
    """Read one event such as `{"type": "id_requested", "at": "2026-03-04", "reasonable_doubt": true}`.

    Keys that a kind does not know are passed over (a note, a legal basis); a known key with a wrong
    value is refused.

    Raises:
        InputError: the entry is no object, its type is unknown, or a value has the wrong shape.
    """
    if not isinstance(entry, Mapping):
        raise InputError("event_malformed", 'each event is an object such as {"type": "request"}')
    kind = _choice(EventKind, entry, "type")
    if kind is None:
        raise InputError("event_malformed", 'each event needs a "type"')
    on, at = day_or_instant(entry["at"], kind) if entry.get("at") is not None else (None, None)
    return Event(kind=kind, on=on, at=at, **_READERS.get(kind, _nothing)(entry))


def entry_of(event: Event) -> dict[str, Any]:
    """Write an event so that `event_from` reads it back: for the record of what a due date came from."""
    moment = event.at or event.on
    said: dict[str, Any] = {
        "type": event.kind.value,
        "at": moment.isoformat() if moment else None,
        "right": event.right.value if event.right else None,
        "reasonable_doubt": event.doubt or None,
        "reason": "given" if event.reasoned else None,
        "new_due": event.new_due_on.isoformat() if event.new_due_on else None,
        "days": event.days,
        "ext": event.more_days,
        "pause_count": event.pause_count.value if event.pause_count else None,
        **_switches(event),
    }
    return {key: value for key, value in said.items() if value is not None}


def spelled(events: Iterable[Event]) -> str:
    """Spell the events of one case as a fact; an empty text if there are more than any case has."""
    text = json.dumps([entry_of(event) for event in events], separators=(",", ":"))
    return text if len(text) <= _LONGEST else ""


def read(text: str) -> tuple[Event, ...]:
    """Read what `spelled` wrote."""
    return tuple(event_from(entry) for entry in json.loads(text or "[]"))


def _switches(event: Event) -> dict[str, Any]:
    chosen = dict.fromkeys(event.forbids, False) | dict.fromkeys(event.allows, True)
    said: dict[str, Any] = {flag.value: on for flag, on in chosen.items()}
    if Flag.EU_SUSPENSION in chosen:
        said[Flag.EU_SUSPENSION.value] = "allowed" if chosen[Flag.EU_SUSPENSION] else "none"
    return said


def day_or_instant(text: object, field: str) -> tuple[date | None, datetime | None]:
    """Read an ISO 8601 day, or an instant with its offset. A time without offset is local: its day counts.

    Raises:
        InputError: `date_malformed`.
    """
    if isinstance(text, str):
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            pass
        else:
            return (moment.date(), None) if moment.tzinfo is None else (None, moment)
    hint = "write a day as 2026-03-02, or an instant as 2026-03-02T23:59:00+01:00"
    raise InputError("date_malformed", hint, field=field)


def _nothing(entry: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001  # most kinds have a date and no more
    return {}


def _request(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"right": _choice(Right, entry, "right")}


def _identity(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"doubt": bool(_switch(entry, "reasonable_doubt"))}


def _extension(entry: Mapping[str, Any]) -> dict[str, Any]:
    reason = entry.get("reason", "")
    if not isinstance(reason, str):
        raise InputError("reason_malformed", "write the reasons as text", field="reason")
    promised = entry.get("new_due")
    on = day_or_instant(promised, "new_due")[0] if promised is not None else None
    return {"reasoned": bool(reason.strip()), "new_due_on": on}


def _appeal(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"days": _days(entry, "days"), "more_days": _days(entry, "ext")}


def _policy(entry: Mapping[str, Any]) -> dict[str, Any]:
    choices = {
        Flag.EU_SUSPENSION: _suspension(entry),
        Flag.AUTHORITY_MOVES_START: _switch(entry, Flag.AUTHORITY_MOVES_START),
    }
    return {
        "pause_count": _choice(PauseCount, entry, "pause_count"),
        "allows": tuple(flag for flag, chosen in choices.items() if chosen is True),
        "forbids": tuple(flag for flag, chosen in choices.items() if chosen is False),
    }


_READERS: Mapping[EventKind, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    EventKind.REQUEST: _request,
    EventKind.ID_REQUESTED: _identity,
    EventKind.EXTENSION_NOTIFIED: _extension,
    EventKind.APPEAL: _appeal,
    EventKind.POLICY: _policy,
}


def _choice(kinds: type[Kind], entry: Mapping[str, Any], key: str) -> Kind | None:
    value = entry.get(key)
    if value is None:
        return None
    try:
        return kinds(value)
    except ValueError:
        hint = f"use one of {', '.join(kinds)}"
        raise InputError(f"{key}_unknown", hint, field=key) from None


def _switch(entry: Mapping[str, Any], key: str) -> bool | None:
    value = entry.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise InputError("switch_malformed", "write true or false, without quotes", field=key)


def _suspension(entry: Mapping[str, Any]) -> bool | None:
    value = entry.get(Flag.EU_SUSPENSION)
    if value is None:
        return None
    if isinstance(value, str) and value in _SUSPENSION:
        return _SUSPENSION[value]
    raise InputError(
        "eu_suspension_unknown", f"use one of {', '.join(_SUSPENSION)}", field=Flag.EU_SUSPENSION
    )


def _days(entry: Mapping[str, Any], key: str) -> int | None:
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LONGEST:
        return value
    raise InputError("days_malformed", f"write a whole number of days from 1 to {LONGEST}", field=key)
