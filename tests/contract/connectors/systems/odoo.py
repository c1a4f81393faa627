"""The pretend Odoo: named arguments, a comparison with its own wildcards, modules not installed."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import Pretend, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, PretendVendor, absent

SEARCH = "POST /json/2/{model}/search_read"


class PretendOdoo(PretendVendor):
    kind = "odoo"
    settings: Mapping[str, Any] = {"base_url": "https://erp.example", "api_key": TOKEN, "database": "company"}
    held: Mapping[str, int] = {"messages": 23, "contacts": 1}
    keys: Mapping[str, tuple[str, ...]] = {"contacts": ("id",), "messages": ("id",)}
    reading = (SEARCH,)

    def __init__(self) -> None:
        super().__init__()
        self.store = {"res.partner": [], "mail.message": [], "account.move": []}
        for m in cast():
            known = {"id": m.number, "name": m.name, "email": m.email, "phone": m.phone, "ref": False}
            self.store["res.partner"].append({**known, "active": True})
            for n in range(m.rows):
                text = {"id": m.number * 1000 + n, "author_id": [m.number, m.name], "body": f"<p>{n}</p>"}
                self.store["mail.message"].append(text)

    def authorised(self, request: httpx.Request) -> bool:
        known = request.headers.get("Authorization") == f"bearer {TOKEN}"
        return bool(known and request.headers.get("X-Odoo-Database") == "company")

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        return {
            SEARCH: self._search,
            "POST /json/2/{model}/unlink": self._unlink,
            "POST /json/2/res.partner/write": self._write,
        }

    def _search(self, asked: Asked) -> Any:
        rows = self.store.get(asked.path["model"])
        if rows is None:
            return absent()  # the module is not installed
        for field, operator, value in asked.body["domain"]:
            rows = [row for row in rows if _fits(row.get(field), operator, value)]
        return sorted(rows, key=lambda row: row["id"])[: asked.body["limit"]]

    def _unlink(self, asked: Asked) -> Any:
        model, ids = asked.path["model"], asked.body["ids"]
        if model == "res.partner" and any(m["partner_id"][0] in ids for m in self.store["account.move"]):
            return httpx.Response(422, json={"name": "odoo.exceptions.UserError"})
        self.store[model] = [row for row in self.store[model] if row["id"] not in ids]
        return httpx.Response(200, json=True)

    def _write(self, asked: Asked) -> httpx.Response:
        for row in self.store["res.partner"]:
            if row["id"] in asked.body["ids"]:
                row.update(asked.body["vals"])
        return httpx.Response(200, json=True)


def _fits(said: Any, operator: str, value: Any) -> bool:
    if operator == "=ilike":
        return isinstance(said, str) and bool(_like(value).fullmatch(said))
    said = said[0] if isinstance(said, list) else said
    return bool(said > value if operator == ">" else said == value)


def _like(pattern: str) -> re.Pattern[str]:
    """Read a pattern as PostgreSQL does: % is anything, _ one character, a backslash makes either itself."""
    parts = re.findall(r"\\.|%|_|[^\\%_]+|\\$", pattern, re.DOTALL)
    means = {"%": ".*", "_": "."}
    text = "".join(means.get(p) or re.escape(p[1:] if p[0] == "\\" and len(p) > 1 else p) for p in parts)
    return re.compile(text, re.IGNORECASE | re.DOTALL)


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendOdoo()


VARIANTS: Variants = {"pretend": _opened}
