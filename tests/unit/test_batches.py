"""Who goes next: the most urgent first, as many as fit, nobody alone for long, a spoilt list by halves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dsar.batches import (
    LITTLE,
    LONGEST_WINDOW,
    URGENT,
    WINDOW,
    Answer,
    Batch,
    Prepared,
    Waiting,
    chosen,
    joined,
    receipts,
    urgency,
)
from dsar.budget import Month
from dsar.deeds import Result, Step
from dsar.vocabulary import Category

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
MOST = 7

rows = st.builds(
    Waiting,
    case_id=st.integers(0, 10**9).map(lambda number: f"case_{number}"),
    deed=st.just("1"),
    keys=st.integers(1, 9),
    due_on=st.none() | st.dates(date(2026, 11, 1), date(2027, 1, 1)),
    since_at=st.timedeltas(timedelta(), timedelta(days=3)).map(lambda ago: NOW - ago),
    pack=st.sampled_from(["", "", "", "half", "other"]),
)
lines = st.lists(rows, min_size=1, max_size=30, unique_by=lambda row: row.place)
months = st.none() | st.builds(
    Month, per_month=st.integers(1, 500), used=st.integers(0, 500), at=st.just(NOW)
)


def one(number: int, *, due: int | None = 30, ago: timedelta = timedelta(), pack: str = "") -> Waiting:
    on = NOW.date() + timedelta(days=due) if due is not None else None
    return Waiting(case_id=f"case_{number}", deed="1", keys=1, due_on=on, since_at=NOW - ago, pack=pack)


def sent(line: Sequence[Waiting], most: int = MOST, month: Month | None = None) -> tuple[Waiting, ...]:
    found = chosen(line, most, NOW, month)
    assert isinstance(found, tuple), found
    return found


@given(line=lines, month=months)
def test_nobody_goes_before_one_who_is_more_urgent(line: list[Waiting], month: Month | None) -> None:
    gone = chosen(line, MOST, NOW, month)
    if isinstance(gone, timedelta):
        return
    alike = [row for row in line if row not in gone and bool(row.pack) == bool(gone[0].pack)]
    if gone[0].pack:
        assert {row.pack for row in gone} == {gone[0].pack}
        assert urgency(gone[0]) < min(map(urgency, alike), default=(date.max, NOW, ("~", "~")))
        return

    assert max(map(urgency, gone)) < min(map(urgency, alike), default=(date.max, NOW, ("~", "~")))
    assert len(gone) == 1 or sum(row.keys for row in gone) <= MOST
    if alike:  # the next one found no room
        assert sum(row.keys for row in gone) + min(alike, key=urgency).keys > MOST


@given(line=lines, month=months)
def test_everybody_goes_at_last_and_once(line: list[Waiting], month: Month | None) -> None:
    late, left, gone = NOW + LONGEST_WINDOW, list(line), list[Waiting]()
    while left:
        batch = chosen(left, MOST, late, month)
        assert isinstance(batch, tuple)
        gone += batch
        left = [row for row in left if row not in batch]

    assert sorted(gone, key=urgency) == sorted(line, key=urgency)


def test_a_thousand_need_ten_lists_of_a_hundred() -> None:
    left, calls = [one(number, due=number % 40) for number in range(1000)], 0
    while left:
        batch = {row.place for row in sent(left, 100)}
        left, calls = [row for row in left if row.place not in batch], calls + 1

    assert 10 == calls


def test_a_case_alone_waits_a_minute_and_a_full_list_not_at_all() -> None:
    assert WINDOW == chosen([one(1)], MOST, NOW)
    assert timedelta(seconds=20) == chosen([one(1, ago=timedelta(seconds=40))], MOST, NOW)
    assert [one(1, ago=WINDOW)] == [*sent([one(1, ago=WINDOW)])]
    assert MOST == len(sent([one(number) for number in range(MOST)]))


def test_when_little_is_left_lists_stay_open_longer_but_not_for_the_urgent() -> None:
    plenty = Month(per_month=100, used=100 - LITTLE - 1, at=NOW)
    little = replace(plenty, used=100 - LITTLE)
    last = replace(plenty, used=99)
    calm, urgent = one(1, ago=WINDOW), one(2, due=URGENT.days, ago=WINDOW)

    assert (calm,) == sent([calm], month=plenty)
    assert [LONGEST_WINDOW - WINDOW] * 2 == [chosen([calm], MOST, NOW, month) for month in (little, last)]
    assert (urgent, calm) == sent([calm, urgent], month=last)
    assert (urgent,) == sent([calm, urgent], 1, month=last)
    soon = replace(last, at=last.resets_at - timedelta(hours=5))
    late = replace(calm, since_at=soon.at)
    assert timedelta(hours=5) == chosen([late], MOST, soon.at, soon)


def test_the_halves_of_a_refused_list_travel_apart() -> None:
    line = [one(number, pack="left" if number < 3 else "right") for number in range(5)]

    assert [0, 1, 2] == [int(row.case_id[5:]) for row in sent([*line, one(9)])]


@given(st.lists(rows, min_size=2, max_size=20, unique_by=lambda row: row.place))
def test_halving_ends_with_each_alone_and_loses_nobody(line: list[Waiting]) -> None:
    first, second = Batch(number="1", rows=tuple(line)).halves

    assert [*first, *second] == line
    assert 0 <= len(first) - len(second) <= 1


def test_a_deed_is_answered_when_all_of_its_ids_are() -> None:
    taken, refused = Answer(job="j"), Answer(reason="id_unknown")

    assert joined(["a", "b"], {"a": taken}) is None
    assert taken == joined(["a", "b"], {"a": taken, "b": taken})
    assert refused == joined(["a", "b"], {"a": refused, "b": taken})


def test_each_receipt_has_its_own_counts_and_the_batchs_answer() -> None:
    prepared = Prepared(keys=("9001",), counts={"users": 1, "events": 0})
    steps = [
        Step(system="a", collection=name, category=Category.PROFILE, count=1) for name in prepared.counts
    ]
    told = Answer(job="2026-12-01", ready_after=timedelta(days=1), requests=("req_1",))

    users, events = receipts(steps, Prepared.from_bytes(prepared.to_bytes()), told)

    assert (Result.ACCEPTED, 1, "2026-12-01") == (users.result, users.count, users.job)
    assert (Result.ALREADY, 0, "") == (events.result, events.count, events.job)
    assert "9001" not in repr(prepared)
