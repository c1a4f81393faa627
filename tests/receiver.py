"""Somebody's server that takes events: it checks signatures by the book, and can be told to fail."""

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

SECRET = b"k" * 32
SPELLED = f"whsec_{base64.b64encode(SECRET).decode()}"


@dataclass
class Receiver:
    """What arrived, in order. `fails` says how often a case's event is answered with which status."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    fails: Counter[tuple[str, int]] = field(default_factory=Counter)
    down: int = 0  # a status for everything
    headers: dict[str, str] = field(default_factory=dict)
    forged: int = 0
    lock: Lock = field(default_factory=Lock)

    def hear(self, headers: dict[str, str], body: bytes) -> int:
        with self.lock:
            said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            mac = base64.b64encode(hmac.new(SECRET, said, hashlib.sha256).digest()).decode()
            if headers["webhook-signature"] != f"v1,{mac}":
                self.forged += 1
                return 401
            event = json.loads(body)
            if self.down:
                return self.down
            for subject, status in list(self.fails):
                if subject == event["subject"] and self.fails[subject, status] > 0:
                    self.fails[subject, status] -= 1
                    return status
            self.got.append(event)
            return 204

    @property
    def ids(self) -> list[str]:
        return [event["id"] for event in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            announced = int(self.headers["Content-Length"])
            body = self.rfile.read(announced)
            if len(body) < announced:
                return  # whoever told it was killed over it
            heard = {name.lower(): value for name, value in self.headers.items()}
            receiver.headers = heard
            status = receiver.hear(heard, body)
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "120")
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        receiver.url = f"http://127.0.0.1:{web.server_port}/hook"
        yield receiver
        web.shutdown()
