"""The pretend Auth0: a token that must be fetched, accounts that may share an address, logs that stay."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import Pretend, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor, absent, nothing

API = "/api/v2"
ACCOUNTS = f"{API}/users"


class PretendAuth0(PretendVendor):
    kind = "auth0"
    settings: Mapping[str, Any] = {"domain": "company.eu.auth0.com", "client_id": "robot", "secret": TOKEN}
    held: Mapping[str, int] = {"users": 1, "organizations": 23}
    keys: Mapping[str, tuple[str, ...]] = {"users": ("user_id",), "organizations": ("id",)}
    reading = ("POST /oauth/token",)

    def __init__(self) -> None:
        super().__init__()
        self.store = {"users": {}, "organizations": {}}
        for m in cast():
            key = f"auth0|{m.number:024d}"
            self.store["users"][key] = {
                "user_id": key,
                "email": m.email,
                "name": m.name,
                "phone_number": m.phone,
            }
            self.store["organizations"][key] = [{"id": f"org_{m.number}_{n}"} for n in range(m.rows)]

    def refusing(self) -> Any:
        return self.connector(secret="wrong")

    def authorised(self, request: httpx.Request) -> bool:
        return request.url.path == "/oauth/token" or super().authorised(request)

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        user = f"{ACCOUNTS}/{{id}}"
        return {
            "POST /oauth/token": self._token,
            f"GET {API}/users-by-email": self._by_email,
            f"GET {user}": lambda asked: self.store["users"].get(asked.path["id"]) or absent(),
            f"PATCH {user}": self._change,
            f"DELETE {user}": self._forget,
            f"GET {user}/logs": lambda _: [],
            f"GET {user}/roles": lambda _: [],
            f"GET {user}/organizations": self._organizations,
        }

    def _token(self, asked: Asked) -> httpx.Response:
        right = asked.body["client_secret"] == TOKEN and asked.body["audience"].endswith("/api/v2/")
        said = {"access_token": TOKEN, "expires_in": 86400, "token_type": "Bearer"}
        return httpx.Response(200 if right else 401, json=said if right else {"error": "access_denied"})

    def _by_email(self, asked: Asked) -> list[Json]:
        return [u for u in self.store["users"].values() if u["email"] == asked.query["email"]]

    def _organizations(self, asked: Asked) -> list[Json]:
        rows: list[Json] = self.store["organizations"].get(asked.path["id"], [])
        start, size = int(asked.query["page"]), int(asked.query["per_page"])
        return rows[start * size : (start + 1) * size]

    def _change(self, asked: Asked) -> Any:
        user = self.store["users"].get(asked.path["id"])
        if user is None:
            return absent()
        user.update({field: value for field, value in asked.body.items() if value is not False})
        for field in [field for field, value in asked.body.items() if value is False]:
            user.pop(field, None)  # what is not blocked does not say so
        return user

    def _forget(self, asked: Asked) -> httpx.Response:
        self.store["users"].pop(asked.path["id"], None)
        self.store["organizations"].pop(asked.path["id"], None)
        return nothing()


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendAuth0()


VARIANTS: Variants = {"pretend": _opened}
