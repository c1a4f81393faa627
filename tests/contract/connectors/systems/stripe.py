"""The pretend Stripe: lists by customer, a search that lags, and redaction jobs with their own will."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import Pretend, Variants, cast
from tests.contract.connectors.vendor import Asked, Json, PretendVendor, absent

OLD = 1_600_000_000
LISTS = ("payment_intents", "setup_intents", "invoices", "subscriptions", "credit_notes", "checkout/sessions")
OWNED = ("payment_methods", "tax_ids", "balance_transactions")


class PretendStripe(PretendVendor):
    kind = "stripe"
    held: Mapping[str, int] = {"customers": 1, "charges": 23}
    keys: Mapping[str, tuple[str, ...]] = {"customers": ("id",), "charges": ("id",)}

    def __init__(self) -> None:
        super().__init__()
        self.store = {"customers": {}, "charges": [], "jobs": {}}
        for m in cast():
            key = f"cus_{m.number}"
            self.store["customers"][key] = {
                "id": key,
                "object": "customer",
                "email": m.email,
                "name": m.name,
                "phone": m.phone,
                "created": OLD,
                "livemode": False,
                "metadata": {},
            }
            self.store["charges"] += [_charge(key, f"ch_{m.number}_{n:03d}") for n in range(m.rows)]

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        lists = {f"GET /v1/{path}": _none for path in LISTS}
        owned = {f"GET /v1/customers/{{id}}/{path}": _none for path in OWNED}
        jobs = "/v1/privacy/redaction_jobs"
        return {
            "GET /v1/customers": lambda asked: _page(self._with("email", asked.query["email"]), asked),
            "GET /v1/customers/search": self._search,
            "GET /v1/customers/{id}": lambda asked: self.store["customers"].get(asked.path["id"]) or absent(),
            "POST /v1/customers/{id}": self._change,
            "GET /v1/charges": self._charges,
            **lists,
            **owned,
            f"POST {jobs}": self._create,
            f"GET {jobs}/{{id}}": self._job,
            f"POST {jobs}/{{id}}/run": self._run,
            f"POST {jobs}/{{id}}/validate": lambda asked: self._stand(asked, "validating"),
        }

    def _with(self, field: str, value: str) -> list[Json]:
        return [c for c in self.store["customers"].values() if c[field] == value]

    def _search(self, asked: Asked) -> Json:
        field, _, literal = asked.query["query"].partition(":")
        value = literal[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        found = self._with(field, value)
        return {"object": "search_result", "url": "/v1/customers/search", "has_more": False, "data": found}

    def _charges(self, asked: Asked) -> Json:
        own = [c for c in self.store["charges"] if c["customer"] == asked.query["customer"]]
        return _page(own, asked)

    def _change(self, asked: Asked) -> Any:
        customer = self.store["customers"].get(asked.path["id"])
        if customer is None:
            return absent()
        for field, value in asked.body.items():
            if field.startswith("metadata["):
                name = field[len("metadata[") : -1]
                customer["metadata"] = {**customer["metadata"], name: value} if value else {}
            else:
                customer[field] = value
        return customer

    def _create(self, asked: Asked) -> Any:
        keys = [value for name, value in asked.body.items() if name.startswith("objects[customers]")]
        job = {
            "id": f"prj_{len(self.store['jobs'])}",
            "object": "privacy.redaction_job",
            "status": "validating",
        }
        self.store["jobs"][job["id"]] = {**job, "customers": keys}
        return job

    def _job(self, asked: Asked) -> Any:
        """A job moves on whenever somebody looks."""
        job = self.store["jobs"][asked.path["id"]]
        if job["status"] == "redacting":
            self._redact(job["customers"])
            job["status"] = "succeeded"
        if job["status"] == "validating":
            young = [c for c in self.store["charges"] if c["customer"] in job["customers"] and _young(c)]
            job["status"] = "failed" if young else "ready"
        return job

    def _run(self, asked: Asked) -> Any:
        ready = self.store["jobs"][asked.path["id"]]["status"] == "ready"
        return self._stand(asked, "redacting") if ready else httpx.Response(400, json={"error": {}})

    def _stand(self, asked: Asked, status: str) -> Json:
        job: Json = self.store["jobs"][asked.path["id"]]
        job["status"] = status
        return job

    def _redact(self, keys: list[str]) -> None:
        for key in keys:
            gone = {"email": None, "name": None, "phone": None, "redaction": {"status": "redacted"}}
            self.store["customers"][key] |= gone
        for charge in self.store["charges"]:
            if charge["customer"] in keys:
                charge["billing_details"] = {}


def _charge(customer: str, key: str) -> Json:
    return {
        "id": key,
        "object": "charge",
        "customer": customer,
        "amount": 1900,
        "currency": "eur",
        "created": OLD,
        "billing_details": {"name": None},
    }


def _young(charge: Json) -> bool:
    return bool(charge["created"] > time.time() - 90 * 86400)


def _none(asked: Asked) -> Json:
    return _page([], asked)


def _page(rows: list[Json], asked: Asked) -> Json:
    query = asked.query
    ids = [row["id"] for row in rows]
    start = ids.index(query["starting_after"]) + 1 if query.get("starting_after") else 0
    end = start + int(query.get("limit", "10"))
    return {
        "object": "list",
        "url": asked.request.url.path,
        "has_more": end < len(rows),
        "data": rows[start:end],
    }


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendStripe()


VARIANTS: Variants = {"pretend": _opened}
