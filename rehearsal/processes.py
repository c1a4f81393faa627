"""Child programs for the demo and the tests: started quietly, waited for, and never left behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

LOOPBACK = "127.0.0.1"
_POLL = 0.02  # seconds between two questions "are you ready?"
_HIGHEST_PORT = 65535

# The kernel sends the parent's death signal when the *thread* that started a child ends (prctl(2)), so
# one thread, which lives as long as this process, starts them all.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="child-programs")

# Runs in the child, then becomes the program: a `preexec_fn` may deadlock in a process with threads.
_LAUNCHER = """
import ctypes, os, signal, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execvp(sys.argv[2], sys.argv[2:])
"""


class StartError(Exception):
    """A child program did not come up. The message says how it ended and where its log is."""


class PortTakenError(StartError):
    """Somebody else took the port between our choosing it and the program binding it."""


def find_program(name: str) -> Path:
    """Return the program installed beside this Python, or else on PATH.

    Raises:
        StartError: it is in neither place.
    """
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        msg = f"the program '{name}' is neither beside {sys.executable} nor on PATH"
        raise StartError(msg)
    return Path(found)


def free_ports(count: int, *, also: int = 0) -> tuple[int, ...]:
    """Return `count` loopback ports that are free now. With `also`, port + `also` is free as well."""
    with ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            port = _hold(held, 0)
            if not also or (port + also <= _HIGHEST_PORT and _hold(held, port + also)):
                ports.append(port)
        return tuple(ports)


def free_port() -> int:
    """Return one loopback port that is free now."""
    return free_ports(1)[0]


def accepts(port: int) -> bool:
    """Whether something listens on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run and when to call it ready. All output goes to `log`, nothing to the terminal.

    `environment` is added to ours. `ready` is asked until it says yes, for at most `patience` seconds.
    `grace` is how many seconds lie between asking it to end (TERM) and ending it (KILL); 0 kills at once.
    """

    name: str
    command: tuple[str, ...]
    log: Path
    ready: Callable[[], bool] = lambda: True
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    directory: Path | None = None
    patience: float = 90.0
    grace: float = 10.0


class Child:
    """One program of ours. It may be started again after a stop, on the same ports and files."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process id, or None while it does not run."""
        return self._process.pid if self._process and self.alive else None

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the program and return once it is ready.

        Raises:
            PortTakenError: it could not bind its port.
            StartError: it ended early, or was not ready in time.
        """
        launched = _starter.submit(self._launch)
        try:
            self._process = launched.result()
            self._wait_until_ready()
        except BaseException:
            self._process = launched.result()  # Ctrl-C may have come between its start and our knowing
            self.kill()
            raise

    def stop(self) -> None:
        """Ask the program to end, and end it if it does not. Safe to repeat."""
        if self._process and self.alive:
            if self.program.grace:
                _signal_group(self._process, signal.SIGTERM)
                self.wait(self.program.grace)
            _signal_group(self._process, signal.SIGKILL)
            self._process.wait()

    def kill(self) -> None:
        """End the program and whatever it started, at once, as a power cut would."""
        if self._process and self.alive:
            _signal_group(self._process, signal.SIGKILL)
            self._process.wait()

    def wait(self, seconds: float) -> int | None:
        """Wait for the program to end by itself; return its exit code, or None if it still runs."""
        if self._process is None:
            return None
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def _launch(self) -> "subprocess.Popen[bytes]":
        program = self.program
        program.log.parent.mkdir(parents=True, exist_ok=True)
        with program.log.open("ab") as log:
            self._log_start = log.tell()
            return subprocess.Popen(  # noqa: S603  the project's own programs, no shell
                [*_launcher(), *program.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **program.environment},
                cwd=program.directory,
                start_new_session=True,  # Ctrl-C is for us; we then end our children in order
            )

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + self.program.patience
        while self.alive:
            if self.program.ready():
                return
            if time.monotonic() > end:
                self._fail(f"was not ready after {self.program.patience:g} s")
            time.sleep(_POLL)
        self._fail("ended while starting")

    def _fail(self, how: str) -> None:
        with self.program.log.open("rb") as log:
            log.seek(self._log_start)
            said = log.read().decode(errors="replace")
        kind = PortTakenError if "address already in use" in said.lower() else StartError
        last = "\n".join(said.strip().splitlines()[-5:])
        raise kind(f"{self.program.name} {how}; its log is {self.program.log} and ends:\n{last}")


@contextmanager
def running(program: Program) -> Iterator[Child]:
    """Run a program for as long as the context lasts."""
    child = Child(program)
    try:
        child.start()
        yield child
    finally:
        child.stop()


class _HasChild(Protocol):
    @property
    def child(self) -> Child: ...


Server = TypeVar("Server", bound=_HasChild)


@contextmanager
def serving(describe: Callable[[], Server], *, tries: int = 3) -> Iterator[Server]:
    """Run a server for as long as the context lasts. If a port was taken, describe it afresh and retry."""
    for left in reversed(range(tries)):
        server = describe()
        try:
            server.child.start()
            break
        except PortTakenError:
            if not left:
                raise
    try:
        yield server
    finally:
        server.child.stop()


def _launcher() -> tuple[str, ...]:
    if sys.platform != "linux":
        return ()  # no death signal there: only the context managers end the children
    return (sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()))


def _signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS says EPERM for a group of zombies
        os.killpg(process.pid, number)


def _hold(held: ExitStack, port: int) -> int:
    """Bind a port until `held` ends and return its number, or 0 if it is taken."""
    holder = held.enter_context(socket.socket())
    try:
        holder.bind((LOOPBACK, port))
    except OSError:
        return 0
    return int(holder.getsockname()[1])
