"""Servers that speak MongoDB's protocol: nx-27017, an emulator, and one that only says errors."""

import atexit
import socketserver
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import bson

from rehearsal.processes import LOOPBACK, Child, Program, accepts, find_program, free_port, serving

_HEADER, _MESSAGE, _QUERY = "<iiii", 2013, 2004
_HELLO = {
    "ok": 1,
    "helloOk": True,
    "isWritablePrimary": True,
    "ismaster": True,
    "maxWireVersion": 21,
    "minWireVersion": 0,
    "saslSupportedMechs": ["SCRAM-SHA-256"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """A running nx-27017. What it holds is in memory, each database apart."""

    port: int
    child: Child

    @property
    def url(self) -> str:
        return f"mongodb://{LOOPBACK}:{self.port}"


@cache
def running() -> Emulator:
    """Return one emulator for the session; it ends with the tests.

    Raises:
        StartError: it is not installed, or did not come up.
    """
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return stack.enter_context(serving(lambda: _described(folder)))


def _described(folder: Path) -> Emulator:
    port = free_port()
    command = [str(find_program("nx-27017")), "--port", str(port), "--data-dir", "memory"]
    command += ["--log-file", str(folder / "nx.log"), "--pid-file", str(folder / "nx.pid")]
    program = Program(
        name="nx-27017", command=tuple(command), log=folder / "out.log", ready=lambda: accepts(port)
    )
    return Emulator(port=port, child=Child(program))


@contextmanager
def refusing(error: dict[str, Any]) -> Iterator[str]:
    """Serve a MongoDB that is well and says this error to every question, as the real one words it."""

    class Refusing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while header := _read(self.request, 16):
                size, number, _, code = struct.unpack(_HEADER, header)
                body = _read(self.request, size - 16)
                self.request.sendall(_answer(number, code, body, error))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server((LOOPBACK, 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"mongodb://{LOOPBACK}:{server.server_address[1]}"
        server.shutdown()


def _read(connection: Any, size: int) -> bytes:
    found = b""
    while len(found) < size and (more := connection.recv(size - len(found))):
        found += more
    return found


def _answer(number: int, code: int, body: bytes, error: dict[str, Any]) -> bytes:
    """Answer in kind: the first greeting comes as a query of old, all else as a message."""
    if code == _QUERY:
        return _framed(number, 1, struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(_HELLO))
    asked = bson.decode(body[5:])
    reply = _HELLO if next(iter(asked)).lower() in {"hello", "ismaster"} else {"ok": 0, **error}
    return _framed(number, _MESSAGE, struct.pack("<iB", 0, 0) + bson.encode(reply))


def _framed(number: int, code: int, body: bytes) -> bytes:
    return struct.pack(_HEADER, 16 + len(body), 1, number, code) + body
