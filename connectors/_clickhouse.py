"""House equipment for ClickHouse: its HTTP interface as a driver, with typed parameters and streamed rows.

Names, passwords and values never stand in an address: they go as headers and as parts of a form. Each value
is a parameter with its type, which the server binds (clickhouse.com/docs/interfaces/http, "Queries with
parameters"). Rows come as lines of JSON and are read one by one; a line that is none is the server's own
complaint, which it writes into the midst of an answer.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx

paramstyle = "pyformat"
FORMAT = "JSONCompactEachRowWithNamesAndTypes"
CONNECT_SECONDS, GRACE_SECONDS = (
    10,
    30,
)  # the server ends a statement; we wait a little longer for it to say so
# Instants come in UTC, decimals with all digits, numbers of 64 bits as numbers.
_SPELLING = {
    "date_time_output_format": "iso",
    "output_format_json_quote_64bit_integers": "0",
    "output_format_json_quote_denormals": "1",
    "output_format_json_quote_decimals": "1",
    "output_format_decimal_trailing_zeros": "1",
}
# Reading may not change anything but such settings, and stops when we hang up.
_READING = {"readonly": "2", "cancel_http_readonly_queries_on_client_close": "1", **_SPELLING}
_WRITING = {"mutations_sync": "2", "allow_nondeterministic_mutations": "1", **_SPELLING}
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "'": "\\'"})
_CODE = re.compile(rb"Code: (\d+)")
_INNER = re.compile(r"^(?:LowCardinality|Nullable)\((.*)\)$")


class Error(Exception):
    """What ClickHouse complains of. `code` is of its list (src/Common/ErrorCodes.cpp); None: not heard."""

    def __init__(self, code: int | None, *, settings: bool = False) -> None:
        super().__init__()  # never its words: they quote the statement
        self.code, self.settings = code, settings


class DatabaseError(Error):
    """It answered, and refused."""


class OperationalError(Error):
    """It did not answer."""


class Connection:
    """A connection as PEP 249 has it. ClickHouse has no transactions: what is said is done."""

    def __init__(self, address: str, headers: Mapping[str, str], seconds: float, *, writing: bool) -> None:
        self._settings = {**(_WRITING if writing else _READING), "max_execution_time": f"{seconds:g}"}
        patience = httpx.Timeout(seconds + GRACE_SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.Client(base_url=address, headers=headers, timeout=patience, trust_env=False)

    def cursor(self) -> "Cursor":
        return Cursor(self._client, self._settings)

    def commit(self) -> None:
        """There is nothing to commit."""

    def rollback(self) -> None:
        """There is nothing to roll back."""

    def close(self) -> None:
        self._client.close()


class Cursor:
    """One statement and its rows. `rowcount` is set by whoever counted before a mutation: it does not say."""

    arraysize = 1
    rowcount = -1

    def __init__(self, client: httpx.Client, settings: Mapping[str, str]) -> None:
        self._client, self._settings = client, settings
        self._reply: httpx.Response | None = None
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self.description: Any = None

    def execute(self, statement: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Send a statement, and read what its columns are called."""
        self.close()
        known = parameters or {}
        names = {name: f"p{i}" for i, name in enumerate(known)}
        typed = {name: f"{{{names[name]}:{_type_of(value)}}}" for name, value in known.items()}
        form: dict[str, tuple[None, bytes]] = {"query": (None, (statement % typed).encode())}
        form |= {f"param_{names[name]}": (None, _written(value)) for name, value in known.items()}
        asked = {**self._settings, "default_format": FORMAT}
        try:
            request = self._client.build_request("POST", "/", params=asked, files=form)
            self._reply = self._client.send(request, stream=True)
            self._heed(self._reply)
            self._rows = self._parsed(self._reply)
        except httpx.TransportError as error:
            raise _unheard(error) from None

    def _heed(self, reply: httpx.Response) -> None:
        if reply.is_success and "x-clickhouse-exception-code" not in reply.headers:
            return
        reply.read()
        told = reply.headers.get("x-clickhouse-exception-code", "")
        raise _refused(reply.content, int(told) if told.isdecimal() else _HTTP.get(reply.status_code, 0))

    def _parsed(self, reply: httpx.Response) -> Iterator[tuple[Any, ...]]:
        lines = _lines(reply)
        names, types = _row(next(lines, b"")), _row(next(lines, b""))
        self.description = [(n, t, None, None, None, None, None) for n, t in zip(names, types, strict=False)]
        self.description = self.description or None
        readers = [_reader(str(told)) for told in types]
        return (tuple(r(v) for r, v in zip(readers, _row(line), strict=True)) for line in lines)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        try:
            return [row for _, row in zip(range(size), self._rows, strict=False)]
        except httpx.TransportError as error:
            raise _unheard(error) from None
        except (ValueError, TypeError):
            raise DatabaseError(0) from None

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(iter(self.fetchmany(1)), None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        while some := self.fetchmany(1000):
            found += some
        return found

    def close(self) -> None:
        """Hang up, which ends a statement that only reads."""
        if self._reply is not None:
            self._reply.close()
            self._reply = None


_HTTP = {401: 516, 403: 516, 404: 81, 429: 202, 502: 210, 503: 210, 504: 210}  # said by something in between


def _unheard(error: httpx.TransportError) -> OperationalError:
    return OperationalError(159 if isinstance(error, httpx.ReadTimeout) else None)


def _refused(said: bytes, otherwise: int) -> DatabaseError:
    code = _CODE.search(said)
    return DatabaseError(int(code[1]) if code else otherwise, settings=b"Cannot modify" in said)


def _lines(reply: httpx.Response) -> Iterator[bytes]:
    kept = b""
    for chunk in reply.iter_bytes():
        *whole, kept = (kept + chunk).split(b"\n")
        yield from filter(None, whole)
    if kept:
        yield kept


def _row(line: bytes) -> list[Any]:
    if not line:
        return []
    if not line.startswith(b"["):
        raise _refused(line, 0)
    found = json.loads(line.decode("utf-8", "surrogateescape"))
    return found if isinstance(found, list) else []


def _text(value: Any) -> Any:  # noqa: ANN401 - a text, or nothing
    """A text is any bytes there; what is not UTF-8 is still the person's."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape")
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "String": _text,
    "FixedString": _text,
    "UUID": UUID,
    "Decimal": Decimal,
    "Date": date.fromisoformat,
    "Date32": date.fromisoformat,
    "DateTime": datetime.fromisoformat,
}


def inner(told: str) -> str:
    """Return a type without what says how it is stored, or that it may be empty."""
    while found := _INNER.match(told):
        told = found[1]
    return told


def _reader(told: str) -> Callable[[Any], Any]:
    kind, _, more = inner(told).partition("(")
    if kind == "DateTime64":
        kind = "DateTime" if more[:1] in "0123456" else ""  # Python knows no more than microseconds
    read = _READERS.get(kind)
    return (lambda value: None if value is None else read(value)) if read else (lambda value: value)


# The first that fits; a bool is an int, and a datetime a date.
_TYPES: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (bool, lambda _v: "Bool"),
    (int, lambda v: "Int64" if -(2**63) <= v < 2**63 else "Int256"),
    (float, lambda _v: "Float64"),
    (Decimal, lambda v: f"Decimal(76, {max(0, -v.as_tuple().exponent)})"),
    (datetime, lambda _v: "DateTime64(6, 'UTC')"),
    (date, lambda _v: "Date32"),
    (UUID, lambda _v: "UUID"),
    (type(None), lambda _v: "Nullable(String)"),
)


def _type_of(value: object) -> str:
    return next((told(value) for kind, told in _TYPES if isinstance(value, kind)), "String")


def _written(value: object) -> bytes:
    """Write a value as a parameter has it: like a cell of tab-separated values."""
    if value is None:
        return b"\\N"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}".encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "".join(f"\\x{byte:02x}" for byte in bytes(value)).encode()
    return str(value).translate(_ESCAPES).encode("utf-8", "surrogateescape")


def connect(address: str, headers: Mapping[str, str], seconds: float, mode: str) -> Connection:
    """Return a connection. Nothing is sent before the first statement."""
    return Connection(address, headers, seconds, writing=mode != "ro")
