"""The pretend HubSpot: a contact per address, notes by association, an erasure for good."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import SHARED_EMAIL, Pretend, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor, absent, nothing

OBJECTS = "/crm/objects/2026-03"
NAMES = ("email", "firstname", "lastname", "phone", "hs_additional_emails", "hs_email_optout", "hs_note_body")


class PretendHubSpot(PretendVendor):
    kind = "hubspot"
    settings: Mapping[str, Any] = {"token": TOKEN}
    held: Mapping[str, int] = {"contacts": 1, "notes": 23}
    keys: Mapping[str, tuple[str, ...]] = {"contacts": ("id",), "notes": ("id",)}
    cannot: Mapping[str, str] = {"shared mailbox": "an address belongs to one contact"}
    reading = (f"POST {OBJECTS}/contacts/search", f"POST {OBJECTS}/{{kind}}/batch/read")

    def __init__(self) -> None:
        super().__init__()
        self.store = {"contacts": {}, "notes": {}, "blocked": []}
        for m in cast():
            if m.email == SHARED_EMAIL and self._with_email(m.email):
                continue
            first, _, last = m.name.partition(" ")
            known = {"email": m.email, "firstname": first, "lastname": last, "phone": m.phone}
            self.store["contacts"][f"{m.number}"] = {
                "id": f"{m.number}",
                "properties": known,
                "archived": False,
            }
            for n in range(m.rows):
                key = f"{m.number * 1000 + n}"
                note = {"hs_note_body": f"note {n}"}
                self.store["notes"][key] = {"id": key, "properties": note, "contact": f"{m.number}"}

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        contact = f"{OBJECTS}/contacts/{{id}}"
        statuses = "/communication-preferences/2026-03/statuses/{email}"
        return {
            f"POST {OBJECTS}/contacts/search": self._search,
            f"POST {OBJECTS}/contacts/gdpr-delete": self._forget,
            f"GET {contact}": lambda asked: self.store["contacts"].get(asked.path["id"]) or absent(),
            f"PATCH {contact}": self._change,
            f"GET {contact}/associations/{{kind}}": self._associations,
            f"POST {OBJECTS}/{{kind}}/batch/read": self._read,
            f"DELETE {OBJECTS}/notes/{{id}}": self._archive,
            "GET /crm/v3/properties/{kind}": lambda _: {"results": [{"name": name} for name in NAMES]},
            f"POST {statuses}/unsubscribe-all": self._unsubscribe,
        }

    def _with_email(self, value: str) -> list[Json]:
        return [c for c in self.store["contacts"].values() if c["properties"]["email"] == value]

    def _search(self, asked: Asked) -> Json:
        """Compares without regard to case, and a token search matches the beginning of a word, too."""
        [first], [token] = (group["filters"] for group in asked.body["filterGroups"])
        found = [
            c
            for c in self.store["contacts"].values()
            if c["properties"]["email"].casefold() == first["value"].casefold()
            or token["value"] in c["properties"].get("hs_additional_emails", "").split(";")
        ]
        return {"total": len(found) + 3, "results": found}

    def _associations(self, asked: Asked) -> Any:
        if asked.path["id"] not in self.store["contacts"]:
            return absent()
        notes = self.store["notes"].values() if asked.path["kind"] == "notes" else ()
        ids = [n["id"] for n in notes if n["contact"] == asked.path["id"]]
        start, limit = int(asked.query.get("after", "0")), int(asked.query["limit"])
        page = {
            "results": [
                {"toObjectId": int(key), "associationTypes": []} for key in ids[start : start + limit]
            ]
        }
        more = {"paging": {"next": {"after": f"{start + limit}"}}}
        return page | (more if start + limit < len(ids) else {})

    def _read(self, asked: Asked) -> Json:
        """What is read together comes in any order."""
        ids = [each["id"] for each in asked.body["inputs"]]
        return {"status": "COMPLETE", "results": [self.store["notes"][key] for key in reversed(ids)]}

    def _change(self, asked: Asked) -> Any:
        contact = self.store["contacts"].get(asked.path["id"])
        if contact is None:
            return absent()
        contact["properties"] |= asked.body["properties"]
        return contact

    def _archive(self, asked: Asked) -> httpx.Response:
        self.store["notes"].pop(asked.path["id"], None)
        return nothing()

    def _forget(self, asked: Asked) -> httpx.Response:
        contact = self.store["contacts"].pop(asked.body["objectId"], None)
        if contact is None:
            return absent()
        self.store["blocked"].append(contact["properties"]["email"])
        return nothing()

    def _unsubscribe(self, asked: Asked) -> Json:
        for contact in self._with_email(asked.path["email"]):
            contact["properties"]["hs_email_optout"] = "true"
        return {"status": "COMPLETE", "results": []}


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendHubSpot()


VARIANTS: Variants = {"pretend": _opened}
