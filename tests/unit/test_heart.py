"""A heart that beats although the work in its thread waits: a slow store is no dead worker."""

import threading

import pytest
from temporalio.testing import ActivityEnvironment

from activities._heart import beating_beside


def test_it_beats_while_the_work_waits_and_is_still_when_the_work_is_over() -> None:
    environment, beaten = ActivityEnvironment(), threading.Semaphore(0)
    environment.on_heartbeat = lambda *_: beaten.release()

    def work() -> bool:
        with beating_beside(pause=0.001):
            return all(beaten.acquire(timeout=20) for _ in range(3))

    assert environment.run(work)
    assert "heart" not in {thread.name for thread in threading.enumerate()}


def test_it_stops_when_the_work_fails() -> None:
    def work() -> None:
        with beating_beside(pause=0.001):
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - the very one
        ActivityEnvironment().run(work)
    assert "heart" not in {thread.name for thread in threading.enumerate()}
