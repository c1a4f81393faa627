"""Workers are killed while they tell: the next one goes on, nothing is lost, and each case stays in order."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dsar.evidence import EvidenceKind
from register.register import SqlRegister
from register.schema import prepare
from tests.contract.register.registers import behind_its_back, fact, opened
from tests.receiver import Receiver

from .test_relay import in_order

HOME = Path(__file__).parents[3]
KILLS, EACH = 6, 40


def test_killed_at_random_nothing_is_lost_and_each_case_is_in_order(
    tmp_path: Path, receiver: Receiver
) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    prepare(url)
    command = [sys.executable, "-m", "tests.contract.relay.mortal", url, receiver.url]
    with closing(SqlRegister(url)) as register:
        cases = [opened(register) for _ in range(4)]
        for kill in range(KILLS):
            for number in range(EACH):
                register.record(cases[number % 4], fact(f"k:{kill}:{number}", EvidenceKind.SEARCHED))
            goal = len(receiver.ids) + random.randrange(2, EACH)  # noqa: S311  # dice of a test
            with _killed_after(command):
                _until(lambda least=goal: len(receiver.ids) >= least)
            behind_its_back(register, "UPDATE relays SET until = '2020-01-01 00:00:00.000000'")  # time passes
        with _killed_after(command):
            wanted = {str(event.body["id"]) for event in register.events(limit=10_000)}
            _until(lambda: wanted == set(receiver.ids))

    assert 4 + KILLS * EACH == len(wanted)
    assert in_order(receiver.ids)
    assert len(receiver.ids) <= len(wanted) + KILLS  # at most the one that each of them was about
    assert 0 == receiver.forged


@contextmanager
def _killed_after(command: list[str]) -> Iterator[None]:
    """A worker, killed whatever comes: one that lived on would be waited for without an end."""
    with subprocess.Popen(command, cwd=HOME) as worker:
        try:
            yield
        finally:
            worker.kill()


def _until(there: object) -> None:
    end = time.monotonic() + 60
    while not there():  # type: ignore[operator]  # a question
        assert time.monotonic() < end
        time.sleep(0.01)
