"""The clock in words: every explanation whole, and every refusal of an event with its field and next move."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dsar.clock import reckon, reckon_all
from dsar.clock_events import LONGEST, YEARS, Event, EventKind, PauseCount
from dsar.clock_json import event_from
from dsar.clock_matter import matters
from dsar.errors import InputError
from dsar.regimes import regime_for
from dsar.vocabulary import Right
from tests.clocks import CALENDARS, clock, happened, receipt
from tests.explanations import explanations

KEPT = Path(__file__).parent / "explanations.txt"
DAY = date(2026, 3, 2)
ON = {"at": "2026-03-02"}
NUMBER = f"write a whole number of days from 1 to {LONGEST}"
TRUTH = "write true or false, without quotes"
ISO = "write a day as 2026-03-02, or an instant as 2026-03-02T23:59:00+01:00"


def said(error: pytest.ExceptionInfo[InputError]) -> tuple[str, str, str]:
    return error.value.field, error.value.reason, error.value.hint


def test_every_explanation_is_told_in_the_very_words_that_were_read_and_kept() -> None:
    assert explanations().splitlines() == KEPT.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("request", ("", "event_malformed", 'each event is an object such as {"type": "request"}')),
        ({}, ("", "event_malformed", 'each event needs a "type"')),
        ({"type": "x"}, ("type", "type_unknown", f"use one of {', '.join(EventKind)}")),
        ({"type": "request", "right": "x"}, ("right", "right_unknown", f"use one of {', '.join(Right)}")),
        ({"type": "verified", "at": "x"}, (EventKind.VERIFIED, "date_malformed", ISO)),
        (
            {"type": "id_requested", "reasonable_doubt": "true"},
            ("reasonable_doubt", "switch_malformed", TRUTH),
        ),
        (
            {"type": "extension_notified", "reason": 1},
            ("reason", "reason_malformed", "write the reasons as text"),
        ),
        ({"type": "extension_notified", "new_due": "x"}, ("new_due", "date_malformed", ISO)),
        ({"type": "appeal", "days": LONGEST + 1}, ("days", "days_malformed", NUMBER)),
        ({"type": "appeal", "ext": 0}, ("ext", "days_malformed", NUMBER)),
        (
            {"type": "policy", "pause_count": "x"},
            ("pause_count", "pause_count_unknown", f"use one of {', '.join(PauseCount)}"),
        ),
        (
            {"type": "policy", "eu_suspension": "x"},
            ("eu_suspension", "eu_suspension_unknown", "use one of none, allowed, suspend"),
        ),
        (
            {"type": "policy", "authority_moves_start": 1},
            ("authority_moves_start", "switch_malformed", TRUTH),
        ),
    ],
)
def test_a_wrong_entry_names_its_field_and_the_next_move(entry: object, told: tuple[str, str, str]) -> None:
    with pytest.raises(InputError) as error:
        event_from(entry)

    assert told == said(error)


@pytest.mark.parametrize(
    ("event", "reason", "hint"),
    [
        (
            Event(kind=EventKind.VERIFIED),
            "event_date_missing",
            'give it a day, for example "at": "2026-03-02"',
        ),
        (
            Event(kind=EventKind.VERIFIED, at=datetime(2026, 3, 2)),  # noqa: DTZ001  # that is what is refused
            "instant_naive",
            "an instant needs its offset; or give a day",
        ),
        (
            Event(kind=EventKind.VERIFIED, on=date(1, 1, 1)),
            "date_out_of_range",
            f"use a year from {YEARS[0]} to {YEARS[-1]}",
        ),
        (
            Event(kind=EventKind.VERIFIED, at=datetime.min.replace(tzinfo=UTC)),
            "date_out_of_range",
            "use a nearer date",
        ),
    ],
)
def test_a_day_that_cannot_be_names_its_event_and_the_next_move(event: Event, reason: str, hint: str) -> None:
    with pytest.raises(InputError) as error:
        event.local_day("America/Los_Angeles")

    assert (EventKind.VERIFIED, reason, hint) == said(error)


def test_what_opens_no_clock_or_lies_before_it_is_told_so() -> None:
    with pytest.raises(InputError) as nothing:
        matters(regime_for("UK-ENG", DAY), [happened("verified", DAY)])
    with pytest.raises(InputError) as early:
        clock("UK-ENG", DAY, happened("verified", "2026-03-01"))

    opens = 'one event must open the clock, for example {"type": "request", "right": "access"}'
    assert ("events", "request_missing", opens) == said(nothing)
    before = "its local date lies before the receipt; correct one of the two"
    assert (EventKind.VERIFIED, "event_before_receipt", before) == said(early)


@pytest.mark.parametrize("days", [1, LONGEST])
def test_an_appeal_runs_from_one_day_to_the_longest(days: int) -> None:
    assert days == event_from({"type": "appeal", **ON, "days": days}).days


def test_under_several_laws_each_is_reckoned_for_the_same_day() -> None:
    late = date(2027, 1, 4)
    regimes = [regime_for(code, DAY) for code in ("UK-ENG", "EU-DE")]
    found = reckon_all(regimes, [receipt(DAY)], CALENDARS, today=late)

    assert [reckon(r, [receipt(DAY)], CALENDARS, today=late).state for r in regimes] == [
        f.state for f in found
    ]
    assert {"overdue"} == {one.state for one in found}
