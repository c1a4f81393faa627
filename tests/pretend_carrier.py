"""A pretend carrier that keeps what it was given. `trouble` is raised, in order, by the next calls; `lost` by
those after it, when the file has arrived.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dsar.transfers import Delivered


@dataclass
class PretendCarrier:
    """Takes everything."""

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    leaving: Callable[[], None] = lambda: None  # what happens while a call is made
    lost: list[Exception] = field(default_factory=list)

    async def put(self, url: str, chunks: Iterator[bytes], size: int, *, inside: bool) -> Delivered:
        self.leaving()
        if self.trouble:
            raise self.trouble.pop(0)
        body = b"".join(chunks)
        self.taken.append((url, body))
        if self.lost:
            raise self.lost.pop(0)
        return Delivered(status=200, size=len(body), sha256=hashlib.sha256(body).hexdigest())
