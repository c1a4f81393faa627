"""Many writers at once, in threads and in processes: one unforked chain, one entry per key."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from dsar.evidence import EvidenceKind, Fact
from dsar.identity import MAX_ATTEMPTS, CodeResult
from dsar.ports import Change, Register
from register.chain import Chain
from register.register import SqlRegister
from register.revision import NEWEST
from register.schema import prepare
from tests.contract.register.registers import ADA, NOW, WRONG_CODE, code, fact, opened, request

ROOT = Path(__file__).parents[3]


def at_once(many: int, do: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(do, range(many)))


def test_eight_threads_give_one_unforked_chain_and_one_entry_per_key(register: Register) -> None:
    case_id = opened(register)

    def write(_thread: int) -> list[bool]:
        return [register.record(case_id, fact(f"k:{number}")) for number in range(12)]

    written = at_once(8, write)

    assert [sum(column) for column in zip(*written, strict=True)] == [1] * 12
    assert [entry.seq for entry in register.evidence(case_id)] == list(range(1, 14))
    assert {entry.key for entry in register.evidence(case_id)} == {"opened"} | {f"k:{n}" for n in range(12)}
    assert register.verify_evidence(case_id).whole
    assert len(register.events()) == 13


def test_eight_threads_with_one_intake_open_one_case(register: Register) -> None:
    answers = at_once(
        8, lambda _: register.open_case(request(), fingerprint=ADA, intake_key="form/1", at=NOW)
    )

    assert sum(answer.created for answer in answers) == 1
    assert len({answer.record.request.case_id for answer in answers}) == 1
    assert len(register.cases()) == len(register.events()) == 1


def test_guesses_made_at_once_are_all_counted(register: Register) -> None:
    case_id = opened(register)
    register.set_challenge(case_id, "identity", code(), fact("code:1"))

    results = at_once(8, lambda _: register.try_challenge(case_id, "identity", WRONG_CODE, NOW))

    kinds = Counter(entry.kind for entry in register.evidence(case_id))
    assert Counter(results) == {CodeResult.WRONG: MAX_ATTEMPTS - 1, CodeResult.LOCKED: 8 - MAX_ATTEMPTS + 1}
    assert kinds[EvidenceKind.CODE_REFUSED] == MAX_ATTEMPTS
    assert kinds[EvidenceKind.IDENTITY_LOCKED] == 1


def test_fifty_threads_each_with_a_case_of_its_own_all_get_through(sql_register: SqlRegister) -> None:
    def live(_thread: int) -> str:
        case_id = opened(sql_register)
        for number in range(5):
            sql_register.record(case_id, fact(f"k:{number}"), Change(started=True))
        return case_id

    for case_id in at_once(50, live):
        assert len(sql_register.evidence(case_id)) == 6
        assert sql_register.verify_evidence(case_id).whole


def test_eight_starters_that_prepare_at_once_do_it_once(empty_url: str) -> None:
    changes = at_once(8, lambda _: prepare(empty_url))

    assert sorted(len(change) for change in changes) == [0] * 7 + [int(NEWEST)]


def test_a_writer_that_dies_half_way_leaves_nothing(sql_register: SqlRegister) -> None:
    case_id = opened(sql_register)
    before = sql_register.case(case_id), sql_register.evidence(case_id), sql_register.events()

    class PowerCutError(Exception):
        pass

    def dies(connection: Connection) -> None:
        chain = Chain.lock(connection, case_id, "k")
        assert chain
        chain.append(Fact(key="k", kind=EvidenceKind.STARTED, at=NOW), Change(started=True))
        raise PowerCutError

    for _ in range(30):  # more often than there are connections: none stays behind with a lock
        try:
            sql_register._database.write(dies)
        except PowerCutError:
            continue

    assert (sql_register.case(case_id), sql_register.evidence(case_id), sql_register.events()) == before
    assert sql_register.record(case_id, fact("k"))


WRITER = """
import sys
from register.register import SqlRegister
from tests.contract.register.registers import fact
register = SqlRegister(sys.argv[1])
register.check()
print("ready", flush=True)
sys.stdin.readline()
keys = [key for number in range(40) for key in (f"both:{number}", f"{sys.argv[3]}:{number}")]
print(sum(register.record(sys.argv[2], fact(key)) for key in keys))
"""

KILLED = """
import os, sys
from dsar.ports import Change
from register.chain import Chain
from register.register import SqlRegister
from tests.contract.register.registers import fact
def dies(connection):
    Chain.lock(connection, sys.argv[2], "k").append(fact("k"), Change(started=True))
    os.kill(os.getpid(), 9)
SqlRegister(sys.argv[1])._database.write(dies)
"""


def start(program: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_share_one_chain(url: str, sql_register: SqlRegister) -> None:
    case_id = opened(sql_register)

    writers = [start(WRITER, url, case_id, name) for name in ("one", "two")]
    assert [writer.stdout.readline() for writer in writers if writer.stdout] == ["ready\n"] * 2
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    written = [int(writer.communicate(timeout=60)[0]) for writer in writers]

    assert sum(written) == 3 * 40
    assert [entry.seq for entry in sql_register.evidence(case_id)] == list(range(1, 122))
    assert sql_register.verify_evidence(case_id).whole


def test_a_process_killed_between_write_and_commit_leaves_nothing(
    url: str, sql_register: SqlRegister
) -> None:
    case_id = opened(sql_register)

    with start(KILLED, url, case_id) as victim:
        assert victim.wait(timeout=60) == -9

    with closing(SqlRegister(url)) as later:
        assert not later.case(case_id).started
        assert len(later.evidence(case_id)) == len(later.events()) == 1
        assert later.record(case_id, fact("k"), Change(started=True))
