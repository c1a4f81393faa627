"""Two workers, one account: together they never ask faster than its vendor allows, whoever is killed."""

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from register.schema import prepare
from tests.contract.connectors.counting import WAIT, Vendor, counting
from tests.contract.register.registers import throw_away_postgres

HOME = Path(__file__).parents[3]
RATE = 30  # calls in a period
EACH = 20  # calls of one worker
LONG = 240  # seconds, on a busy machine
pytestmark = pytest.mark.timeout(2 * LONG)
ARRIVED = 1  # second, after which what was under way has arrived


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'register.db'}"
        prepare(address)
        yield address
        return
    with throw_away_postgres() as address:
        prepare(address)
        yield address


@contextmanager
def workers(
    url: str, vendor: Vendor, *names: str, rate: int = RATE
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start a worker of each name; none outlives the test."""
    program = [sys.executable, "-m", "tests.contract.connectors.counting"]
    with ExitStack() as started:
        yield [
            started.enter_context(_mortal([*program, url, vendor.address, str(rate), name, str(EACH)]))
            for name in names
        ]


@contextmanager
def _mortal(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, cwd=HOME) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def test_two_workers_together_keep_to_one_budget(url: str) -> None:
    with counting(Vendor(most=RATE)) as vendor, workers(url, vendor, "one", "two") as both:
        assert [0, 0] == [each.wait(LONG) for each in both]

    assert [] == vendor.refused
    assert [EACH, EACH] == [vendor.by(who) for who in ("one", "two")]


def test_without_the_shared_budget_they_would_be_refused(url: str) -> None:
    """However slowly they ask: this vendor's period does not end before both have made their calls."""
    vendor = Vendor(most=RATE, period=math.inf)
    with counting(vendor), workers(url, vendor, "one", "two", rate=10 * RATE):
        _until(lambda: bool(vendor.refused))


def test_a_killed_worker_takes_nothing_along_for_long(url: str) -> None:
    with counting(Vendor(most=RATE)) as vendor, workers(url, vendor, "killed", "other") as both:
        _until(lambda: vendor.by("killed") > 1)
        both[0].kill()
        assert 0 == both[1].wait(LONG)

    assert [] == vendor.refused
    assert vendor.by("killed") < EACH == vendor.by("other")


def test_what_one_worker_is_told_holds_the_other_back(url: str) -> None:
    with (
        counting(Vendor(most=RATE, throttle_at=RATE)) as vendor,
        workers(url, vendor, "one", "two") as both,
    ):
        assert [0, 0] == [each.wait(LONG) for each in both]

    [told] = vendor.refused
    late = [at - told for at, _ in vendor.calls if at > told]
    assert [] == [after for after in late if ARRIVED < after < WAIT]


def _until(there: object) -> None:
    end = time.monotonic() + LONG
    while not there():  # type: ignore[operator]  # a question
        assert time.monotonic() < end
        time.sleep(0.01)
