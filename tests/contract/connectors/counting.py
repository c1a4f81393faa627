"""A vendor that counts: so many calls in any period, and 429 beyond. Also a worker that asks it.

As a program, the worker's arguments: register, address, budget, name, calls to make.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from connectors import _http
from connectors._pace import Shared, handing
from dsar.budget import Budget
from dsar.errors import TemporaryError
from register.register import SqlRegister

PERIOD = 3.0  # seconds
WAIT = 2  # seconds: what its Retry-After says


@dataclass
class Vendor:
    """What it was asked, when and by whom. With `throttle_at` it refuses the call of that number, too."""

    most: int
    throttle_at: int = 0
    period: float = PERIOD
    address: str = ""
    calls: list[tuple[float, str]] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, who: str) -> int:
        with self._lock:
            now = time.monotonic()
            self.calls.append((now, who))
            recent = sum(now - at < self.period for at, _ in self.calls)
            if recent > self.most or len(self.calls) == self.throttle_at:
                self.refused.append(now)
                return 429
            return 200

    def by(self, who: str) -> int:
        return sum(each == who for _, each in self.calls)


@contextmanager
def counting(vendor: Vendor) -> Iterator[Vendor]:
    """Serve it on a free port."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status = vendor.asked(self.headers["Who"])
            self.send_response(status)
            if status != 200:
                self.send_header("Retry-After", str(WAIT))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def handle(self) -> None:
            with suppress(ConnectionError):  # a worker was killed in the middle of its word
                super().handle()

        def log_message(self, *_said: object) -> None:
            pass

    class House(ThreadingHTTPServer):
        request_queue_size = (
            64  # of the usual 5 a busy machine turns some away, who knock again a second later
        )

    with House(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        vendor.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield vendor
        finally:
            server.shutdown()
            thread.join()


async def ask(register: SqlRegister, address: str, budget: Budget, who: str, calls: int) -> None:
    """Make calls, four at a time, as a worker's activities would: what is throttled comes again."""
    with handing(who, Shared("account", budget, register)):
        api = _http.Api("crm", address, headers={"Who": who})
    left = iter(range(calls))

    async def activity() -> None:
        for _ in left:
            while True:
                with suppress(TemporaryError):
                    await api.get("/people")
                    break

    await asyncio.gather(*(activity() for _ in range(4)))
    await api.close()


if __name__ == "__main__":
    _, url, where, rate, name, many = sys.argv
    with closing(SqlRegister(url)) as ledger:
        asyncio.run(
            ask(ledger, where, Budget(calls=int(rate), period=timedelta(seconds=PERIOD)), name, int(many))
        )
