"""The identifiers in the vault: one sealed part per source, so that no source overwrites another."""

import json
from collections.abc import Sequence

from dsar.intake import subject_key
from dsar.person import Identifier, Identity, comparable
from dsar.ports import Vault
from dsar.suppression import RECOGNISED_BY, entry_of
from dsar.vocabulary import IdentifierKind

DOOR = "0.door"  # what the request itself told us; no system's name begins with a digit
_FOLDER = "identity/"
_CLAIMED = "claimed/0.door"
_LISTED, _RETAINED = "identity", "retained"  # of a suppression entry
_AGENT = "agent/0.door"
_POINTS = "points/"
_CONTESTED = "corrections/"


def seal_identity(vault: Vault, case_id: str, part: str, identity: Identity) -> None:
    """Seal what one source knows. Repeating it replaces that source's part and no other."""
    vault.put(case_id, f"{_FOLDER}{part}", identity.to_bytes())


def seal_request(vault: Vault, case_id: str, identity: Identity) -> None:
    """Seal what a request tells us, in two parts: the contact point, which a code can prove to be theirs,
    and what is merely claimed. Whoever knows somebody's number is not that person.
    """
    contact = tuple(i for i in identity.identifiers if i.kind is IdentifierKind.EMAIL)
    claimed = tuple(i for i in identity.identifiers if i.kind is not IdentifierKind.EMAIL)
    seal_identity(vault, case_id, DOOR, Identity(identifiers=contact))
    vault.put(case_id, _CLAIMED, Identity(identifiers=claimed).to_bytes())


def seal_address(vault: Vault, case_id: str, address: str) -> None:
    """Put a corrected address in the place of the one that the request gave."""
    contact = Identifier(kind=IdentifierKind.EMAIL, value=address)
    seal_identity(vault, case_id, DOOR, Identity(identifiers=(contact,)))


def open_identity(vault: Vault, case_id: str, *, claimed: bool = False) -> Identity:
    """Return what may be searched by, the door's first, then what the systems taught us. What is merely
    claimed belongs to it only once a person has looked at a document.
    """
    names = vault.names(case_id, _FOLDER)
    parts = sorted(names, key=lambda name: (name != f"{_FOLDER}{DOOR}", name))
    learned: list[Identifier] = []
    for name in (*parts, *((_CLAIMED,) if claimed else ())):
        learned += Identity.from_bytes(vault.get(case_id, name)).identifiers
    return Identity().merged(learned)


def open_request(vault: Vault, case_id: str) -> Identity:
    """Return what the request itself said, proved or not, and nothing that was learned since."""
    parts = (vault.get(case_id, name) for name in (f"{_FOLDER}{DOOR}", _CLAIMED))
    return Identity().merged(i for part in parts for i in Identity.from_bytes(part).identifiers)


def seal_points(vault: Vault, case_id: str, points: Sequence[str]) -> int:
    """Seal data points that are to be matched; return the number of this attempt."""
    number = len(vault.names(case_id, _POINTS)) + 1
    vault.put(case_id, f"{_POINTS}{number}", json.dumps(points).encode())
    return number


def points_tried(vault: Vault, case_id: str) -> int:
    """Return how many attempts there were: a spent one keeps its name."""
    return len(vault.names(case_id, _POINTS))


def open_points(vault: Vault, case_id: str, number: int) -> tuple[str, ...]:
    """Return the data points of one attempt; none once they are spent."""
    return tuple(json.loads(vault.get(case_id, f"{_POINTS}{number}") or b"[]"))


def spend_points(vault: Vault, case_id: str, number: int) -> None:
    """Empty one attempt: what was given for verification serves nothing else (LAW CAL-15)."""
    vault.put(case_id, f"{_POINTS}{number}", b"")


def contested(vault: Vault, case_id: str) -> tuple[str, ...]:
    """Return what a correction contests, as it was sealed: none of it may verify the person (LAW CAL-14)."""
    return tuple(
        vault.get(case_id, name).decode("utf-8", "replace") for name in vault.names(case_id, _CONTESTED)
    )


def seal_agent(vault: Vault, case_id: str, address: str) -> None:
    """Seal where a representative is written to, apart from all that belongs to the subject."""
    vault.put(case_id, _AGENT, address.encode())


def agent_of(vault: Vault, case_id: str) -> str:
    """Return where the representative is written to."""
    return vault.get(case_id, _AGENT).decode()


def address_of(vault: Vault, case_id: str) -> str:
    """Return the e-mail address that letters go to, the door's before any that was learned; empty if none.

    One object is read where the door knows an address, as it nearly always does.
    """
    door = Identity.from_bytes(vault.get(case_id, f"{_FOLDER}{DOOR}"))
    known = door.of(IdentifierKind.EMAIL) or open_identity(vault, case_id).of(IdentifierKind.EMAIL)
    return next(iter(known), "")


def fingerprint_of(vault: Vault, kind: IdentifierKind, value: str) -> str:
    """Return how the suppression list knows an identifier: the same for each spelling of it."""
    return vault.fingerprint(f"suppressed:{kind}", comparable(kind, value))


def subject_print(vault: Vault, identity: Identity) -> str:
    """Return by which fingerprint the register recognises the cases of one person."""
    kind, value = subject_key(identity)
    return vault.fingerprint(f"subject:{kind}", value)


def fingerprints_of(vault: Vault, identity: Identity) -> dict[str, IdentifierKind]:
    """Return the fingerprints of all by which this person could come back."""
    listed = [i for i in identity.identifiers if i.kind in RECOGNISED_BY]
    return {fingerprint_of(vault, i.kind, i.value): i.kind for i in listed}


def seal_suppressed(vault: Vault, case_id: str, identity: Identity) -> None:
    """Seal what the list may search by, and no more, under a key that outlives the case's. Repeatable."""
    entry = entry_of(case_id)
    listed = tuple(i for i in identity.identifiers if i.kind in RECOGNISED_BY)
    vault.open_case(entry)
    vault.put(entry, _LISTED, Identity(identifiers=listed).to_bytes())


def open_suppressed(vault: Vault, entry: str) -> Identity:
    """Return what an entry of the list may be searched by."""
    return Identity.from_bytes(vault.get(entry, _LISTED))


def seal_retained(vault: Vault, case_id: str, identity: Identity) -> None:
    """Seal what is needed to finish an erasure when a duty ends, apart from the case's key. Repeatable."""
    entry = entry_of(case_id)
    vault.open_case(entry)
    vault.put(entry, _RETAINED, identity.to_bytes())


def open_retained(vault: Vault, case_id: str) -> Identity:
    """Return who it was of whom something had to stay."""
    return Identity.from_bytes(vault.get(entry_of(case_id), _RETAINED))
