"""A way to a real S3 server that goes wrong as told: an HTTP proxy with troubles, for the tests.

The server behind it is real and checks every signature (the `Host` header passes unchanged); only what lies
between is ours. A trouble strikes some requests and lets the others pass, so that the same life can be told
with and without it.
"""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_NOT_OURS_TO_PASS = frozenset({"expect", "connection", "transfer-encoding", "content-length"})
_PIECES, _PAUSE = 8, 0.02  # a slow answer comes in so many pieces, with so many seconds between them
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request or an answer, whole. `first` is the path, or the status."""

    first: Any
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


Strike = Callable[["Exchange"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Which requests are struck, and how. `asks` stands in their path or query (`partNumber=`, `uploads`)."""

    name: str
    strike: Strike
    verb: str = ""
    asks: str = ""
    after: int = 0  # so many of them pass first
    times: int = 1  # so many are struck

    def meant(self, verb: str, path: str) -> bool:
        """Whether this request is one of those."""
        return self.verb in ("", verb) and self.asks in path


class FaultyStore:
    """The proxy. What was struck since the troubles began stands in `struck`, and `asked` counts requests."""

    def __init__(self, endpoint: str) -> None:
        self.server = urlsplit(endpoint)
        self.endpoint = ""
        self.asked = 0
        self.struck: list[str] = []
        self._troubles: list[list[Any]] = []  # trouble, seen so far
        self._lock = threading.Lock()

    @contextmanager
    def troubled(self, *troubles: Trouble) -> Iterator[None]:
        """Let these troubles strike while the context lasts."""
        with self._lock:
            self.asked, self.struck = 0, []
            self._troubles = [[trouble, 0] for trouble in troubles]
        try:
            yield
        finally:
            with self._lock:
                self._troubles = []

    def strike_for(self, verb: str, path: str) -> Strike | None:
        """Return what happens to this request; None: it passes."""
        with self._lock:
            self.asked += 1
            for entry in self._troubles:
                trouble: Trouble = entry[0]
                if not trouble.meant(verb, path):
                    continue
                entry[1] += 1
                if trouble.after < entry[1] <= trouble.after + trouble.times:
                    self.struck.append(trouble.name)
                    return trouble.strike
        return None


class Exchange(BaseHTTPRequestHandler):
    """One request on its way, and what can be done to it."""

    protocol_version = "HTTP/1.1"
    store: FaultyStore

    def pass_on(self) -> None:
        """Hand the request over, and the answer back."""
        length = int(self.headers.get("Content-Length") or 0)
        self.asked = Message(first=self.path, headers=dict(self.headers), body=self.rfile.read(length))
        strike = self.store.strike_for(self.command, self.path)
        if strike:
            strike(self)
        else:
            self.give(self.answer_to(self.asked))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = pass_on  # noqa: N815  the library's names

    def answer_to(self, asked: Message) -> Message:
        """Ask the real server."""
        server = self.store.server
        connection = http.client.HTTPConnection(str(server.hostname), server.port, timeout=60)
        try:
            self._ask(connection, asked)
            connection.send(asked.body)
            answer = connection.getresponse()
            body = answer.read()
            return Message(first=answer.status, headers=dict(answer.getheaders()), body=body)
        finally:
            connection.close()

    def leave_half_way(self) -> None:
        """Give the real server half of the body, and hang up on both."""
        server = self.store.server
        connection = http.client.HTTPConnection(str(server.hostname), server.port, timeout=60)
        with suppress(OSError):  # a server that has had enough may hang up first
            self._ask(connection, self.asked)
            connection.send(self.asked.body[: len(self.asked.body) // 2])
        connection.close()
        self.hang_up()

    def give(self, answer: Message, *, pause: float = 0, only: float = 1) -> None:
        """Answer: slowly, with a pause between the pieces; or only a part of it, before the line is cut."""
        self.send_response(answer.first)
        for name, value in answer.headers.items():
            if name.lower() not in _NOT_OURS_TO_PASS:
                self.send_header(name, value)
        if answer.first not in _BODILESS:
            told = answer.headers.get("Content-Length") if self.command == "HEAD" else str(len(answer.body))
            self.send_header("Content-Length", told or "0")
        self.end_headers()
        if self.command != "HEAD":
            self._trickle(answer.body[: int(len(answer.body) * only)], pause)
        if only < 1:
            self.hang_up()

    def hang_up(self) -> None:
        """Cut the line to the client."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def _ask(self, connection: http.client.HTTPConnection, asked: Message) -> None:
        connection.putrequest(self.command, asked.first, skip_host=True, skip_accept_encoding=True)
        for name, value in asked.headers.items():
            if name.lower() not in _NOT_OURS_TO_PASS:
                connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(asked.body)))
        connection.endheaders()

    def _trickle(self, body: bytes, pause: float) -> None:
        size = len(body) // (_PIECES if pause else 1) + 1
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            self.wfile.flush()
            time.sleep(pause)


@contextmanager
def faulty(endpoint: str) -> Iterator[FaultyStore]:
    """Serve the way to a store, on a port of its own."""
    store = FaultyStore(endpoint)
    handler = type("Way", (Exchange,), {"store": store})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        web.daemon_threads = True
        threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        store.endpoint = f"http://127.0.0.1:{web.server_port}"
        yield store
        web.shutdown()


def says(status: int, code: str, **headers: str) -> Strike:
    """The store answers with this error, and does nothing. `Retry_After="7"` becomes a header."""
    body = f"<Error><Code>{code}</Code><Message>about ada.osei@subject.example</Message></Error>".encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.give(Message(first=status, headers=named, body=body))


def passes(exchange: Exchange) -> None:
    """Nothing happens to it: it is only counted."""
    exchange.give(exchange.answer_to(exchange.asked))


def narrow(megabits: float) -> Strike:
    """The way carries so many megabits a second."""

    def strike(exchange: Exchange) -> None:
        time.sleep(len(exchange.asked.body) * 8 / (megabits * 1e6))
        passes(exchange)

    return strike


def cut_going(exchange: Exchange) -> None:
    """The line is cut while the request is sent."""
    exchange.leave_half_way()


def cut_coming(exchange: Exchange) -> None:
    """The line is cut while the answer comes."""
    exchange.give(exchange.answer_to(exchange.asked), only=0.5)


def lost(exchange: Exchange) -> None:
    """The store does what was asked, and nobody hears of it."""
    exchange.answer_to(exchange.asked)
    exchange.hang_up()


def spoilt_going(exchange: Exchange) -> None:
    """A bit of the request turns over."""
    exchange.give(exchange.answer_to(replace(exchange.asked, body=_flipped(exchange.asked.body))))


def spoilt_coming(exchange: Exchange) -> None:
    """A bit of the answer turns over."""
    answer = exchange.answer_to(exchange.asked)
    exchange.give(replace(answer, body=_flipped(answer.body)))


def slow(exchange: Exchange) -> None:
    """The answer comes in drops."""
    exchange.give(exchange.answer_to(exchange.asked), pause=_PAUSE)


def _flipped(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :] if body else body
