"""A line to a server that halts in the middle of what is sent.

`tests/faulty_store.py` takes a request whole before anything happens to it: whoever sends there never waits.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 64 * 1024
_BEFORE = 1024 * 1024  # so many bytes pass first


@contextmanager
def halting_line(endpoint: str, seconds: float) -> Iterator[str]:
    """Lay a line to the server; give its near end. Each connection stands still after its first megabyte."""
    server = urlsplit(endpoint)
    with socket.create_server(("127.0.0.1", 0)) as door:
        to = (server.hostname, server.port)
        threading.Thread(target=_serve, args=(door, to, seconds), daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)


def _serve(door: socket.socket, to: tuple[str | None, int | None], seconds: float) -> None:
    with suppress(OSError):  # the door was shut
        while True:
            near = door.accept()[0]
            threading.Thread(
                target=_join, args=(near, socket.create_connection(to), seconds), daemon=True
            ).start()


def _join(near: socket.socket, far: socket.socket, seconds: float) -> None:
    with near, far:
        back = threading.Thread(target=_carry, args=(far, near, 0), daemon=True)
        back.start()
        _carry(near, far, seconds)
        back.join()


def _carry(taken: socket.socket, given: socket.socket, seconds: float) -> None:
    carried, halted = 0, False
    with suppress(OSError):  # either side hung up
        while data := taken.recv(_PIECE):
            carried += len(data)
            if carried > _BEFORE and not halted:
                halted = True
                time.sleep(seconds)
            given.sendall(data)
    with suppress(OSError):
        given.shutdown(socket.SHUT_WR)
