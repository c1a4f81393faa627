"""What the demo relies on: programs come up or say why not, and nothing stays behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rehearsal.processes import (
    Child,
    PortTakenError,
    Program,
    StartError,
    accepts,
    find_program,
    free_port,
    free_ports,
    running,
    serving,
)

WAITS = "import time; time.sleep(60)"
UP = "print('up', flush=True); " + WAITS
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + UP


def program(log: Path, code: str, **more: Any) -> Program:
    return Program(name="sample", command=(sys.executable, "-c", code), log=log, **more)


def gone(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    return True


def eventually(question: Callable[[], bool]) -> bool:
    turns = threading.Event()
    return any(question() or turns.wait(0.02) for _ in range(500))


def test_a_program_runs_for_as_long_as_the_context_and_writes_only_to_its_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "deep" / "sample.log"
    with running(
        program(log, f"print('hello', flush=True); {WAITS}", ready=lambda: b"hello" in log.read_bytes())
    ) as child:
        pid = child.pid
        assert child.alive
    assert pid is not None
    assert gone(pid)
    assert capfd.readouterr() == ("", "")


def test_a_program_that_ends_while_starting_is_told_at_once_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "sample.log"
    with pytest.raises(StartError, match=r"ended while starting.*sample\.log(.|\n)*no such table"):
        Child(program(log, "raise SystemExit('no such table')", ready=lambda: False)).start()


def test_a_program_that_is_never_ready_is_ended_and_told(tmp_path: Path) -> None:
    child = Child(program(tmp_path / "log", WAITS, ready=lambda: False, patience=0.3))
    with pytest.raises(StartError, match=r"not ready after 0\.3 s"):
        child.start()
    assert not child.alive


def test_a_program_deaf_to_the_polite_signal_is_ended_all_the_same(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Child(program(log, DEAF, ready=lambda: b"up" in log.read_bytes(), grace=0.2))
    child.start()
    child.stop()
    assert not child.alive
    assert child.wait(0) == -signal.SIGKILL


def test_a_stopped_program_can_be_started_again(tmp_path: Path) -> None:
    child = Child(program(tmp_path / "log", WAITS))
    child.start()
    first = child.pid
    child.kill()
    assert child.pid is None
    child.start()
    assert child.pid not in {None, first}
    child.stop()
    child.stop()


def test_a_child_outlives_the_thread_that_asked_for_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Child(program(log, UP, ready=lambda: b"up" in log.read_bytes()))
    asking = threading.Thread(target=child.start)
    asking.start()
    asking.join()
    assert child.wait(0.3) is None
    child.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_nothing_survives_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = f"""
import sys
sys.path.insert(0, {str(Path.cwd())!r})
from pathlib import Path
from rehearsal.processes import Child, Program
log = Path({str(tmp_path / "log")!r})
command = ({sys.executable!r}, "-c", {UP!r})
child = Child(Program(name="sample", command=command, log=log, ready=lambda: b"up" in log.read_bytes()))
child.start()
print(child.pid, flush=True)
{WAITS}
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout as said:
        pid = int(said.readline())
    assert not gone(pid)
    parent.kill()
    parent.wait()
    assert eventually(lambda: gone(pid))


def test_free_ports_differ_and_their_companions_are_free_too() -> None:
    ports = free_ports(8, also=10_000)
    assert len(set(ports)) == 8
    assert all(not accepts(p) and not accepts(p + 10_000) for p in ports)


@dataclass(frozen=True)
class Web:
    port: int
    child: Child


def test_a_server_whose_port_was_taken_meanwhile_comes_up_on_another(tmp_path: Path) -> None:
    with running(web_program(tmp_path, taken := free_port())):
        offered = iter((taken, taken, free_port()))
        with serving(lambda: web(tmp_path, next(offered))) as server:
            assert server.port != taken
            assert accepts(server.port)
            assert server.child.alive


def test_a_server_that_finds_every_port_taken_says_so(tmp_path: Path) -> None:
    with (
        running(web_program(tmp_path, taken := free_port())),
        pytest.raises(PortTakenError),
        serving(lambda: web(tmp_path, taken), tries=2),
    ):
        pass


def test_a_program_that_is_not_installed_is_named() -> None:
    with pytest.raises(StartError, match="'no-such-program'"):
        find_program("no-such-program")


def web(folder: Path, port: int) -> Web:
    return Web(port, Child(web_program(folder, port)))


def web_program(folder: Path, port: int) -> Program:
    log = folder / f"{port}-{len(list(folder.iterdir()))}.log"
    command = (sys.executable, "-u", "-m", "http.server", str(port), "--bind", "127.0.0.1")
    return Program(name="web", command=command, log=log, ready=lambda: b"Serving" in log.read_bytes())
