"""Bundles for tests: facts, sections and sinks with behaviour."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bundle.archive import ArchiveWriter
from dsar.case import Decision, SystemAnswer
from dsar.holdings import Collection
from dsar.ports import BundleFacts, BundleReceipt, Section, Withheld
from dsar.vocabulary import Category, Found, Right, Role

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))

INFORMATION: Mapping[str, Any] = {
    "controller": {
        "name": "Example Shop Ltd",
        "address": "1 Sample Street\nLondon",
        "email": "dpo@shop.example",
    },
    "purposes": [
        {"title": "Delivery", "grounds": ["Art. 6(1)(b)"], "interests": [], "categories": ["Contact"]}
    ],
    "recipients": [
        {"name": "Parcels GmbH", "role": "processor", "country": "Germany", "purpose": "Delivery"}
    ],
    "rights": [{"title": "Erasure", "text": "You can ask us to erase your data."}],
    "complaints": [
        {"name": "The authority", "text": "At any time.", "url": "https://authority.example/complain"},
        {"name": "Trap", "text": "Never a link.", "url": "javascript:alert(1)"},
        {"name": "Quote", "text": "Stays one link.", "url": 'https://x.example/"onclick="alert(1)'},
    ],
}


class Pipe:
    """A sink that cannot seek, tell or read."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._parts.append(data)
        return len(data)

    def flush(self) -> None:
        pass

    def bytes(self) -> bytes:
        return b"".join(self._parts)


class Drain:
    """A sink that counts and forgets."""

    size = 0

    def write(self, data: bytes, /) -> int:
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        pass


def section(rows: Iterable[Any], system: str = "crm", collection: str = "notes") -> Section:
    kind = Collection(name=collection, category=Category.SUPPORT, title=collection.title())
    return Section(system=system, vendor="PostgreSQL", collection=kind, rows=rows)


def facts(systems: Iterable[str] = ("crm",), **more: Any) -> BundleFacts:
    given: dict[str, Any] = {
        "case_id": "case_0123456789abcdef0123",
        "right": Right.ACCESS,
        "regime": "UK-ENG",
        "locale": "en",
        "received_on": date(2025, 11, 3),
        "answered_at": datetime(2025, 11, 20, 9, 15, 3, 141_592, tzinfo=UTC),
        "answers": tuple(SystemAnswer(system=s, found=Found.FOUND, records=1) for s in systems),
        "information": INFORMATION,
    }
    return BundleFacts(**(given | more))


GAP: dict[str, Any] = {
    "answers": (
        SystemAnswer(system="crm", found=Found.FOUND, records=2),
        SystemAnswer(system="tapes", found=Found.FAILED_ACCEPTED, reason="tape_unreadable"),
    ),
    "decisions": (
        Decision(
            kind="accept-gap", by="dpo-1", role=Role.DPO, system="tapes", ground="disproportionate_effort"
        ),
    ),
    "withheld": (
        Withheld(system="crm", collection="calls", ground="Art. 15(4)", explanation="Names others."),
    ),
}


def written(*sections: Section, about: BundleFacts | None = None) -> tuple[bytes, BundleReceipt]:
    """Write a bundle through a pipe; return its bytes and receipt."""
    pipe = Pipe()
    about = about or facts({s.system for s in sections} or {"crm"})
    receipt = ArchiveWriter(KEY).write(about, sections, pipe, lambda _rows: None)
    return pipe.bytes(), receipt


def contents(data: bytes) -> dict[str, bytes]:
    """Return every file of an archive, as the standard library reads it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


HOSTILE_ROWS: tuple[dict[Any, Any], ...] = (
    {
        "text": "=1+1",
        "more": "+44 20",
        "less": "-1",
        "at": "@SUM(A1)",
        "tab": "\t=1",
        "cr": "\r=1",
        "wide": "\uff1d1",
    },
    {"text": "a;=cmd|' /C calc'!A0", "more": "x\n=1+1", "less": "  =1", "at": 'quote"s, and commas'},
    {"text": None},
    {},
    {"text": "<script>alert(1)</script>", "more": "\u202egnp.exe", "less": "nul\x00byte", "at": "\ud800"},
    {"text": float("nan"), "more": float("-inf"), "less": 10**5000, "at": b"\x00\xff", "tab": {1, 2}},
    {"": "no name", " =name": 1, "a\nb": 2, "__proto__": 3, "A": 4, "a": 5, "=name": 6},
    {
        "text": {"deep": [{"er": None}]},
        "more": [],
        "less": True,
        "at": -5,
        "tab": 1e300,
        "cr": "m" * 1_000_000,
    },
    {3: "a number as a name", (1, 2): "a tuple as a name", None: "nothing as a name"},
)
