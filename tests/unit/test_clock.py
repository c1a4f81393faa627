"""What holds for every date and every order of events (LAW.md §11)."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st

from dsar.clock import Asked, ClockState, Reckoning, reckon
from dsar.clock_days import Days, add_months
from dsar.clock_events import Event, EventKind, PauseCount
from dsar.regimes import regime_for, versions
from dsar.vocabulary import Right
from tests.clocks import CALENDARS, DAY, clarified, clock, happened, receipt

MONTHLY = ("EU", "EU-DE-BY", "EU-IE", "EU-ES-CN", "UK", "UK-ENG", "UK-SCT", "UK-NIR")
VARIED = (*MONTHLY, "US-CA", "US-VA", "US-CO", "CH", "BR", "CA", "CA-QC", "NZ", "SG", "IN", "ZA")

days = st.dates(date(2026, 6, 19), date(2031, 12, 31))
later = st.integers(0, 130)
monthly = st.sampled_from(MONTHLY)
everywhere = st.sampled_from(VARIED)
IMMEDIATE = [  # where one of these has a clock of its own
    (code, right)
    for code in VARIED
    for right in (Right.MARKETING_OBJECTION, Right.OPT_OUT, Right.LIMIT)
    if right in versions(code)[-1].law.rights
]
rights = st.sampled_from([right for right in Right if right not in {Right.COMPLAINT, Right.APPEAL}])


@st.composite
def pauses(draw: st.DrawFn) -> tuple[int, int]:
    """Days after receipt on which a clarification was asked and answered."""
    asked = draw(later)
    return asked, asked + draw(st.integers(0, 40))


@st.composite
def histories(draw: st.DrawFn) -> tuple[date, list[Event]]:
    """A receipt and up to eight things that happened after it."""
    received = draw(days)
    kinds = [kind for kind in EventKind if kind not in {"request", "complaint", "appeal"}]
    more = {"reasonable_doubt": True, "reason": "complexity", "eu_suspension": "allowed"}
    drawn = draw(st.lists(st.tuples(st.sampled_from(kinds), later), max_size=8))
    return received, [happened(kind, received + gap * DAY, **more) for kind, gap in drawn]


def paused(received: date, gaps: list[tuple[int, int]]) -> list[Event]:
    return clarified(*((received + asked * DAY, received + answered * DAY) for asked, answered in gaps))


def dates(found: Reckoning) -> tuple[object, ...]:
    return found.state, found.relevant_on, found.first_due_on, found.due_on, found.target_on, found.ack_on


@given(monthly, days)
def test_a_month_is_a_month_and_ends_on_a_working_day(code: str, received: date) -> None:
    due = clock(code, received).due_on

    assert due is not None
    unrolled = add_months(received, 1)
    regime = regime_for(code, received)
    between = [unrolled + n * DAY for n in range((due - unrolled).days)]
    working = Days(CALENDARS, regime.calendar)
    assert 28 <= (unrolled - received).days <= 31
    assert not working.off(due)
    assert all(working.off(day) for day in between)


@given(monthly, days, st.integers(0, 28))
def test_an_extension_is_three_months_from_the_start_not_two_from_the_first_due(
    code: str, received: date, gap: int
) -> None:
    found = clock(code, received, happened("extension_notified", received + gap * DAY, reason="complexity"))

    regime = regime_for(code, received)
    assert found.due_on == Days(CALENDARS, regime.calendar).roll(add_months(received, 3))
    assert found.extended


@given(everywhere, days, st.integers(1, 400), rights)
def test_a_later_receipt_never_gives_an_earlier_due_date(
    code: str, received: date, gap: int, right: Right
) -> None:
    assume(versions(code)[-1].law.covers(received))
    early = clock(code, received, right=right)
    late = clock(code, received + gap * DAY, right=right)

    assert (early.due_on or date.min) <= (late.due_on or date.min)


@given(monthly, days, st.lists(pauses(), max_size=4), pauses(), st.sampled_from(PauseCount))
@example(
    "UK-ENG", date(2026, 7, 18), [], (31, 40), PauseCount.INCLUSIVE
)  # asked on the last day before the roll
@example("UK-ENG", date(2026, 7, 8), [], (33, 34), PauseCount.CONSERVATIVE)  # asked on a day won by the roll
def test_one_more_pause_never_moves_a_date_earlier(
    code: str, received: date, gaps: list[tuple[int, int]], more: tuple[int, int], count: PauseCount
) -> None:
    policy = happened("policy", pause_count=count, eu_suspension="allowed")
    before = clock(code, received, policy, *paused(received, gaps))
    after = clock(code, received, policy, *paused(received, [*gaps, more]))

    assert before.due_on is not None
    assert after.due_on is not None
    assert before.due_on <= after.due_on


@given(monthly, days, pauses())
def test_the_clock_never_runs_out_while_it_stands_still(
    code: str, received: date, gap: tuple[int, int]
) -> None:
    asked, answered = (received + days * DAY for days in gap)
    policy = happened("policy", eu_suspension="allowed")
    due = clock(code, received).due_on
    open_ = clock(code, received, policy, happened("clarification_requested", asked))
    closed = clock(code, received, policy, *paused(received, [gap]))

    assert due is not None
    assert closed.due_on is not None
    assert (open_.state is ClockState.PAUSED) == (asked <= due)
    assert closed.due_on >= answered or asked > due


@given(everywhere, histories(), later, rights)
def test_a_lawful_extension_never_moves_the_due_date_earlier(
    code: str, history: tuple[date, list[Event]], gap: int, right: Right
) -> None:
    received, events = history
    assume(versions(code)[-1].law.covers(received))
    notice = happened(
        "extension_notified", received + gap * DAY, reason="number", new_due=(received + 90 * DAY).isoformat()
    )
    before = clock(code, received, *events, right=right)
    after = clock(code, received, *events, notice, right=right)

    if before.due_on and after.due_on:
        assert before.due_on <= after.due_on
    elif before.due_on:  # what was asked after the first period came too late, and is now in time
        assert after.state in {ClockState.PAUSED, ClockState.ANSWERED}
    assert before.first_due_on == after.first_due_on


@given(everywhere, histories(), rights, st.data())
def test_the_order_of_recording_does_not_matter(
    code: str, history: tuple[date, list[Event]], right: Right, data: st.DataObject
) -> None:
    received, events = history
    assume(versions(code)[-1].law.covers(received))
    shuffled = data.draw(st.permutations([receipt(received, right), *events]))

    there = clock(code, received, *events, right=right)
    back = reckon(regime_for(code, received), shuffled, CALENDARS)
    assert dates(there) == dates(back)
    assert there.explanation == back.explanation


@given(everywhere, histories(), rights)
def test_the_explanation_ends_with_the_date_and_every_line_names_its_rule(
    code: str, history: tuple[date, list[Event]], right: Right
) -> None:
    received, events = history
    assume(versions(code)[-1].law.covers(received))
    found = clock(code, received, *events, right=right)

    for asked in Asked:
        answer = found.answer(asked)
        if answer:
            assert answer.explanation[-1].on == answer.on
            assert str(answer.on or "") in str(answer.explanation[-1])
            assert all(line.cite.rule and line.cite.article for line in answer.explanation)


@given(everywhere, histories(), rights)
def test_the_target_is_never_after_the_due_date_nor_the_first_after_the_extended(
    code: str, history: tuple[date, list[Event]], right: Right
) -> None:
    received, events = history
    assume(versions(code)[-1].law.covers(received))
    found = clock(code, received, *events, right=right)

    if found.due_on:
        assert found.target_on is not None
        assert found.target_on <= found.due_on
        assert found.first_due_on is not None
        assert found.first_due_on <= found.due_on


@given(everywhere, histories(), rights, st.integers(0, 200))
def test_only_a_date_can_be_overdue(
    code: str, history: tuple[date, list[Event]], right: Right, gap: int
) -> None:
    received, events = history
    assume(versions(code)[-1].law.covers(received))
    today = received + gap * DAY
    found = clock(code, received, *events, right=right, today=today)

    late = found.due_on is not None and today > found.due_on
    assert (found.state is ClockState.OVERDUE) == (late and found.state is not ClockState.ANSWERED)
    assert (found.due_on is None) >= (found.state in {ClockState.PAUSED, ClockState.NOT_STARTED})


@given(everywhere, st.datetimes(datetime(2026, 6, 20), datetime(2031, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_the_local_day_counts_whatever_offset_the_instant_is_written_in(
    code: str, moment: datetime, minutes: int
) -> None:
    instant = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    zone = ZoneInfo(versions(code)[0].zone)
    assume(versions(code)[-1].law.covers(instant.astimezone(zone).date()))

    as_written = clock(code, instant.isoformat())
    in_utc = clock(code, instant.astimezone(UTC).isoformat())
    by_day = clock(code, instant.astimezone(zone).date())
    assert dates(as_written) == dates(in_utc) == dates(by_day)


@given(monthly, days, pauses(), st.sampled_from([Right.ERASURE, Right.RECTIFICATION, Right.PORTABILITY]))
def test_no_clarification_stops_the_clock_of_another_right_than_access(
    code: str, received: date, gap: tuple[int, int], right: Right
) -> None:
    policy = happened("policy", eu_suspension="allowed")
    bare = clock(code, received, right=right)

    assert dates(clock(code, received, policy, *paused(received, [gap]), right=right))[1:] == dates(bare)[1:]


@given(st.sampled_from(IMMEDIATE), histories())
def test_nothing_delays_a_marketing_objection_or_an_opt_out_where_it_has_its_own_clock(
    asked: tuple[str, Right], history: tuple[date, list[Event]]
) -> None:
    (code, right), (received, events) = asked, history
    assume(versions(code)[-1].law.covers(received))
    assume(right in regime_for(code, received).law.rights)
    rule = regime_for(code, received).law.rights[right]

    found = clock(code, received, *events, right=right)
    assert rule.first is not None
    assert found.due_on == clock(code, received, right=right).due_on
    assert found.relevant_on == received
