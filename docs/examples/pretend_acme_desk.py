"""The pretend Acme Desk: it behaves as the vendor's does, and holds the cast."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from connectors import acme_desk
from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError
from dsar.ports import Connector
from tests.contract.connectors.pretend import PAGE_ROWS, Pretend, Trouble, Variants, cast

TOKEN = "acme-pretend"
Expected = tuple[type[DsarError], str, timedelta | None]


class PretendAcmeDesk:
    """A server with its rows in two lists."""

    held: Mapping[str, int] = {"people": 1, "questions": 23}
    keys: Mapping[str, tuple[str, ...]] = {"people": ("id",), "questions": ("id",)}
    cannot: Mapping[str, str] = {}

    def __init__(self) -> None:
        self._people = [{"id": m.number, "email": m.email, "name": m.name} for m in cast()]
        self._questions = [
            {"id": 1000 * m.number + n, "person": m.number, "text": f"question {n}"}
            for m in cast()
            for n in range(m.rows)
        ]
        self._asked: list[str] = []
        self._odd: httpx.Response | None = None  # what it answers while it is in trouble

    def connector(self, token: str = TOKEN) -> Connector:
        settings = acme_desk.Settings(base_url="https://desk.example", token=token, page_rows=PAGE_ROWS)
        return acme_desk.connect("desk", settings, transport=httpx.MockTransport(self._answer))

    def state(self) -> str:
        return hashlib.sha256(repr((self._people, self._questions)).encode()).hexdigest()

    def changing_calls(self) -> list[str]:
        return [method for method in self._asked if method != "GET"]

    def troubles(self) -> Iterator[tuple[str, AbstractContextManager[Trouble]]]:
        refused: Expected = (OperatorError, "credentials_refused", None)
        throttled: Expected = (TemporaryError, "throttled", timedelta(seconds=7))
        yield "refusal", self._trouble(refused, httpx.Response(401))
        yield "throttle", self._trouble(throttled, httpx.Response(429, headers={"Retry-After": "7"}))
        yield "outage", self._trouble((TemporaryError, "http_503", None), httpx.Response(503))
        yield (
            "malformed",
            self._trouble((ContractError, "reply_malformed", None), httpx.Response(200, text="<")),
        )

    @contextmanager
    def _trouble(self, expected: Expected, odd: httpx.Response) -> Iterator[Trouble]:
        self._odd = odd
        try:
            yield Trouble(self.connector(), *expected)
        finally:
            self._odd = None

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self._asked.append(request.method)
        if self._odd:
            return httpx.Response(self._odd.status_code, headers=self._odd.headers, content=self._odd.content)
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            return httpx.Response(401)
        answers = {"/people": self._find, "/questions": self._list, "/ping": lambda _: {}}
        return httpx.Response(200, json=answers[request.url.path](request.url.params))

    def _find(self, asked: httpx.QueryParams) -> dict[str, Any]:
        [(field, value)] = asked.items()
        found = [p for p in self._people if str(p[field]).casefold() == value.casefold()]
        return {"people": found}

    def _list(self, asked: httpx.QueryParams) -> dict[str, Any]:
        own = [q for q in self._questions if str(q["person"]) == asked["person"]]
        left = [q for q in own if int(str(q["id"])) > int(asked["after"])]
        return {"questions": left[: int(asked["limit"])], "total": len(own)}


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendAcmeDesk()


VARIANTS: Variants = {"pretend": _opened}
