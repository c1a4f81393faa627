"""The identifiers in the vault: one sealed part per source, so that no source overwrites another."""

from dsar.person import Identifier, Identity
from dsar.ports import Vault
from dsar.vocabulary import IdentifierKind

DOOR = "0.door"  # what the request itself told us; no system's name begins with a digit
_FOLDER = "identity/"


def seal_identity(vault: Vault, case_id: str, part: str, identity: Identity) -> None:
    """Seal what one source knows. Repeating it replaces that source's part and no other."""
    vault.put(case_id, f"{_FOLDER}{part}", identity.to_bytes())


def open_identity(vault: Vault, case_id: str) -> Identity:
    """Return everything that the door and the systems taught us, the door's first."""
    names = vault.names(case_id, _FOLDER)
    parts = sorted(names, key=lambda name: (name != f"{_FOLDER}{DOOR}", name))
    learned: list[Identifier] = []
    for name in parts:
        learned += Identity.from_bytes(vault.get(case_id, name)).identifiers
    return Identity().merged(learned)


def address_of(vault: Vault, case_id: str) -> str:
    """Return the e-mail address that letters go to, the door's before any that was learned; empty if none.

    One object is read where the door knows an address, as it nearly always does.
    """
    door = Identity.from_bytes(vault.get(case_id, f"{_FOLDER}{DOOR}"))
    known = door.of(IdentifierKind.EMAIL) or open_identity(vault, case_id).of(IdentifierKind.EMAIL)
    return next(iter(known), "")
