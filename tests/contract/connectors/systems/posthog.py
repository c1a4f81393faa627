"""The pretend PostHog: the rehearsal's server, in this process, holding the cast."""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx

from connectors import posthog
from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError
from dsar.ports import Connector
from rehearsal import analytics, posthog_server
from rehearsal.people import Person
from tests.contract.connectors.pretend import PAGE_ROWS, Pretend, Trouble, Variants, cast
from tests.people import ADA_EMAIL

TOKEN = "phx-pretend"


class PretendPostHog:
    correctable: Mapping[str, tuple[str, ...]] = {}
    held: Mapping[str, int] = {"persons": 1, "events": 23}
    keys: Mapping[str, tuple[str, ...]] = {"persons": ("uuid",), "events": ("uuid",)}
    cannot: Mapping[str, str] = {}

    def __init__(self, path: Path) -> None:
        self._path = path
        self._dials = posthog_server.Dials()
        self._app = posthog_server.app(path, TOKEN, self._dials)

    def connector(self, token: str = TOKEN, project: int = posthog_server.PROJECT) -> Connector:
        settings = posthog.Settings(
            base_url="https://analytics.example", project_id=project, api_key=token, page_rows=PAGE_ROWS
        )
        return posthog.connect("analytics", settings, transport=httpx.ASGITransport(self._app))

    def state(self) -> str:
        return hashlib.sha256(self._path.read_bytes()).hexdigest()

    def changing_calls(self) -> list[str]:
        return [what for how, what in self._dials.asked if not _reads(how, what)]

    def troubles(self) -> Iterator[tuple[str, AbstractContextManager[Trouble]]]:
        yield "refusal", self._trouble(self.connector(token="wrong"), "credentials_refused")
        yield "no such project", self._trouble(self.connector(project=999), "address_unknown")
        yield "throttle", self._dialled(_throttle("7"), 429, {"Retry-After": "7"})
        yield "throttle without a time", self._dialled(_throttle(None), 429, {})
        yield (
            "throttle by body",
            self._dialled(_throttle("9"), 200, {"Retry-After": "9"}, b'{"code": "throttled"}'),
        )
        yield (
            "outage",
            self._dialled((TemporaryError, "http_503", timedelta(hours=1)), 503, {"Retry-After": "86400"}),
        )
        yield (
            "redirect",
            self._dialled((OperatorError, "redirected", None), 302, {"Location": "https://evil.example"}),
        )
        for name, body in {
            "malformed": f'{{"results": [{{"email": "{ADA_EMAIL}"'.encode(),
            "markup instead of JSON": f"<html>{ADA_EMAIL}</html>".encode(),
        }.items():
            yield name, self._dialled((ContractError, "reply_malformed", None), 200, {}, body)

    @contextmanager
    def _trouble(self, connector: Connector, reason: str) -> Iterator[Trouble]:
        yield Trouble(connector, OperatorError, reason)

    @contextmanager
    def _dialled(
        self,
        expected: tuple[type[DsarError], str, timedelta | None],
        status: int,
        headers: dict[str, str],
        body: bytes | None = None,
    ) -> Iterator[Trouble]:
        self._dials.status, self._dials.headers, self._dials.body = status, headers, body
        try:
            yield Trouble(self.connector(), *expected)
        finally:
            self._dials.status, self._dials.headers, self._dials.body = 0, {}, None


def _throttle(seconds: str | None) -> tuple[type[DsarError], str, timedelta | None]:
    return TemporaryError, "throttled", timedelta(seconds=int(seconds)) if seconds else None


def _reads(how: str, what: str) -> bool:
    return (
        how == "GET"
        or (how == "POST" and what.endswith("/query/"))
        or (how == "QUERY" and what.startswith("select "))
    )


@contextmanager
def _opened(folder: Path) -> Iterator[Pretend]:
    path = folder / "posthog.sqlite"
    analytics.build(path)
    with closing(sqlite3.connect(path)) as database, database:
        for table in ("events", "distinct_ids", "persons"):
            database.execute(f"delete from {table}")  # noqa: S608 - our own names
        for m in cast():
            number = 3000 + 3 * m.number  # of a person who tells their address
            known = Person(number=number, name=m.name, email=m.email, phone=m.phone)
            analytics.add(database, known, events=m.rows)
    yield PretendPostHog(path)


VARIANTS: Variants = {"rehearsal": _opened}
