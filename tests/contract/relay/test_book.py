"""The book of what was told: only who holds the lease may write there."""

from datetime import timedelta

import pytest

from dsar.ports.relay import Parked

from .conftest import Told

MINUTE = timedelta(minutes=1)


def parked(told: Told, place: int) -> Parked:
    at = told.clock()
    return Parked(event=told.events[place], attempts=1, next_at=at, reason="http_500", since_at=at)


def test_whoever_lost_the_lease_writes_nothing(told: Told) -> None:
    """A worker that was paused for too long wakes up in the middle of its work."""
    book, now = told.book, told.clock()
    book.lease("desk", "paused", now, now + MINUTE)
    assert book.passed("desk", "paused", told.events[0].position, parked(told, 0))
    book.lease("desk", "other", now + MINUTE, now + 2 * MINUTE)
    last = told.events[-1].position
    said = [
        book.passed("desk", "paused", last),
        book.passed("desk", "paused", last, parked(told, -1)),
        book.settle("desk", "paused", told.events[0].position),
    ]
    (course,) = book.courses()

    assert [False, False, False] == said
    assert (told.events[0].position, 1) == (course.position, course.waiting)
    assert ("other", now + 2 * MINUTE) == (course.holder, course.until)


@pytest.mark.parametrize("place", [0, 5])
def test_who_tells_while_it_is_wound_back_does_not_undo_it(told: Told, place: int) -> None:
    book, now = told.book, told.clock()
    book.lease("desk", "worker", now, now + MINUTE)
    book.passed("desk", "worker", told.events[7].position)
    book.rewind("desk", told.events[place].position)

    assert not book.passed("desk", "worker", told.events[8].position)
    assert told.events[place].position == book.lease("desk", "worker", now, now + MINUTE)


def test_the_clock_of_the_book_is_aware_and_goes_on(told: Told) -> None:
    first, second = told.book.clock(), told.book.clock()

    assert first.utcoffset() is not None
    assert timedelta(0) <= second - first < MINUTE
