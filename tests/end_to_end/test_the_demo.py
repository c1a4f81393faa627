"""`make demo`: one command plays the main job; Ctrl-C at any moment leaves no process behind."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bundle.verify import verify
from tests.end_to_end.conftest import HOME, eventually

ON_LINUX = Path("/proc/self/cmdline").exists()


def processes_of(out: Path) -> list[str]:
    """Programs whose command line or environment names this demo's directory."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(out).encode() in said:
            found.append(process.name)
    return found


@contextmanager
def demo(out: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "starter.py", "demo", "--out", str(out), *options]
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a run in the background would hand down deafness
    process = subprocess.Popen(
        command, cwd=HOME, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.timeout(300)
def test_the_demo_tells_the_story_and_leaves_what_it_promises(tmp_path: Path) -> None:
    out = tmp_path / "demo-out"
    with demo(out) as process:
        told, _ = process.communicate(timeout=240)

    assert 0 == process.returncode, told
    assert {".demo", "bundle.zip", "evidence.json", "letters", "story.txt"} == {p.name for p in out.iterdir()}
    assert verify(out / "bundle.zip").ok
    assert "The case is closed" in (out / "story.txt").read_text()
    assert [] == processes_of(out)


@pytest.mark.timeout(300)
@pytest.mark.skipif(not ON_LINUX, reason="looks for processes in /proc")
@pytest.mark.parametrize("last_words", ["Starting", "A one-time code", "In another terminal"])
async def test_ctrl_c_leaves_no_process_behind(tmp_path: Path, last_words: str) -> None:
    """While the servers boot, in the middle of the case, and with everything kept running."""
    out = tmp_path / "demo-out"
    with demo(out, "--keep") as process:
        assert process.stdout
        for line in process.stdout:
            if last_words in line:
                break
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=120)

    assert "Traceback" not in told

    async def alone() -> bool:
        return not processes_of(out)

    await eventually(alone, f"left behind: {processes_of(out)}", patience=60)


def test_the_demo_removes_nothing_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with demo(tmp_path) as process:
        process.communicate(timeout=60)

    assert 2 == process.returncode
    assert (tmp_path / "thesis.txt").exists()
