"""Drives a real Tryton, in its own interpreter: `drive.py FOLDER plant`, or `drive.py FOLDER erase NAME`.

Tryton is GPL and stays a program apart: nothing of ours imports it, and this file runs only under its own
Python (see `tests/tryton/shop.py`).
"""

import sys
from pathlib import Path
from typing import Any

PEOPLE = {
    "Ada Osei": ("Ada.Osei@subject.example", "+44 20 7946 0101"),
    "Eve Other": ("eve.other@stranger.example", "+44 20 7946 0909"),
}


def started(folder: Path) -> Any:  # Tryton has no types
    """Start Tryton's pool on the shop's database."""
    from trytond import config  # type: ignore[import-not-found]  # noqa: PLC0415  # only in its own interpreter
    from trytond.pool import Pool  # type: ignore[import-not-found]  # noqa: PLC0415

    config.update_etc(str(folder / "trytond.conf"))
    Pool.start()
    pool = Pool("shop")
    pool.init()
    return pool


def plant(pool: Any) -> None:  # as above
    """Enter the people as its client would."""
    rows = [
        {
            "name": name,
            "contact_mechanisms": [
                ("create", [{"type": "email", "value": email}, {"type": "phone", "value": phone}])
            ],
            "addresses": [("create", [{"city": "London", "postal_code": "N1 1AA"}])],
        }
        for name, (email, phone) in PEOPLE.items()
    ]
    pool.get("party.party").create(rows)


def erase(pool: Any, name: str) -> None:  # as above
    """Erase a party by Tryton's own wizard, which wants it deactivated first."""
    from trytond.transaction import Transaction  # type: ignore[import-not-found]  # noqa: PLC0415

    parties, wizard = pool.get("party.party"), pool.get("party.erase", type="wizard")
    [party] = parties.search([("name", "=", name)])
    parties.write([party], {"active": False})
    session = wizard(wizard.create()[0])
    session.ask.party = party
    with Transaction().set_context(active_model="party.party", active_id=party.id, active_ids=[party.id]):
        session.transition_erase()


def main(folder: Path, deed: str, *names: str) -> None:
    """Carry out one deed in one transaction."""
    from trytond.transaction import Transaction  # noqa: PLC0415

    pool = started(folder)
    with Transaction().start("shop", 1, context={}) as transaction:
        plant(pool) if deed == "plant" else erase(pool, *names)
        transaction.commit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
