"""Checkpoints: one signed root over every chain that grew, so that not even a whole case vanishes unseen.

A chain proves itself from the inside; whoever may write to the database can write all of it anew. A
checkpoint fixes what stood there (LAW EVD-12): its root covers the head of each chain that grew since the
checkpoint before, it names that one's digest, and it is signed with a key that the database does not hold.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dsar.evidence import GENESIS, instant

CHECKPOINT = "dsar.evidence.checkpoint"  # the type of the event that tells one
_LEAF, _NODE = b"\0", b"\1"  # RFC 9162: a leaf can never pass for a node


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How long a chain was, and the hash of its last entry then."""

    case_id: str
    entries: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is signed. `cases` counts the chains that grew; `previous` is the digest of the one before."""

    number: int
    at: datetime
    cases: int
    root: str
    previous: str = GENESIS

    def spelled(self) -> bytes:
        """Return the one spelling of the statement that is signed and hashed."""
        told = {**asdict(self), "at": instant(self.at)}
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()

    def digest(self) -> str:
        """Return the SHA-256 of the statement, in hex."""
        return hashlib.sha256(self.spelled()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A statement with its signature, and the fingerprint of the key that gave it."""

    statement: Statement
    signature: str
    key: str

    def event(self) -> dict[str, Any]:
        """Tell it as a CloudEvent (CloudEvents 1.0, structured JSON mode)."""
        said = self.statement
        return {
            "specversion": "1.0",
            "id": f"checkpoint/{said.number}",
            "source": "dsar",
            "type": CHECKPOINT,
            "subject": f"checkpoint/{said.number}",
            "time": instant(said.at),
            "datacontenttype": "application/json",
            "data": {**json.loads(said.spelled()), "signature": self.signature, "key": self.key},
        }

    @classmethod
    def told(cls, event: Mapping[str, Any]) -> "Checkpoint":
        """Return the one that an event tells.

        Raises:
            ValueError, KeyError, TypeError: it tells none.
        """
        said = event["data"]
        statement = Statement(
            number=int(said["number"]),
            at=datetime.fromisoformat(said["at"]),
            cases=int(said["cases"]),
            root=str(said["root"]),
            previous=str(said["previous"]),
        )
        return cls(statement=statement, signature=str(said["signature"]), key=str(said["key"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """That a chain was removed because its time was over: how long it was, and how it ended. It is signed."""

    case_id: str
    entries: int
    hash: str
    at: datetime

    def spelled(self) -> bytes:
        """Return the one spelling of it that is signed."""
        told = {**asdict(self), "at": instant(self.at), "what": "ended"}
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Where evidence is not what it was. `case_id` is empty if a checkpoint itself is damaged."""

    case_id: str
    place: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an examination of all evidence found. `uncovered`: entries that no checkpoint fixes yet;
    `anchored`: checkpoints that lie elsewhere, too.
    """

    cases: int
    entries: int
    checkpoints: int
    uncovered: int
    anchored: int = 0
    damages: tuple[Damage, ...] = ()


def root_of(heads: Iterable[Head]) -> str:
    """Return the Merkle root over heads in the order of their case ids (RFC 9162, 2.1.1), in hex."""
    peaks: list[tuple[int, bytes]] = []
    for head in sorted(heads, key=lambda head: head.case_id):
        size, node = 1, leaf_of(head)
        while peaks and peaks[-1][0] == size:
            size, node = size * 2, joined(peaks.pop()[1], node)
        peaks.append((size, node))
    if not peaks:
        return hashlib.sha256(b"").hexdigest()
    node = peaks.pop()[1]
    while peaks:
        node = joined(peaks.pop()[1], node)
    return node.hex()


def leaf_of(head: Head) -> bytes:
    """Return the leaf of a head in the tree."""
    return hashlib.sha256(_LEAF + f"{head.case_id}:{head.entries}:{head.hash}".encode()).digest()


def joined(left: bytes, right: bytes) -> bytes:
    """Return the node above two others."""
    return hashlib.sha256(_NODE + left + right).digest()


def following(before: Statement | None, heads: Iterable[Head], at: datetime) -> Statement:
    """Return the statement that comes after `before` and covers these heads."""
    covered = tuple(heads)
    return Statement(
        number=before.number + 1 if before else 1,
        at=at,
        cases=len(covered),
        root=root_of(covered),
        previous=before.digest() if before else GENESIS,
    )


def flaw(checkpoint: Checkpoint, before: Statement | None, heads: Iterable[Head]) -> str:
    """Say what is wrong with a checkpoint of which the signature holds; an empty text if nothing is."""
    said = checkpoint.statement
    due = following(before, heads, said.at)
    if said.number != due.number:
        return "checkpoint_missing"
    if said.previous != due.previous:
        return "checkpoint_link_broken"
    return "" if said == due else "checkpoint_root_changed"
