"""What staff see: one due date with its reasons, a whole spreadsheet, and the law in words."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.due import COLUMNS, Question, due, recompute
from dsar.errors import InputError
from tests.clocks import CALENDARS

CASES = Path(__file__).parent / "deadline_cases.csv"
REQUEST = '[{"type": "request", "right": "access"}]'
CLARIFYING = ', {"type": "clarification_requested", "at": "2026-03-09"}'
FEE = ', {"type": "fee_requested", "at": "2026-03-09"}'
ANSWERED = ', {"type": "answered", "at": "2026-03-10"}'


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def sheet(*rows: str) -> tuple[list[list[str]], str, int]:
    """Recompute a spreadsheet; return its rows, the complaints and how many were bad."""
    target, errors = io.StringIO(), io.StringIO()
    bad = recompute(io.StringIO("\n".join(rows)), target, errors, CALENDARS)
    return list(csv.reader(io.StringIO(target.getvalue()))), errors.getvalue(), bad


HEAD = "id,jurisdiction,received,events,kind"
GOOD = 'a,UK-ENG,2026-03-02,"[{""type"": ""request"", ""right"": ""access""}]",first'


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_the_dated_cases_come_out_as_published(case: dict[str, str]) -> None:
    found = due(Question(case["jurisdiction"], case["received"], case["events"], case["kind"]), CALENDARS)

    assert found.due == case["expected_due"]
    stated = re.findall(r"\d{4}-\d\d-\d\d", found.explanation[-1])
    assert stated == ([] if found.due in {"PAUSED", "NOT_STARTED"} else [found.due])


def test_the_file_of_cases_is_recomputed_as_it_stands() -> None:
    target, errors = io.StringIO(), io.StringIO()
    with CASES.open(encoding="utf-8", newline="") as source:
        assert recompute(source, target, errors, CALENDARS) == 0

    rows = list(csv.DictReader(io.StringIO(target.getvalue())))
    assert [(row["id"], row["due"]) for row in rows] == [(row["id"], row["expected_due"]) for row in cases()]
    assert list(rows[0]) == ["id", "due", "state"]
    assert errors.getvalue() == ""


@pytest.mark.parametrize(
    ("events", "due_and_state"),
    [
        ("", ("2026-04-02", "running")),
        (CLARIFYING, ("PAUSED", "paused")),
        (FEE, ("NOT_STARTED", "not_started")),
        (FEE + ANSWERED, ("NOT_STARTED", "answered")),
        (CLARIFYING + ANSWERED, ("PAUSED", "answered")),
        (ANSWERED, ("2026-04-02", "answered")),
        (', {"type": "verified", "at": "2026-04-03"}', ("2026-04-02", "overdue")),
        (
            ', {"type": "extension_notified", "at": "2026-03-09", "reason": "number"}',
            ("2026-06-02", "extended"),
        ),
    ],
)
def test_every_state_is_told(events: str, due_and_state: tuple[str, str]) -> None:
    found = due(Question("UK-ENG", "2026-03-02", f"{REQUEST[:-1]}{events}]", "extended"), CALENDARS)

    assert (found.due, found.state) == due_and_state


def test_a_request_with_a_date_of_its_own_is_dated_by_it() -> None:
    later = '[{"type": "request", "right": "access", "at": "2026-03-05"}]'

    assert due(Question("UK-ENG", "2026-03-02", later), CALENDARS).due == "2026-04-07"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (Question("XX", "2026-03-02", REQUEST), "regime_unknown"),
        (Question("UK-ENG", "2 March", REQUEST), "date_malformed"),
        (Question("UK-ENG", "", REQUEST), "date_malformed"),
        (Question("UK-ENG", "1969-03-02", REQUEST), "date_out_of_range"),
        (Question("UK-ENG", "2001-03-02", REQUEST), "regime_not_in_force"),
        (Question("UK-ENG", "2026-03-02", "access"), "events_malformed"),
        (Question("UK-ENG", "2026-03-02", "{}"), "events_malformed"),
        (Question("UK-ENG", "2026-03-02", "[" * 90_000), "events_malformed"),
        (Question("UK-ENG", "2026-03-02", " " * 100_001), "events_too_long"),
        (Question("UK-ENG", "2026-03-02", "[]"), "request_missing"),
        (Question("UK-ENG", "2026-03-02", "[1]"), "event_malformed"),
        (Question("UK-ENG", "2026-03-02", REQUEST, "last"), "kind_unknown"),
        (Question("UK-ENG", "2026-03-02", REQUEST, "ack"), "no_ack_period"),
        (Question("JP", "2026-03-02", REQUEST), "no_fixed_period"),
        (Question("EU-DE", "2026-07-02", '[{"type": "complaint"}]'), "no_fixed_period"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_a_next_move(question: Question, reason: str) -> None:
    with pytest.raises(InputError) as refused:
        due(question, CALENDARS)

    assert refused.value.reason == reason
    assert refused.value.hint


def test_a_bad_row_is_named_by_its_line_and_the_others_are_computed() -> None:
    rows, errors, bad = sheet(
        HEAD, GOOD, 'b,UK-ENG,soon,"[\n]",first', "c,UK-ENG", "", GOOD.replace("a,", "d,")
    )

    assert rows[1:] == [
        ["a", "2026-04-02", "running"],
        ["b", "", "error"],
        ["c", "", "error"],
        ["d", "2026-04-02", "running"],
    ]
    assert bad == 2
    assert [line.split(":")[0] for line in errors.splitlines()] == ["line 3", "line 5"]
    assert "soon" not in errors


def test_a_cell_too_long_spoils_its_row_only() -> None:
    rows, errors, bad = sheet(HEAD, GOOD, f"b,{'x' * 200_000},,,", GOOD)

    assert [row[2] for row in rows[1:]] == ["running", "error", "running"]
    assert bad == 1
    assert errors.startswith("line 3: ")


def test_columns_may_stand_in_any_order_and_others_are_passed_over() -> None:
    rows, _, bad = sheet(
        "\ufeffkind, note,id,events,received,jurisdiction,expected_due",
        'first,"x, y",a,"[{""type"": ""request""}]",2026-03-02,UK-ENG,2020-01-01',
    )

    assert rows[1:] == [["a", "2026-04-02", "running"]]
    assert bad == 0


@pytest.mark.parametrize("head", ["", "id,received", "id;jurisdiction;received;events;kind"])
def test_a_file_without_the_columns_is_refused_and_told_which(head: str) -> None:
    with pytest.raises(InputError, match="jurisdiction") as refused:
        sheet(head, GOOD)

    assert refused.value.reason == "columns_missing"


@given(st.lists(st.lists(st.text(max_size=20), min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=5))
def test_whatever_stands_in_the_cells_each_row_comes_out_once_under_its_id(cells: list[list[str]]) -> None:
    source = io.StringIO(newline="")
    csv.writer(source).writerows([list(COLUMNS), *cells])
    target, errors = io.StringIO(newline=""), io.StringIO()
    source.seek(0)

    bad = recompute(source, target, errors, CALENDARS)
    target.seek(0)
    assert [row[0] for row in csv.reader(target)][1:] == [row[0].replace("\r", "\n") for row in cells]
    assert bad == errors.getvalue().count("line ")
