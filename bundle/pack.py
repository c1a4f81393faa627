"""The evidence pack: one signed archive that shows an authority how a case was handled (LAW EVD-01..12).

It has the layout of a bundle (manifest, signature, data package, completeness), so that whoever can check a
bundle can check it, with the same command or with openssl. Its chain and its checkpoints prove themselves.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bundle.archive import COMPLETENESS, DATAPACKAGE, seal
from bundle.documents import INCOMPLETE, described, document, statement
from bundle.members import Member, Shelf
from bundle.page import dress, environment
from bundle.signing import fingerprint, load_key
from bundle.verify_chain import CHECKPOINTS, EVIDENCE
from dsar.evidence import instant, written
from dsar.inclusion import Inclusion
from dsar.pack import Pack, decisions_of, deeds_of, letters_of
from dsar.ports import Sink
from dsar.systems import searched

REASONS = "reasons.json"
FILES: Mapping[str, str] = {
    "index.html": "the readable summary: begin here",
    "case.json": "the case: its right, its law, its dates, who made this pack and why",
    "clock.json": "how the due date came about, line by line",
    COMPLETENESS: "what each connected system answered",
    "decisions.json": "who decided what, when, on which ground",
    REASONS: "the reasons in words: PERSONAL DATA",
    "letters.json": "which letters were sent, when, and what became of them",
    "deeds.json": "what was done in each system, and what was seen when it was looked at again",
    EVIDENCE: "the whole chain of evidence, entry by entry",
    CHECKPOINTS: "signed checkpoints that fix the chain, each with the proof that it covers this case",
    DATAPACKAGE: "a description of every file (Frictionless Data Package)",
    "README.txt": "how to check this pack",
    "MANIFEST.sha256": "the SHA-256 hash of every file",
    "MANIFEST.sha256.sig": "our Ed25519 signature of MANIFEST.sha256",
    "MANIFEST.pub.pem": "the public key that belongs to the signature",
}


class PackWriter:
    """Writes evidence packs and signs them with the key that signs bundles.

    Raises:
        OperatorError: see `bundle.signing.load_key`.
    """

    def __init__(self, key_file: Path) -> None:
        self._key = load_key(key_file)

    def write(self, pack: Pack, sink: Sink) -> None:
        """Write the pack; equal input gives equal bytes."""
        with Shelf(sink, pack.made_at) as shelf:
            for name, body in _documents(pack).items():
                shelf.put(name, document(body))
            told = _shown(pack, fingerprint(self._key.public_key()))
            for name in ("index.html", "README.txt"):
                page = environment().get_template(f"pack.{name}.j2").render(**told)
                shelf.put(name, page.encode("utf-8", "backslashreplace"))
            shelf.put(DATAPACKAGE, document(_package(pack, shelf.members)))
            seal(shelf, self._key)


def _documents(pack: Pack) -> dict[str, object]:
    found: dict[str, object] = {
        "case.json": _case(pack),
        "clock.json": asdict(pack.clock),
        COMPLETENESS: _completeness(pack),
        "decisions.json": {"decisions": decisions_of(pack.entries)},
        "letters.json": {"letters": letters_of(pack.entries)},
        "deeds.json": {"deeds": deeds_of(pack.entries)},
        EVIDENCE: evidence(pack),
        CHECKPOINTS: {"checkpoints": [_inclusion(one) for one in pack.inclusions]},
    }
    return found | ({REASONS: {"personal_data": True, "reasons": pack.reasons}} if pack.personal else {})


def _case(pack: Pack) -> dict[str, Any]:
    record, request = pack.record, pack.record.request
    return {
        "case": request.case_id,
        "right": request.right,
        "regime": request.regime,
        "channel": request.channel,
        "requester": request.requester,
        "received_at": instant(request.received_at),
        "received_on": request.received_on,
        "status": record.status,
        "outcome": record.outcome,
        "due_on": record.due_on,
        "closed_at": instant(record.closed_at) if record.closed_at else None,
        "personal_data": pack.personal,
        "pack": {"made_at": instant(pack.made_at), "by": pack.made_by, "role": pack.role, "why": pack.why},
    }


def _completeness(pack: Pack) -> dict[str, Any]:
    answers = searched(pack.answers)
    request = pack.record.request
    return {
        "case": request.case_id,
        "right": request.right,
        "regime": request.regime,
        "received_on": request.received_on,
        "statement": statement(answers) if answers else INCOMPLETE,
        "searched": bool(answers),
        "systems": [
            {"system": a.system, "answer": a.found, "records_found": a.records, "reason": a.reason}
            for a in answers
        ],
    }


def evidence(pack: Pack) -> dict[str, Any]:
    """Return the chain as `starter.py evidence --out` writes it."""
    entries = [written(entry) for entry in pack.entries]
    return {
        "case": pack.record.request.case_id,
        "verification": asdict(pack.verification),
        "entries": entries,
    }


def _inclusion(one: Inclusion) -> dict[str, Any]:
    said = one.checkpoint.statement
    return {
        "statement": {**asdict(said), "at": instant(said.at)},
        "signature": one.checkpoint.signature,
        "key": one.checkpoint.key,
        "head": asdict(one.head),
        "place": one.place,
        "size": one.size,
        "path": list(one.path),
    }


def _package(pack: Pack, members: list[Member]) -> dict[str, Any]:
    personal = {REASONS, "index.html"} if pack.personal else set()
    files = [{**described(member), "personal_data": member.path in personal} for member in members]
    return {
        "profile": "data-package",
        "name": pack.record.request.case_id,
        "created": instant(pack.made_at),
        "personal_data": pack.personal,
        "resources": files,
    }


def _shown(pack: Pack, key: str) -> dict[str, Any]:
    """Return what the pages tell."""
    said = _completeness(pack)
    return {
        **dress(),
        "t": {"lang": "en", "skip": "Skip to the content"},
        "pack": pack,
        "case": _case(pack),
        "statement": said["statement"],
        "systems": said["systems"],
        "decisions": decisions_of(pack.entries),
        "letters": letters_of(pack.entries),
        "deeds": deeds_of(pack.entries),
        "reasons": pack.reasons or {},
        "files": {n: meaning for n, meaning in FILES.items() if pack.personal or n != REASONS},
        "fingerprint": key,
    }
