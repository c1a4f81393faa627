"""Events as a fact of the register: written whole, read back as they were."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.clock_events import Event, EventKind, Flag, PauseCount
from dsar.clock_json import _LONGEST, entry_of, event_from, read, spelled
from dsar.vocabulary import Right

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EVENTS = (
    (Event(kind=EventKind.VERIFIED), {"type": "verified"}),
    (
        Event(kind=EventKind.REQUEST, at=AT, right=Right.ACCESS),
        {"type": "request", "at": "2026-03-02T09:30:00+00:00", "right": "access"},
    ),
    (
        Event(kind=EventKind.ID_REQUESTED, on=DAY, doubt=True),
        {"type": "id_requested", "at": "2026-03-02", "reasonable_doubt": True},
    ),
    (
        Event(kind=EventKind.EXTENSION_NOTIFIED, on=DAY, reasoned=True, new_due_on=date(2026, 6, 2)),
        {"type": "extension_notified", "at": "2026-03-02", "reason": "given", "new_due": "2026-06-02"},
    ),
    (Event(kind=EventKind.EXTENSION_NOTIFIED, on=DAY), {"type": "extension_notified", "at": "2026-03-02"}),
    (
        Event(kind=EventKind.APPEAL, on=DAY, days=45, more_days=60),
        {"type": "appeal", "at": "2026-03-02", "days": 45, "ext": 60},
    ),
    (
        Event(
            kind=EventKind.POLICY,
            pause_count=PauseCount.CONSERVATIVE,
            allows=(Flag.EU_SUSPENSION,),
            forbids=(Flag.AUTHORITY_MOVES_START,),
        ),
        {
            "type": "policy",
            "pause_count": "conservative",
            "authority_moves_start": False,
            "eu_suspension": "allowed",
        },
    ),
    (
        Event(kind=EventKind.POLICY, allows=(Flag.AUTHORITY_MOVES_START,), forbids=(Flag.EU_SUSPENSION,)),
        {"type": "policy", "authority_moves_start": True, "eu_suspension": "none"},
    ),
)


@pytest.mark.parametrize(("event", "entry"), EVENTS, ids=lambda part: getattr(part, "kind", ""))
def test_an_event_is_written_whole_and_read_back(event: Event, entry: dict[str, object]) -> None:
    assert entry == entry_of(event)
    assert event == event_from(entry_of(event))


@given(st.lists(st.sampled_from([event for event, _ in EVENTS]), max_size=5))
def test_what_was_spelled_is_read_as_it_was(events: list[Event]) -> None:
    assert tuple(events) == read(spelled(events))
    assert " " not in spelled(events)


def test_more_than_any_case_has_is_not_spelled_in_part() -> None:
    one = len(spelled([Event(kind=EventKind.VERIFIED)])) - 1  # each further one, with its comma
    most = (_LONGEST - 1) // one

    assert spelled([Event(kind=EventKind.VERIFIED)] * most)
    assert "" == spelled([Event(kind=EventKind.VERIFIED)] * (most + 1))
    assert () == read("")
