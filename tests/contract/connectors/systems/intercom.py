"""The pretend Intercom: contacts that may share an address, conversations whose text is read one by one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.contract.connectors.pretend import Pretend, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor, absent


class PretendIntercom(PretendVendor):
    kind = "intercom"
    settings: Mapping[str, Any] = {"token": TOKEN}
    held: Mapping[str, int] = {"contacts": 1, "conversations": 23}
    keys: Mapping[str, tuple[str, ...]] = {"contacts": ("id",), "conversations": ("id",)}
    reading = ("POST /contacts/search", "POST /conversations/search", "POST /tickets/search")

    def __init__(self) -> None:
        super().__init__()
        self.store = {"contacts": {}, "conversations": {}}
        for m in cast():
            key = f"6457{m.number:04d}"
            known = {"type": "contact", "id": key, "email": m.email, "phone": m.phone, "name": m.name}
            self.store["contacts"][key] = {**known, "role": "user", "unsubscribed_from_emails": False}
            for n in range(m.rows):
                talk = f"{m.number * 1000 + n}"
                self.store["conversations"][talk] = {"type": "conversation", "id": talk, "contact": key}

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        return {
            "POST /contacts/search": self._search,
            "GET /contacts/{id}": lambda asked: self.store["contacts"].get(asked.path["id"]) or absent(),
            "PUT /contacts/{id}": self._change,
            "DELETE /contacts/{id}": self._forget,
            "GET /contacts/{id}/notes": self._notes,
            "POST /conversations/search": self._talks,
            "GET /conversations/{id}": self._talk,
            "DELETE /conversations/{id}": self._remove,
            "POST /tickets/search": lambda _: {"type": "ticket.list", "tickets": [], "total_count": 0},
            "GET /events": lambda _: {"type": "event.summary", "events": [], "pages": {}},
        }

    def _search(self, asked: Asked) -> Json:
        query = asked.body["query"]
        value = query["value"].casefold()
        rows = self.store["contacts"].values()
        found = [c for c in rows if str(c.get(query["field"], "")).casefold() == value]
        return _page("data", found, asked)

    def _talks(self, asked: Asked) -> Json:
        key = asked.body["query"]["value"]
        found = [_shown(c) for c in self.store["conversations"].values() if c["contact"] == key]
        return _page("conversations", found, asked)

    def _talk(self, asked: Asked) -> Any:
        talk = self.store["conversations"].get(asked.path["id"])
        parts = [{"type": "conversation_part", "id": "1", "body": "hello"}]
        whole = {"conversation_parts": {"type": "conversation_part.list", "conversation_parts": parts}}
        return _shown(talk) | whole if talk else absent()

    def _notes(self, asked: Asked) -> Any:
        known = asked.path["id"] in self.store["contacts"]
        return {"type": "list", "data": [], "total_count": 0} if known else absent()

    def _change(self, asked: Asked) -> Any:
        contact = self.store["contacts"].get(asked.path["id"])
        if contact is None:
            return absent()
        contact.update(asked.body)
        return contact

    def _forget(self, asked: Asked) -> Any:
        gone = self.store["contacts"].pop(asked.path["id"], None)
        return {"id": asked.path["id"], "type": "contact", "deleted": True} if gone else absent()

    def _remove(self, asked: Asked) -> Any:
        gone = self.store["conversations"].pop(asked.path["id"], None)
        return {"id": asked.path["id"], "object": "conversation", "deleted": True} if gone else absent()


def _shown(talk: Json) -> Json:
    return {key: value for key, value in talk.items() if key != "contact"}


def _page(name: str, rows: list[Json], asked: Asked) -> Json:
    pages = asked.body["pagination"]
    start, size = int(pages.get("starting_after", "0")), pages["per_page"]
    following = {"next": {"per_page": size, "starting_after": f"{start + size}"}}
    told = {"type": "pages", "page": 1, **(following if start + size < len(rows) else {})}
    kind = "conversation.list" if name == "conversations" else "list"
    return {"type": kind, name: rows[start : start + size], "total_count": len(rows) + 5, "pages": told}


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendIntercom()


VARIANTS: Variants = {"pretend": _opened}
