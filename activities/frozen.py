"""The identifiers of a plan, frozen: what is erased, restricted and searched again afterwards is one person.

A search that runs meanwhile may learn more; what a plan was made from does not move with it.
"""

from dsar.person import Identity
from dsar.ports import Vault


def freeze(vault: Vault, case_id: str, number: int, identity: Identity, client: str = "") -> None:
    """Seal the identifiers that a plan was made from. Repeatable. `client`: on whose instruction, if any."""
    vault.put(case_id, _name(number, client), identity.to_bytes())


def frozen(vault: Vault, case_id: str, number: int, client: str = "") -> Identity:
    """Return the identifiers that a plan was made from."""
    return Identity.from_bytes(vault.get(case_id, _name(number, client)))


def _name(number: int, client: str) -> str:
    return f"frozen/{client}.{number:06d}" if client else f"frozen/{number:06d}"
