"""A PostHog-compatible server with its own storage: persons, events and as much HogQL as a careful client
sends. `python -m rehearsal.posthog_server --port 8010 --db posthog.sqlite --token-file key` serves it.
"""

import argparse
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rehearsal import analytics

PROJECT = 1
PAGE = 100
CLEANED_AFTER = 2  # queries: then the events of those who were removed are gone, as after a weekend
# What a query may do: read these two tables with these functions. SQLite asks before it runs anything.
_TABLES = frozenset({"persons", "events"})
_FUNCTIONS = frozenset({"count", "tostring"})
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, sqlite3.Error)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class Dials:
    """How the server misbehaves, and what it was asked. All quiet by default."""

    status: int = 0  # answer every call with this instead
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None  # answer every call with these bytes
    asked: list[tuple[str, str]] = field(default_factory=list)  # method and path, or the text of a query


class Server:
    """The service behind the routes."""

    def __init__(self, path: Path, token: str, dials: Dials) -> None:
        self._token = token
        self._dials = dials
        self._storage = _opened(path, "rw")
        self._queries = _opened(path)
        self._cleaning = 0  # queries until the next cleaning; 0: nothing waits for it
        self._queries.set_authorizer(_only_reading)

    def close(self) -> None:
        """Close the storage."""
        self._storage.close()
        self._queries.close()

    async def persons(self, request: Request) -> Response:
        """GET persons, filtered by `email` or `distinct_id`, in pages linked by `next`."""
        if wrong := self._wrong(request):
            return wrong
        query = request.query_params
        limit, offset = int(query.get("limit", PAGE)), int(query.get("offset", 0))
        found = self._ids(query.get("email"), query.get("distinct_id"))
        page = [self._person(id_) for id_ in found[offset : offset + limit]]
        more = {**query, "limit": str(limit), "offset": str(offset + limit)}
        following = (
            f"{request.url.replace(query='')}?{urlencode(more)}" if offset + limit < len(found) else None
        )
        return JSONResponse({"next": following, "previous": None, "results": page})

    async def remove(self, request: Request) -> Response:
        """DELETE one person at once; with `delete_events` their events go at the next cleaning."""
        if wrong := self._wrong(request):
            return wrong
        who = [request.path_params["person"]]
        with self._storage as storage:
            storage.execute("delete from distinct_ids where person_id = ?", who)
            gone = storage.execute("delete from persons where id = ?", who).rowcount
        if not gone:
            return _problem(404, "invalid_request", "not_found", "Not found.")
        if request.query_params.get("delete_events") == "true":
            self._cleaning = CLEANED_AFTER
        return Response(status_code=202)

    def _clean(self) -> None:
        """Come a query nearer to the next cleaning."""
        if self._cleaning:
            self._cleaning -= 1
            if not self._cleaning:
                with self._storage as storage:
                    storage.execute("delete from events where person_id not in (select id from persons)")

    async def person(self, request: Request) -> Response:
        """GET one person by id."""
        if wrong := self._wrong(request):
            return wrong
        found = self._person(request.path_params["person"])
        return JSONResponse(found) if found else _problem(404, "invalid_request", "not_found", "Not found.")

    async def query(self, request: Request) -> Response:
        """POST a HogQLQuery; values stand in `{placeholders}`."""
        if wrong := self._wrong(request):
            return wrong
        asked = (await request.json()).get("query", {})
        self._dials.asked.append(("QUERY", str(asked.get("query"))))
        self._clean()
        text, values = _bound(asked["query"], asked.get("values") or {})
        cursor = self._queries.execute(text, values)
        names = [column[0] for column in cursor.description]
        return JSONResponse({"columns": names, "results": [list(row) for row in cursor], "error": None})

    def _wrong(self, request: Request) -> Response | None:
        self._dials.asked.append((request.method, request.url.path))
        if self._dials.body is not None:
            return Response(self._dials.body, self._dials.status or 200, self._dials.headers)
        if self._dials.status:
            return _problem(
                self._dials.status, "error", "error", "As the dials say.", headers=self._dials.headers
            )
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            return _problem(401, "authentication_error", "authentication_failed", "Invalid personal API key.")
        if request.path_params["project"] != PROJECT:
            return _problem(404, "invalid_request", "not_found", "Project not found.")
        return None

    def _ids(self, email: str | None, distinct_id: str | None) -> list[str]:
        sought = "select id from persons where 1"
        values: list[str] = []
        if email is not None:
            sought, values = f"{sought} and json_extract(properties, '$.email') = ?", [*values, email]
        if distinct_id is not None:
            sought += " and id in (select person_id from distinct_ids where distinct_id = ?)"
            values.append(distinct_id)
        return [id_ for (id_,) in self._storage.execute(f"{sought} order by id", values)]

    def _person(self, id_: str) -> dict[str, Any] | None:
        sought = "select id, created_at, properties from persons where id = ?"
        row = self._storage.execute(sought, [id_]).fetchone()
        if row is None:
            return None
        known = self._storage.execute(
            "select distinct_id from distinct_ids where person_id = ? order by distinct_id", [id_]
        )
        names = [name for (name,) in known]
        shown = {"id": row[0], "uuid": row[0], "created_at": row[1], "properties": json.loads(row[2])}
        return {**shown, "name": names[0] if names else row[0], "distinct_ids": names}


def app(path: Path, token: str, dials: Dials | None = None) -> Starlette:
    """Return the server on a storage that `analytics.build` wrote."""
    server = Server(path, token, dials or Dials())

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        server.close()

    project = "/api/projects/{project:int}"
    return Starlette(
        lifespan=lifespan,
        exception_handlers=dict.fromkeys(_UNREADABLE, _unreadable),
        routes=[
            Route(f"{project}/persons/", server.persons, methods=["GET"]),
            Route(f"{project}/persons/{{person}}/", server.person, methods=["GET"]),
            Route(f"{project}/persons/{{person}}/", server.remove, methods=["DELETE"]),
            Route(f"{project}/query/", server.query, methods=["POST"]),
        ],
    )


async def _unreadable(_request: Request, _error: Exception) -> Response:
    return _problem(400, "validation_error", "invalid_input", "This cannot be read.")


def _opened(path: Path, mode: str = "ro") -> sqlite3.Connection:
    """Open the storage; unless told otherwise, so that nothing can be written, whatever is asked."""
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
    database.create_function("toString", 1, lambda v: "" if v is None else str(v), deterministic=True)
    return database


def _only_reading(action: int, first: str | None, second: str | None, *_: object) -> int:
    may = {
        sqlite3.SQLITE_SELECT: True,
        sqlite3.SQLITE_READ: first in _TABLES,
        sqlite3.SQLITE_FUNCTION: (second or "").lower() in _FUNCTIONS,
    }
    return sqlite3.SQLITE_OK if may.get(action, False) else sqlite3.SQLITE_DENY


def _bound(query: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Turn `{name}` into bound parameters: one for a value, several in brackets for a list.

    Raises:
        KeyError: a placeholder has no value.
    """
    bound: dict[str, Any] = {}

    def mark(found: re.Match[str]) -> str:
        name, value = found[1], values[found[1]]
        if not isinstance(value, list):
            bound[name] = value
            return f":{name}"
        bound.update({f"{name}_{i}": item for i, item in enumerate(value)})
        return f"({', '.join(f':{name}_{i}' for i in range(len(value)))})"

    return _PLACEHOLDER.sub(mark, query), bound


def _problem(
    status: int,
    kind: str,
    code: str,
    detail: str,
    *,
    attr: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    return JSONResponse({"type": kind, "code": code, "detail": detail, "attr": attr}, status, headers)


def main() -> None:
    """Serve on the loopback address until stopped. The storage is built if it is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--token-file", type=Path, required=True)
    asked = parser.parse_args()
    if not asked.db.exists():
        analytics.build(asked.db)
    token = asked.token_file.read_text("utf-8").strip()
    uvicorn.run(
        app(asked.db, token), host="127.0.0.1", port=asked.port, access_log=False, log_level="warning"
    )


if __name__ == "__main__":
    main()
