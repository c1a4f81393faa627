"""No period ever sees more calls than an account's budget, whoever makes them and whoever dies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dsar.budget import ASK_AGAIN, Budget, Spent, leave

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TEN_A_SECOND = Budget(calls=10, period=timedelta(seconds=1))
ONE_ABREAST = Budget(calls=10, period=timedelta(seconds=1), abreast=1)
A_WHILE = timedelta(seconds=7)

budgets = st.builds(
    Budget,
    calls=st.integers(1, 40),
    period=st.timedeltas(timedelta(seconds=1), timedelta(hours=1)),
)
asked = st.lists(st.tuples(st.floats(0, 0.4), st.integers(1, 60), st.booleans()), max_size=60)


def spent(budget: Budget, given: list[tuple[datetime, int]], now: datetime) -> Spent:
    counting = [(until, calls) for until, calls in given if until > now - budget.counts]
    oldest = min((until for until, _ in counting), default=None)
    return Spent(calls=sum(calls for _, calls in counting), oldest_at=oldest)


@given(budget=budgets, asked=asked)
def test_no_period_sees_more_calls_than_the_budget(
    budget: Budget, asked: list[tuple[float, int, bool]]
) -> None:
    now, leases, begun = NOW, list[tuple[datetime, int]](), list[datetime]()
    for pause, want, late in asked:
        now += budget.period * pause
        found = leave(budget, spent(budget, leases, now), want, now)
        if isinstance(found, timedelta):
            continue
        leases.append((now + budget.lasts, found[0]))
        begun += [now + budget.lasts if late else now] * found[0]

    for first in begun:
        assert budget.calls >= sum(first <= each < first + budget.period for each in begun)


@given(budget=budgets, want=st.integers(1, 1000))
def test_whoever_waits_as_told_gets_leave(budget: Budget, want: int) -> None:
    used = Spent(calls=budget.calls, oldest_at=NOW + budget.lasts)

    wait = leave(budget, used, want, NOW)

    assert isinstance(wait, timedelta)
    assert isinstance(
        leave(budget, spent(budget, [(NOW + budget.lasts, 1)], NOW + wait), want, NOW + wait), tuple
    )


def test_one_worker_does_not_take_all() -> None:
    assert leave(TEN_A_SECOND, Spent(), 1000, NOW) == (2, 0)
    assert leave(replace(TEN_A_SECOND, calls=1), Spent(), 1000, NOW) == (1, 0)
    assert leave(TEN_A_SECOND, Spent(calls=9, oldest_at=NOW), 1000, NOW) == (1, 0)


def test_an_account_that_is_held_leases_nothing_until_then() -> None:
    held = Spent(held_until_at=NOW + A_WHILE)

    assert leave(TEN_A_SECOND, held, 1, NOW) == A_WHILE
    assert leave(TEN_A_SECOND, held, 1, NOW + A_WHILE) == (1, 0)


def test_places_are_given_to_whoever_waits_longest() -> None:
    assert leave(ONE_ABREAST, Spent(), 5, NOW) == (2, 1)
    assert leave(ONE_ABREAST, Spent(abreast=1), 5, NOW) == ASK_AGAIN
    assert leave(ONE_ABREAST, Spent(behind=True), 5, NOW) == ASK_AGAIN
    assert leave(TEN_A_SECOND, Spent(behind=True), 1, NOW) == (1, 0)
