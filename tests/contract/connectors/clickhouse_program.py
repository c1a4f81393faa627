"""A small server that speaks ClickHouse's HTTP interface, with the real engine (chDB) behind it.

It is started as a program, by a Python that has chDB, and needs nothing else: FOLDER PORT. What chDB lacks is
done here: accounts and their passwords (`default` has none, `reader` is held to `readonly = 1`), and the
refusal to write in sessions that only read, where chDB takes no setting with a statement.
"""

import re
import sys
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chdb import session

PASSWORDS = {"default": "", "reader": "only looks"}
LOOKS = re.compile(r"^\s*(select|with|show|explain|describe|exists)\b", re.IGNORECASE)
TAKES_SETTINGS = re.compile(r"^\s*(select|with|alter|delete)\b", re.IGNORECASE)
CODE = re.compile(r"Code: (\d+)")
ENGINE, LOCK = session.Session(sys.argv[1]), Lock()
CHUNK = 7  # bytes: whoever reads must put lines together again


def answer(statement: str, database: str, settings: dict[str, str], values: dict[str, str]) -> bytes:
    """Run a statement in a database, with settings for it alone."""
    wanted = settings.pop("default_format", "TabSeparated")
    if settings.get("readonly", "0") != "0" and not (
        LOOKS.match(statement) or TAKES_SETTINGS.match(statement)
    ):
        raise RuntimeError("Code: 164. DB::Exception: Cannot execute query in readonly mode. (READONLY)")
    settings.pop("cancel_http_readonly_queries_on_client_close", "")  # there is no connection in process
    if settings and TAKES_SETTINGS.match(statement) and " settings " not in statement:
        statement += " SETTINGS " + ", ".join(f"{name} = '{value}'" for name, value in settings.items())
    with LOCK:
        ENGINE.query(f"USE `{database}`")
        found = ENGINE.query(statement, wanted, params=values or None)
        return bytes(found.bytes() or b"") if found is not None else b""


def admit(user: str, password: str) -> None:
    """Let an account in, or say no as ClickHouse does."""
    if PASSWORDS.get(user) != password:
        raise RuntimeError(f"Code: 516. DB::Exception: {user}: Authentication failed")
    if user == "reader":
        raise RuntimeError("Code: 164. DB::Exception: Cannot modify 'x' setting in readonly mode")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        user = self.headers.get("X-ClickHouse-User", "default")
        settings = dict(parse_qsl(urlsplit(self.path).query))
        form = self._form()
        try:
            admit(user, self.headers.get("X-ClickHouse-Key", ""))
            values = {n.removeprefix("param_"): v for n, v in form.items() if n.startswith("param_")}
            database = self.headers.get("X-ClickHouse-Database", "default")
            self._send(200, answer(form["query"], database, settings, values))
        except Exception as error:  # noqa: BLE001  # whatever it complains of
            said = str(error)
            code = CODE.search(said)
            self._send(404 if code else 500, said.encode(), code[1] if code else "1002")

    def _form(self) -> dict[str, str]:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        found = BytesParser().parsebytes(head + body)
        parts: Any = found.get_payload()
        return {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True).decode(
                "utf-8", "surrogateescape"
            )
            for part in parts
        }

    def _send(self, status: int, body: bytes, code: str = "") -> None:
        self.send_response(status)
        if code:
            self.send_header("X-ClickHouse-Exception-Code", code)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for at in range(0, min(len(body), 50 * CHUNK), CHUNK):
            self._chunk(body[at : at + CHUNK])
        for at in range(50 * CHUNK, len(body), 65_536):
            self._chunk(body[at : at + 65_536])
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def log_message(self, *_said: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
