"""The identifiers in the vault: one sealed part per source, so that no source overwrites another."""

from dsar.person import Identifier, Identity
from dsar.ports import Vault
from dsar.vocabulary import IdentifierKind

DOOR = "0.door"  # what the request itself told us; no system's name begins with a digit
_FOLDER = "identity/"
_CLAIMED = "claimed/0.door"


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


def address_of(vault: Vault, case_id: str) -> str:
    """Return the e-mail address that letters go to, the door's before any that was learned; empty if none.

    One object is read where the door knows an address, as it nearly always does.
    """
    door = Identity.from_bytes(vault.get(case_id, f"{_FOLDER}{DOOR}"))
    known = door.of(IdentifierKind.EMAIL) or open_identity(vault, case_id).of(IdentifierKind.EMAIL)
    return next(iter(known), "")
