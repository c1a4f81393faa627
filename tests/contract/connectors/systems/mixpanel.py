"""The pretend Mixpanel: profiles by an expression, events line by line, deletions that take their time."""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import Pretend, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor

LOGIN = "robot.1234.mp-service-account"
DELETIONS = "/api/app/data-deletions/v3.0"
_COMPARED = re.compile(r'properties\["(\$?\w+)"\] == "((?:[^"\\]|\\.)*)"', re.DOTALL)


class PretendMixpanel(PretendVendor):
    kind = "mixpanel"
    settings: Mapping[str, Any] = {
        "project_id": 7,
        "project_token": "abc",
        "login": LOGIN,
        "secret": TOKEN,
        "gdpr_token": TOKEN,
    }
    held: Mapping[str, int] = {"profiles": 1, "events": 23}
    keys: Mapping[str, tuple[str, ...]] = {"profiles": ("$distinct_id",), "events": ("insert",)}
    cannot: Mapping[str, str] = {"pages": "events come as one stream"}
    reading = ("POST /api/query/engage",)

    def __init__(self) -> None:
        super().__init__()
        self.store = {"profiles": {}, "events": [], "jobs": {}}
        for m in cast():
            key = f"mp-{m.number}"
            known = {"$email": m.email, "$name": m.name, "$phone": m.phone}
            self.store["profiles"][key] = {"$distinct_id": key, "$properties": known}
            for n in range(m.rows):
                happened = {"distinct_id": key, "time": 1_600_000_000 + n}
                self.store["events"].append({"event": "seen", "insert": f"{key}-{n}", "properties": happened})

    def refusing(self) -> Any:
        return self.connector(secret="wrong", gdpr_token="wrong")

    def authorised(self, request: httpx.Request) -> bool:
        basic = base64.b64encode(f"{LOGIN}:{TOKEN}".encode()).decode()
        private = request.url.path.startswith("/api/app")
        return bool(
            request.headers.get("Authorization") == (f"Bearer {TOKEN}" if private else f"Basic {basic}")
        )

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        return {
            "POST /api/query/engage": self._engage,
            "GET /api/2.0/export": self._export,
            f"POST {DELETIONS}": self._forget,
            f"GET {DELETIONS}/{{id}}": self._job,
        }

    def _engage(self, asked: Asked) -> Json:
        rows = list(self.store["profiles"].values())
        if "where" in asked.body:
            field, value = _compared(asked.body["where"])
            rows = [p for p in rows if p["$properties"].get(field) == value]
        else:
            rows = [p for p in rows if p["$distinct_id"] == asked.body["distinct_id"]]
        told = {"page": 0, "page_size": 1000, "session_id": "s-1", "status": "ok", "total": len(rows)}
        return {**told, "results": rows}

    def _export(self, asked: Asked) -> httpx.Response:
        _, value = _compared(asked.query["where"])
        rows = [e for e in self.store["events"] if e["properties"]["distinct_id"] == value]
        return httpx.Response(200, text="".join(f"{json.dumps(row)}\n" for row in rows))

    def _forget(self, asked: Asked) -> httpx.Response:
        job = f"job-{len(self.store['jobs'])}"
        self.store["jobs"][job] = {"ids": asked.body["distinct_ids"], "left": ["STAGING", "STARTED"]}
        return httpx.Response(201, json={"status": "ok", "results": {"task_id": job}})

    def _job(self, asked: Asked) -> Json:
        job = self.store["jobs"].get(asked.path["id"])
        if job is None:
            return {"status": "ok", "results": {"status": "NOT_FOUND"}}
        status = job["left"].pop(0) if job["left"] else "SUCCESS"
        if status == "SUCCESS":
            self._remove(job["ids"])
        told = {"tracking_id": asked.path["id"], "status": status, "compliance_type": "GDPR", "project_id": 7}
        more = {"requesting_user": "robot", "date_requested": "2026-11-26", "distinct_ids": job["ids"]}
        return {"status": "ok", "results": told | more}

    def _remove(self, ids: list[str]) -> None:
        for key in ids:
            self.store["profiles"].pop(key, None)
        left = [e for e in self.store["events"] if e["properties"]["distinct_id"] not in ids]
        self.store["events"] = left


def _compared(where: str) -> tuple[str, str]:
    """Read the one comparison that an expression may make."""
    found = _COMPARED.fullmatch(where)
    assert found, where
    return found[1], re.sub(r"\\(.)", r"\1", found[2], flags=re.DOTALL)


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendMixpanel()


VARIANTS: Variants = {"pretend": _opened}
