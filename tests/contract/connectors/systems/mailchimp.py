"""The pretend Mailchimp: two audiences, members by the digest of their address, and a way of no return."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import SHARED_EMAIL, Pretend, Variants, cast
from tests.contract.connectors.vendor import Asked, Json, PretendVendor, absent, nothing

KEY = "pretend-us21"
API = "/3.0"


class PretendMailchimp(PretendVendor):
    kind = "mailchimp"
    settings: Mapping[str, Any] = {"api_key": KEY}
    held: Mapping[str, int] = {"members": 1, "activity": 23}
    keys: Mapping[str, tuple[str, ...]] = {"members": ("id", "list_id"), "activity": ("campaign_id",)}
    cannot: Mapping[str, str] = {"shared mailbox": "an address is one member"}

    def __init__(self) -> None:
        super().__init__()
        self.store = {"members": {}, "activity": {}, "never": []}
        for m in cast():
            key = hashlib.md5(m.email.lower().encode(), usedforsecurity=False).hexdigest()
            audience = "a1" if m.number % 2 else "a2"
            if m.email == SHARED_EMAIL and key in str(self.store["members"]):
                continue
            first, _, last = m.name.partition(" ")
            member = {"id": key, "list_id": audience, "email_address": m.email, "status": "subscribed"}
            named = {"merge_fields": {"FNAME": first, "LNAME": last, "PHONE": m.phone}}
            self.store["members"][f"{audience} {key}"] = member | named
            rows = [{"campaign_id": f"c{n:03d}", "activity_type": "open"} for n in range(m.rows)]
            self.store["activity"][f"{audience} {key}"] = rows

    def refusing(self) -> Any:
        return self.connector(api_key="wrong-us21")

    def authorised(self, request: httpx.Request) -> bool:
        expected = base64.b64encode(f"dsar:{KEY}".encode()).decode()
        return bool(request.headers.get("Authorization") == f"Basic {expected}")

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        member = f"{API}/lists/{{list}}/members/{{hash}}"
        empty = {f"GET {member}/{part}": _none(part) for part in ("events", "notes")}
        return {
            f"GET {API}/lists": lambda _: {"lists": [{"id": "a2"}, {"id": "a1"}], "total_items": 9},
            f"GET {member}": lambda asked: self._member(asked) or absent(),
            f"PATCH {member}": self._change,
            f"GET {member}/activity-feed": self._activity,
            f"POST {member}/actions/delete-permanent": self._forget,
            **empty,
        }

    def _member(self, asked: Asked) -> Any:
        return self.store["members"].get(f"{asked.path['list']} {asked.path['hash']}")

    def _activity(self, asked: Asked) -> Json:
        rows = self.store["activity"].get(f"{asked.path['list']} {asked.path['hash']}", [])
        start, count = int(asked.query["offset"]), int(asked.query["count"])
        return {"activity": rows[start : start + count], "total_items": len(rows) + 3}

    def _change(self, asked: Asked) -> Any:
        member = self._member(asked)
        if member is None:
            return absent()
        fields = {**member["merge_fields"], **asked.body.pop("merge_fields", {})}
        member.update(asked.body, merge_fields=fields)
        return member

    def _forget(self, asked: Asked) -> httpx.Response:
        key = f"{asked.path['list']} {asked.path['hash']}"
        self.store["activity"].pop(key, None)
        if self.store["members"].pop(key, None) is None:
            return absent()
        self.store["never"].append(key)
        return nothing()


def _none(part: str) -> Callable[[Asked], Json]:
    return lambda _: {part: [], "total_items": 0}


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendMailchimp()


VARIANTS: Variants = {"pretend": _opened}
