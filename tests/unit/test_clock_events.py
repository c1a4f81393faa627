"""What staff write is read strictly, and refused without repeating it."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import RightsRequest
from dsar.clock_events import Event, EventKind, Flag, PauseCount, opening
from dsar.clock_json import day_or_instant, event_from, read, spelled
from dsar.errors import InputError
from dsar.vocabulary import Channel, Right

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("type", "at", "right", "reasonable_doubt", "reason", "new_due", "days", "ext", "pause_count")
entries = st.dictionaries(
    st.sampled_from((*KEYS, *Flag)), json_values | st.sampled_from([*EventKind, *Right, "2026-03-02"])
)


@given(json_values | entries)
def test_anything_is_read_or_refused_with_a_next_move(entry: object) -> None:
    refused = None
    try:
        event_from(entry)
    except InputError as error:
        refused = error
    assert refused is None or (refused.hint and refused.__cause__ is None)


SECRET = "ada.osei@subject.example"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("request", "event_malformed"),
        ({}, "event_malformed"),
        ({"type": SECRET}, "type_unknown"),
        ({"type": ["request"]}, "type_unknown"),
        ({"type": "request", "right": SECRET}, "right_unknown"),
        ({"type": "verified", "at": SECRET}, "date_malformed"),
        ({"type": "verified", "at": 20260302}, "date_malformed"),
        ({"type": "verified", "at": "02/03/2026"}, "date_malformed"),
        ({"type": "id_requested", "at": "2026-03-02", "reasonable_doubt": "true"}, "switch_malformed"),
        ({"type": "extension_notified", "at": "2026-03-02", "reason": [SECRET]}, "reason_malformed"),
        (
            {"type": "extension_notified", "at": "2026-03-02", "reason": "x", "new_due": "soon"},
            "date_malformed",
        ),
        ({"type": "appeal", "days": 0}, "days_malformed"),
        ({"type": "appeal", "days": True}, "days_malformed"),
        ({"type": "appeal", "days": 1e9}, "days_malformed"),
        ({"type": "appeal", "days": 45, "ext": "60"}, "days_malformed"),
        ({"type": "policy", "pause_count": "generous"}, "pause_count_unknown"),
        ({"type": "policy", "eu_suspension": "yes"}, "eu_suspension_unknown"),
        ({"type": "policy", "eu_suspension": []}, "eu_suspension_unknown"),
        ({"type": "policy", "authority_moves_start": 1}, "switch_malformed"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_reason(entry: object, reason: str) -> None:
    with pytest.raises(InputError) as refused:
        event_from(entry)

    assert refused.value.reason == reason
    assert SECRET not in f"{refused.value} {refused.value.args} {refused.value.field}"


def test_each_kind_reads_its_own_keys_and_passes_over_the_rest() -> None:
    assert event_from({"type": "request", "right": "access", "note": "x"}).right is Right.ACCESS
    assert event_from({"type": "id_requested", "at": "2026-03-02", "reasonable_doubt": True}).doubt
    assert not event_from({"type": "id_requested", "at": "2026-03-02"}).doubt
    assert event_from({"type": "complaint", "basis": "s.164A"}) == Event(kind=EventKind.COMPLAINT)
    appeal = event_from({"type": "appeal", "days": 45, "ext": 60})
    assert (appeal.days, appeal.more_days) == (45, 60)
    policy = event_from({"type": "policy", "pause_count": "conservative", "eu_suspension": "none"})
    assert (policy.pause_count, policy.allows, policy.forbids) == (
        PauseCount.CONSERVATIVE,
        (),
        (Flag.EU_SUSPENSION,),
    )
    assert event_from({"type": "policy", "authority_moves_start": True}).allows == (
        Flag.AUTHORITY_MOVES_START,
    )


def test_the_text_of_the_reasons_stays_out_of_the_clock() -> None:
    notice = event_from({"type": "extension_notified", "at": "2026-03-02", "reason": SECRET})

    assert notice.reasoned
    assert SECRET not in repr(notice)


def test_a_day_an_instant_and_a_local_time_are_told_apart() -> None:
    assert day_or_instant("2026-03-02", "received") == (date(2026, 3, 2), None)
    assert day_or_instant(" 2026-03-02T23:59:00 ", "received") == (date(2026, 3, 2), None)
    instant = datetime(2026, 3, 2, 23, 59, tzinfo=timezone(timedelta(hours=1)))
    assert day_or_instant("2026-03-02T23:59:00+01:00", "received") == (None, instant)
    assert day_or_instant("2026-03-02T23:59:00Z", "received") == (
        None,
        datetime(2026, 3, 2, 23, 59, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (Event(kind=EventKind.VERIFIED), "event_date_missing"),
        (Event(kind=EventKind.VERIFIED, at=datetime(2026, 3, 2)), "instant_naive"),  # noqa: DTZ001
        (Event(kind=EventKind.VERIFIED, on=date(1989, 12, 31)), "date_out_of_range"),
        (Event(kind=EventKind.VERIFIED, on=date(2200, 1, 1)), "date_out_of_range"),
        (Event(kind=EventKind.VERIFIED, at=datetime.min.replace(tzinfo=UTC)), "date_out_of_range"),
    ],
)
def test_a_day_that_cannot_be_is_refused(event: Event, reason: str) -> None:
    with pytest.raises(InputError) as refused:
        event.local_day("America/Los_Angeles")

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("right", "kind"),
    [
        (Right.ACCESS, EventKind.REQUEST),
        (Right.COMPLAINT, EventKind.COMPLAINT),
        (Right.APPEAL, EventKind.APPEAL),
    ],
)
def test_a_rights_request_opens_its_own_clock(right: Right, kind: EventKind) -> None:
    received = datetime(2026, 3, 2, 9, tzinfo=UTC)
    request = RightsRequest(
        case_id="case_00000000000000000000",
        subject_id="sub_1",
        right=right,
        regime="UK-ENG",
        received_at=received,
        received_on=date(2026, 3, 2),
        channel=Channel.EMAIL,
    )

    assert opening(request) == Event(kind=kind, right=right, at=received)


@given(entries)
def test_what_was_read_is_written_so_that_it_reads_the_same_again(entry: dict[str, object]) -> None:
    try:
        event = event_from({"type": "request", "at": "2026-03-02", **entry})
    except InputError:
        return

    assert read(spelled([event, event])) == (event, event)


def test_more_events_than_any_case_has_are_not_spelled_rather_than_cut() -> None:
    event = Event(kind=EventKind.REQUEST, on=date(2026, 3, 2), right=Right.ACCESS)

    assert read(spelled([event] * 500)) == ()
