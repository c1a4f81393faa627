"""Protecting an answer on its way: a passphrase told by another way, or the person's own public key.

Off unless somebody asks (docs/decisions/0014): link, code and TLS protect the download already, and an
encrypted file is one that many people cannot open (Art. 12(1) GDPR: in an easily accessible form).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from activities.disclosure import BUNDLE
from bundle.envelope import recipient_of, to_public_key, with_passphrase
from desk.desk import Desk
from dsar.codes import passphrase_for
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.vocabulary import Role

_PLACE = "delivery/protection"


class Protection(StrEnum):
    """How an answer leaves."""

    NONE = "none"
    PASSPHRASE = "passphrase"  # noqa: S105 - the word, not one
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was chosen for a case. `number` counts the choices: each passphrase is a fresh one."""

    protection: Protection = Protection.NONE
    number: int = 0
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """An answer as it leaves: what its file is called, what it is, and its bytes."""

    name: str
    media: str
    chunks: Iterator[bytes]


def protect(desk: Desk, case_id: str, chosen: Protection, *, by: str, key: str = "") -> str:
    """Choose how the answer leaves from now on. Returns the passphrase to tell, if there is one.

    Raises:
        InputError: `handle_unknown`, `key_malformed`.
    """
    desk.case(case_id)
    role = desk.role(by, Role.SUPPORT)
    if chosen is Protection.KEY:
        recipient_of(key)
    number = 1 + protection_of(desk, case_id).number
    said = {"protection": chosen.value, "number": number, "key": key}
    desk.vault.put(case_id, _PLACE, json.dumps(said).encode())
    facts: dict[str, Scalar] = {
        "decision": "protect",
        "by": by,
        "role": role.value,
        "system": "",
        "protection": chosen.value,
    }
    fact = Fact(key=f"protect:{number}", kind=EvidenceKind.DECIDED, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)
    return passphrase_for(desk.vault, case_id, number) if chosen is Protection.PASSPHRASE else ""


def protection_of(desk: Desk, case_id: str) -> Chosen:
    """Return what was chosen last."""
    if _PLACE not in desk.vault.names(case_id, _PLACE):
        return Chosen()
    said = json.loads(desk.vault.get(case_id, _PLACE))
    return Chosen(protection=Protection(said["protection"]), number=said["number"], key=said["key"])


def leaving(desk: Desk, case_id: str) -> Leaving:
    """Open the answer for its way out, in the envelope that was chosen."""
    chosen, name = protection_of(desk, case_id), f"answer-{case_id}.zip"
    chunks = desk.vault.stream(case_id, BUNDLE)
    if chosen.protection is Protection.PASSPHRASE:
        words = passphrase_for(desk.vault, case_id, chosen.number)
        sealed = with_passphrase(chunks, name, words)
        return Leaving(name=f"encrypted-{name}", media="application/zip", chunks=sealed)
    if chosen.protection is Protection.KEY:
        sealed = to_public_key(chunks, chosen.key)
        return Leaving(name=f"{name}.age", media="application/octet-stream", chunks=sealed)
    return Leaving(name=name, media="application/zip", chunks=chunks)
