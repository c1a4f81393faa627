"""Requests that arrive from other programs, as CloudEvents 1.0 in structured JSON, read critically.

    {"specversion": "1.0", "id": "…", "source": "/forms/privacy", "type": "dsar.request.received",
     "data": {"right": "access", "regime": "UK-ENG", "email": "…"}}

`data` holds the fields of `dsar.intake.NewRequest` as texts, but no intake key: one event is one message.
What is refused is named by its place; nothing that stands there is repeated.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from dsar.errors import InputError
from dsar.intake import NewRequest

TYPE = "dsar.request.received"
MOST = 65_536  # bytes of an event
_FIELDS = frozenset(one.name for one in fields(NewRequest)) - {"intake_key"}
_LONGEST = 1000  # characters of a field, of an id and of a source
_ATTRIBUTES = ("specversion", "id", "source", "type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One event: what makes it one (`event`), what it says in one spelling, and the request in it."""

    event: str
    content: str = field(repr=False)
    request: NewRequest = field(repr=False)


def arrival(body: bytes) -> Arrival:
    """Read an event.

    Raises:
        InputError: `event_too_large`, `event_malformed`, `event_type_unknown`, `field_unknown`,
            `field_malformed`.
    """
    if len(body) > MOST:
        raise InputError("event_too_large", f"send at most {MOST} bytes", field="body")
    event = _parsed(body)
    said = {name: _text(event, name) for name in _ATTRIBUTES}
    if said["specversion"] != "1.0":
        raise InputError("event_malformed", "send CloudEvents 1.0", field="specversion")
    if said["type"] != TYPE:
        raise InputError("event_type_unknown", f"the only type that is taken is {TYPE}", field="type")
    data = event.get("data")
    if not isinstance(data, dict):
        raise InputError("event_malformed", "send the request as a JSON object", field="data")
    return Arrival(
        event=f"{said['source']} {said['id']}",
        content=json.dumps(data, sort_keys=True),
        request=_request(data),
    )


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(body.decode("utf-8"), object_pairs_hook=each_once)
    except (ValueError, RecursionError):  # a UnicodeDecodeError is a ValueError
        raise InputError(
            "event_malformed", "send one JSON object in UTF-8, each key once", field="body"
        ) from None
    if not isinstance(event, dict):
        raise InputError("event_malformed", "send one JSON object", field="body")
    return event


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers may take different ones of two equal keys: neither is taken."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise InputError("event_malformed", f"send a text of 1 to {_LONGEST} characters", field=name)
    return value


def _request(data: Mapping[str, Any]) -> NewRequest:
    if set(data) - _FIELDS:
        hint = f"{len(set(data) - _FIELDS)} unknown; send only: {', '.join(sorted(_FIELDS))}"
        raise InputError("field_unknown", hint, field="data")
    for name in sorted({"right", "regime"} | set(data)):
        if not isinstance(data.get(name), str) or len(data[name]) > _LONGEST:
            hint = f"send a text of at most {_LONGEST} characters"
            raise InputError("field_malformed", hint, field=f"data.{name}")
    return NewRequest(**data)
