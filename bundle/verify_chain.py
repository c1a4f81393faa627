"""What an evidence pack proves beside its signature: the chain of evidence, and the checkpoints over it."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bundle.signing import fingerprint
from dsar.checkpoints import Checkpoint, Head, Statement
from dsar.evidence import Entry, EvidenceKind, verify
from dsar.inclusion import Inclusion

EVIDENCE, CHECKPOINTS = "evidence.json", "checkpoints.json"
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


class Chain:
    """The evidence of one case as a pack carries it, and what is wrong with it (file, code)."""

    def __init__(self, kept: Mapping[str, bytes], key: Ed25519PublicKey) -> None:
        self._key = key
        self.entries: tuple[Entry, ...] = ()
        self.checked = self.strange = self.covered = 0
        self.flaws = tuple(self._found(kept))

    def told(self) -> str:
        """Return what was found whole, as a line to print."""
        by_others = f", {self.strange} signed by an earlier key: check with that one" if self.strange else ""
        fixed = f"{self.checked} checkpoints fix the first {self.covered} of them{by_others}"
        return f"evidence: {len(self.entries)} entries, the chain is whole; {fixed}"

    def _found(self, kept: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
        try:
            told = json.loads(kept[EVIDENCE])
            self.entries = tuple(_entry(one) for one in told["entries"])
            proofs = [_proof(one) for one in json.loads(kept[CHECKPOINTS])["checkpoints"]]
        except _UNREADABLE:
            yield EVIDENCE, "evidence_unreadable"
            return
        found = verify(self.entries)
        if not found.whole:
            yield EVIDENCE, found.reason
        if any(entry.case_id != told["case"] for entry in self.entries):
            yield EVIDENCE, "entry_of_another_case"
        for proof in proofs:
            yield from ((CHECKPOINTS, code) for code in self._flaws(proof, str(told["case"])))

    def _flaws(self, proof: Inclusion, case_id: str) -> Iterator[str]:
        """Hold one checkpoint against its signature, its path, and the chain."""
        made, head = proof.checkpoint, proof.head
        at = self.entries[head.entries - 1].hash if 0 < head.entries <= len(self.entries) else ""
        if head.case_id != case_id or at != head.hash:
            yield "head_changed"
        if not proof.holds:
            yield "checkpoint_root_changed"
        if made.key != fingerprint(self._key):
            self.strange += 1
        elif not _signed(self._key, made):
            yield "checkpoint_signature_refused"
        else:
            self.checked += 1
            self.covered = max(self.covered, head.entries)


def _signed(key: Ed25519PublicKey, made: Checkpoint) -> bool:
    try:
        key.verify(bytes.fromhex(made.signature), made.statement.spelled())
    except (InvalidSignature, ValueError):
        return False
    return True


def _entry(told: Mapping[str, Any]) -> Entry:
    moment, kind = datetime.fromisoformat(told["at"]), EvidenceKind(told["kind"])
    return Entry(**{**told, "at": moment, "kind": kind, "facts": dict(told["facts"])})


def _proof(told: Mapping[str, Any]) -> Inclusion:
    said = told["statement"]
    statement = Statement(**{**said, "at": datetime.fromisoformat(said["at"])})
    return Inclusion(
        checkpoint=Checkpoint(statement=statement, signature=told["signature"], key=told["key"]),
        head=Head(**told["head"]),
        place=int(told["place"]),
        size=int(told["size"]),
        path=tuple(map(str, told["path"])),
    )
