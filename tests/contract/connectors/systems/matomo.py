"""The pretend Matomo: one address for every method, errors with status 200, visits in two sites."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx

from dsar.errors import ContractError
from tests.contract.connectors.pretend import SHARED_EMAIL, Pretend, Trouble, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor

SITES = (1, 2)


class PretendMatomo(PretendVendor):
    kind = "matomo"
    settings: Mapping[str, Any] = {"base_url": "https://stats.example", "token": TOKEN, "sites": SITES}
    held: Mapping[str, int] = {"visits": 23}
    keys: Mapping[str, tuple[str, ...]] = {"visits": ("idvisit",)}
    cannot: Mapping[str, str] = {
        "shared mailbox": "an id is one person",
        "pages": "visits are asked by number",
    }

    def __init__(self) -> None:
        super().__init__()
        self.store = {"visits": []}
        for m in cast():
            if m.email == SHARED_EMAIL and any(v["user_id"] == m.email for v in self.store["visits"]):
                continue
            for n in range(m.rows):
                number = m.number * 1000 + n
                visit = {"idvisit": number, "idsite": 1 + n % 2, "user_id": m.email, "location_country": "gb"}
                self.store["visits"].append(visit)

    def changing_calls(self) -> list[str]:
        asked = [dict(httpx.QueryParams(request.content.decode())) for request, _, _ in self.log]
        return [a["method"] for a in asked if "delete" in a["method"]]

    def authorised(self, request: httpx.Request) -> bool:
        return True  # it says so in the body

    def troubles(self) -> Iterator[tuple[str, AbstractContextManager[Trouble]]]:
        for name, trouble in super().troubles():
            if name == "an error with status 200":
                refused = (ContractError, "request_refused", None)
                odd = {"result": "error", "message": "no"}
                yield name, self._dialled(refused, lambda odd=odd: httpx.Response(200, json=odd))  # type: ignore[misc]
            else:
                yield name, trouble

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        return {"POST /index.php": self._method}

    def _method(self, asked: Asked) -> Any:
        if asked.body["token_auth"] != TOKEN:
            return {"result": "error", "message": "Unable to authenticate: token_auth is wrong"}
        name = asked.body["method"].removeprefix("PrivacyManager.")
        methods = {
            "findDataSubjects": self._find,
            "exportDataSubjects": self._export,
            "deleteDataSubjects": self._forget,
        }
        return methods[name](asked)

    def _find(self, asked: Asked) -> list[Json]:
        """Segments compare letter by letter."""
        value = unquote(unquote(asked.body["segment"].removeprefix("userId==")))
        found = [v for v in self.store["visits"] if v["user_id"] == value]
        own = [v for v in found if str(v["idsite"]) == asked.body["idSite"]]
        return [{"idVisit": v["idvisit"], "idSite": v["idsite"], "userId": v["user_id"]} for v in own]

    def _chosen(self, asked: Asked) -> list[Json]:
        numbers = [value for name, value in asked.body.items() if name.endswith("[idvisit]")]
        return [v for v in self.store["visits"] if str(v["idvisit"]) in numbers]

    def _export(self, asked: Asked) -> Json:
        visits = self._chosen(asked)
        actions = [{"idvisit": v["idvisit"], "idaction_url": 7} for v in visits]
        return {"log_visit": visits[::-1], "log_link_visit_action": actions, "log_action_idaction_url": []}

    def _forget(self, asked: Asked) -> Json:
        gone = self._chosen(asked)
        self.store["visits"] = [v for v in self.store["visits"] if v not in gone]
        return {"log_visit": len(gone), "log_link_visit_action": len(gone)}


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendMatomo()


VARIANTS: Variants = {"pretend": _opened}
