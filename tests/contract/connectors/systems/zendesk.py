"""The pretend Zendesk: a fuzzy search, two steps to erase anything, products that erase in their own time."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import SHARED_EMAIL, Pretend, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor, absent, nothing

LOGIN = "admin@company.example"
API = "/api/v2"
USERS = f"{API}/users"


class PretendZendesk(PretendVendor):
    kind = "zendesk"
    settings: Mapping[str, Any] = {"subdomain": "company", "login": LOGIN, "token": TOKEN}
    held: Mapping[str, int] = {"users": 1, "identities": 1, "tickets": 23}
    keys: Mapping[str, tuple[str, ...]] = dict.fromkeys(("users", "identities", "tickets"), ("id",))
    cannot: Mapping[str, str] = {"shared mailbox": "an address belongs to one user"}

    def __init__(self) -> None:
        super().__init__()
        self.store = {"users": {}, "trash": {}, "statuses": {}, "tickets": [], "binned": [], "jobs": {}}
        for m in cast():
            if m.email == SHARED_EMAIL and any(u["email"] == m.email for u in self.store["users"].values()):
                continue
            user = {"id": m.number, "email": m.email, "name": m.name, "phone": m.phone, "active": True}
            self.store["users"][str(m.number)] = {**user, "tags": ["vip"]}
            for n in range(m.rows):
                ticket = {"id": m.number * 1000 + n, "requester_id": m.number, "subject": f"ticket {n}"}
                self.store["tickets"].append(ticket)

    def authorised(self, request: httpx.Request) -> bool:
        expected = base64.b64encode(f"{LOGIN}/token:{TOKEN}".encode()).decode()
        return bool(request.headers.get("Authorization") == f"Basic {expected}")

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        user = f"{USERS}/{{id}}"
        return {
            f"GET {USERS}/search": self._search,
            f"GET {user}": self._user,
            f"PUT {user}": self._change,
            f"DELETE {user}": self._trash_user,
            f"GET {API}/deleted_users/{{id}}": self._trashed,
            f"DELETE {API}/deleted_users/{{id}}": self._erase_user,
            f"GET {user}/compliance_deletion_statuses": self._statuses,
            f"GET {user}/identities": self._identities,
            f"GET {user}/tickets/requested": self._requested,
            f"GET {API}/tickets/{{id}}/comments": self._comments,
            f"DELETE {API}/tickets/{{id}}": self._bin_ticket,
            f"DELETE {API}/deleted_tickets/destroy_many": self._empty_bin,
            f"GET {API}/job_statuses/{{id}}": self._job,
        }

    def _search(self, asked: Asked) -> Json:
        """Finds what begins alike, too."""
        phrase = asked.query["query"].strip('"').casefold()
        users = [u for u in self.store["users"].values() if u["active"]]
        found = [u for u in users if _alike(phrase, u["email"]) or u["phone"] == phrase]
        size = int(asked.query["per_page"])
        start = size * (int(asked.query["page"]) - 1)
        return {"users": found[start : start + size], "count": len(found) + 7, "next_page": None}

    def _user(self, asked: Asked) -> Any:
        user = self.store["users"].get(asked.path["id"])
        return {"user": user} if user else absent()

    def _change(self, asked: Asked) -> Any:
        self.store["users"][asked.path["id"]] |= asked.body["user"]
        return self._user(asked)

    def _trash_user(self, asked: Asked) -> Any:
        user = self.store["users"].get(asked.path["id"])
        if not user or not user["active"]:
            return absent()
        if any(t["requester_id"] == user["id"] for t in self.store["tickets"]):
            return httpx.Response(422, json={"error": "RecordInvalid"})
        user["active"] = False
        self.store["trash"][asked.path["id"]] = user
        return {"user": user}

    def _trashed(self, asked: Asked) -> Any:
        user = self.store["trash"].get(asked.path["id"])
        return {"deleted_user": user} if user else absent()

    def _erase_user(self, asked: Asked) -> Any:
        user = self.store["trash"].pop(asked.path["id"], None)
        if user is None:
            return absent()
        user |= {"email": None, "phone": None, "name": "Permanently Deleted User"}
        self.store["statuses"][asked.path["id"]] = 0
        return {"deleted_user": user}

    def _statuses(self, asked: Asked) -> Any:
        """Each look finds one more product done."""
        looks = self.store["statuses"].get(asked.path["id"])
        if looks is None:
            return absent()
        self.store["statuses"][asked.path["id"]] = looks + 1
        told = [("request_deletion", "all")] + [("started", a) for a in ("all", "support", "chat")]
        told += [("complete", a) for a in ("all", "support", "chat")[:looks]]
        rows = [{"action": action, "application": application} for action, application in told]
        return {"compliance_deletion_statuses": rows}

    def _identities(self, asked: Asked) -> Any:
        user = self.store["users"].get(asked.path["id"])
        if not user or not user["active"]:
            return absent()
        row = {"id": user["id"] + 50_000, "user_id": user["id"], "type": "email", "value": user["email"]}
        return {"identities": [row], "meta": {"has_more": False, "after_cursor": "x"}}

    def _requested(self, asked: Asked) -> Any:
        own = [t for t in self.store["tickets"] if str(t["requester_id"]) == asked.path["id"]]
        return _page("tickets", own, asked)

    def _comments(self, asked: Asked) -> Json:
        rows = [{"id": int(asked.path["id"]) + 90_000, "body": "please help", "public": True}]
        return {"comments": rows, "meta": {"has_more": False, "after_cursor": None}}

    def _bin_ticket(self, asked: Asked) -> Any:
        own = [t for t in self.store["tickets"] if str(t["id"]) == asked.path["id"]]
        self.store["tickets"] = [t for t in self.store["tickets"] if t not in own]
        self.store["binned"] += own
        return nothing() if own else absent()

    def _empty_bin(self, asked: Asked) -> Json:
        ids = asked.query["ids"].split(",")
        self.store["binned"] = [t for t in self.store["binned"] if str(t["id"]) not in ids]
        job = f"job{len(self.store['jobs'])}"
        self.store["jobs"][job] = ["queued", "working", "completed"]
        return {"job_status": {"id": job, "status": "queued"}}

    def _job(self, asked: Asked) -> Json:
        states = self.store["jobs"][asked.path["id"]]
        state = states.pop(0) if len(states) > 1 else states[0]
        return {"job_status": {"id": asked.path["id"], "status": state, "results": [{"success": True}]}}


def _alike(phrase: str, email: str) -> bool:
    """Searches by words, as such engines do, and is content with the first of them."""
    words = re.findall(r"\w+", phrase)
    return bool(words) and words[0] in re.findall(r"\w+", email.casefold())


def _page(name: str, rows: list[Json], asked: Asked) -> Json:
    start, size = int(asked.query.get("page[after]", "0")), int(asked.query["page[size]"])
    meta = {"has_more": start + size < len(rows), "after_cursor": f"{start + size}"}
    return {name: rows[start : start + size], "meta": meta}


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendZendesk()


VARIANTS: Variants = {"pretend": _opened}
