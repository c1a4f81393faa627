"""A belt between two threads: one makes rows into text, the other hashes, folds, seals and sends it.

Handing over costs more than a small piece is worth, because Python's threads take turns of milliseconds: so
pieces are gathered to a handful, and what the other thread does with a handful mostly needs no turn.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

HANDFUL = 1024 * 1024  # bytes
_ON_THE_WAY = 3  # handfuls; that many, and the one being gathered, are held at most


class Belt:
    """Carries pieces, in order, to a deed that is done in the belt's own thread."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bundle-belt")
        self._gathered = bytearray()
        self._moving: deque[Future[None]] = deque()

    def put(self, piece: bytes, deed: Callable[[bytes], None]) -> None:
        """Take a piece. Raises what went wrong with an earlier one."""
        self._gathered += piece
        if len(self._gathered) >= HANDFUL:
            self._send(deed)

    def empty(self, deed: Callable[[bytes], None]) -> None:
        """Wait until everything is done. Raises what went wrong with it."""
        if self._gathered:
            self._send(deed)
        while self._moving:
            self._moving.popleft().result()

    def drop(self) -> None:
        """Wait for what is being done, and forget the rest."""
        self._gathered.clear()
        for sent in self._moving:
            sent.cancel()
        self._thread.shutdown(wait=True)
        self._moving.clear()

    def _send(self, deed: Callable[[bytes], None]) -> None:
        if len(self._moving) == _ON_THE_WAY:
            self._moving.popleft().result()
        self._moving.append(self._thread.submit(deed, bytes(self._gathered)))
        self._gathered.clear()
