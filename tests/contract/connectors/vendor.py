"""A pretend vendor that is spoken to over HTTP: routes, a credential, and dials that make it misbehave.

A pretend system says what its routes answer; everything that vendors have in common stands here.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

import httpx

from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError
from dsar.ports import Connector
from tests.contract.connectors.pretend import PAGE_ROWS, Trouble
from tests.people import ADA_EMAIL

TOKEN = "tok-pretend"
Json = dict[str, Any]
Expected = tuple[type[DsarError], str, timedelta | None]


@dataclass(frozen=True)
class Asked:
    """One request, read. `body` is its JSON or its form, `path` the named parts of its address."""

    request: httpx.Request
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any


class PretendVendor:
    """Subclasses say `kind`, `settings`, `routes` and what they hold in `store`."""

    kind: str
    settings: Mapping[str, Any] = {"api_key": TOKEN}
    held: Mapping[str, int]
    keys: Mapping[str, tuple[str, ...]]
    cannot: Mapping[str, str] = {}
    reading: tuple[str, ...] = ()  # routes that only read, whatever their method
    elsewhere: Mapping[str, Callable[[httpx.Request], httpx.Response]] = {}  # other hosts it uses

    def __init__(self) -> None:
        self.store: Json = {}
        self.log: list[tuple[httpx.Request, httpx.Response, str]] = []
        self._odd: Callable[[], httpx.Response] | None = None
        self.throttles = 0  # how many of the calls that change something it refuses for their haste
        self._routes = [(route, *_compiled(route), handle) for route, handle in self.routes().items()]

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        """Return "METHOD /path/{part}" and what answers it: JSON, or a whole response."""
        raise NotImplementedError

    def connector(self, **changed: Any) -> Connector:
        return self.through(httpx.MockTransport(self.answer), **changed)

    def through(self, transport: httpx.AsyncBaseTransport, **changed: Any) -> Connector:
        """Return a connector that reaches this vendor through that."""
        settings = {**self.settings, "page_rows": PAGE_ROWS, **changed}
        module = import_module(f"connectors.{self.kind}")
        connector: Connector = module.connect("vendor", module.Settings(**settings), transport=transport)
        return connector

    @property
    def correctable(self) -> Mapping[str, tuple[str, ...]]:
        """Return what the connector itself says it corrects."""
        rectify = getattr(self.connector(), "rectify", None)
        if rectify is None:
            return {}
        names = tuple(name for name in rectify.__self__.attributes if name != "email")
        return {rectify.__self__.collection: names}

    def state(self) -> str:
        return hashlib.sha256(json.dumps(self.store, sort_keys=True, default=str).encode()).hexdigest()

    def changing_calls(self) -> list[str]:
        return [
            route for request, _, route in self.log if request.method != "GET" and route not in self.reading
        ]

    def authorised(self, request: httpx.Request) -> bool:
        return bool(request.headers.get("Authorization") == f"Bearer {TOKEN}")

    def refusing(self) -> Connector:
        """Return a connector with a credential that this vendor does not know."""
        return self.connector(**dict.fromkeys({*self.settings} & {"api_key", "token"}, "wrong"))

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self._odd:
            return self._odd()
        if other := self.elsewhere.get(request.url.host):
            return other(request)
        route, response = self._answered(request)
        response.headers.setdefault("X-Request-Id", f"req-{len(self.log)}")
        response.headers.setdefault("Request-Id", f"req_{len(self.log)}")
        self.log.append((request, response, route))
        return response

    def troubles(self) -> Iterator[tuple[str, AbstractContextManager[Trouble]]]:
        yield "refusal", self._refused()
        for name, (expected, odd) in TROUBLES.items():
            yield name, self._dialled(expected, odd)

    def _answered(self, request: httpx.Request) -> tuple[str, httpx.Response]:
        if self.throttles and request.method == "POST":
            self.throttles -= 1
            return "", httpx.Response(429, headers={"Retry-After": "7"}, json={})
        if not self.authorised(request):
            return "", httpx.Response(401, json={"error": {"message": "who are you"}})
        path = request.url.raw_path.partition(b"?")[0].decode()
        for route, method, pattern, handle in self._routes:
            found = pattern.fullmatch(path)
            if found and method == request.method:
                parts = {name: _unquoted(text) for name, text in found.groupdict().items()}
                query = dict(request.url.params)
                try:
                    said = handle(Asked(request, parts, query, _body(request)))
                except (ValueError, KeyError, IndexError):  # an id or a mark that it never gave
                    said = httpx.Response(400, json={"error": {"message": "cannot be read"}})
                whole = isinstance(said, httpx.Response)
                return route, said if whole else httpx.Response(200, json=said)
        return "", httpx.Response(404, json={"error": "no such route"})

    @contextmanager
    def _refused(self) -> Iterator[Trouble]:
        yield Trouble(self.refusing(), OperatorError, "credentials_refused")

    @contextmanager
    def _dialled(self, expected: Expected, odd: Callable[[], httpx.Response]) -> Iterator[Trouble]:
        self._odd = odd
        try:
            yield Trouble(self.connector(), *expected)
        finally:
            self._odd = None


def absent(_asked: Asked | None = None) -> httpx.Response:
    return httpx.Response(404, json={"error": {"code": "not_found", "message": "no such thing"}})


def nothing(status: int = 204) -> httpx.Response:
    return httpx.Response(status)


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 2**20


TROUBLES: dict[str, tuple[Expected, Callable[[], httpx.Response]]] = {
    "throttle": (
        (TemporaryError, "throttled", timedelta(seconds=7)),
        lambda: httpx.Response(429, headers={"Retry-After": "7"}, json={}),
    ),
    "throttle by body": (
        (TemporaryError, "throttled", timedelta(seconds=9)),
        lambda: httpx.Response(200, headers={"Retry-After": "9"}, json={"error": {"code": "rate_limited"}}),
    ),
    "outage": (
        (TemporaryError, "http_503", timedelta(hours=1)),
        lambda: httpx.Response(503, headers={"Retry-After": "86400"}, text=f"<p>{ADA_EMAIL}"),
    ),
    "malformed": (
        (ContractError, "reply_malformed", None),
        lambda: httpx.Response(200, text=f'{{"data": [{{"email": "{ADA_EMAIL}"'),
    ),
    "markup": (
        (ContractError, "reply_malformed", None),
        lambda: httpx.Response(200, text=f"<html>{ADA_EMAIL}</html>"),
    ),
    "an error with status 200": (
        (ContractError, "reply_unexpected", None),
        lambda: httpx.Response(200, json={"result": "error", "message": f"no access to {ADA_EMAIL}"}),
    ),
    "redirect to another host": (
        (OperatorError, "redirected", None),
        lambda: httpx.Response(302, headers={"Location": f"https://evil.example/?q={ADA_EMAIL}"}),
    ),
    "endless reply": (
        (ContractError, "reply_too_large", None),
        lambda: httpx.Response(200, content=endless()),
    ),
}


def _compiled(route: str) -> tuple[str, re.Pattern[str]]:
    method, _, path = route.partition(" ")
    return method, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _unquoted(text: str) -> str:
    return httpx.QueryParams(f"x={text.replace('+', '%2B')}")["x"]


def _body(request: httpx.Request) -> Any:
    if not request.content:
        return None
    if request.headers.get("Content-Type", "").startswith("application/json"):
        return json.loads(request.content)
    return dict(httpx.QueryParams(request.content.decode()))
