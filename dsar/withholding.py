"""What no answer holds, although it is held: secrets whose disclosure would harm (11 CCR 7024(d); CAL-23).

That such a thing is held is said, with its kind; its value never is.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from dsar.holdings import Page, Row
from dsar.law_sets import LawSet
from dsar.secret import Secret

GROUND = "CAL-23"
# A password, or what stands in for one, is disclosed under no law: it opens the account to whoever reads it.
EVERYWHERE = frozenset({Secret.PASSWORD, Secret.SECURITY_ANSWER})


class Ineligible(StrEnum):
    """Why a holding is not taken along (Art. 20(1); LAW POR-01, POR-02)."""

    GROUND = "20_1_ground"  # it rests neither on consent nor on a contract
    PROVIDED = "20_1_provided"  # the person did not provide it
    MANUAL = "20_1_manual"  # no machine processes it


def withheld_under(laws: LawSet) -> frozenset[Secret]:
    """Return the kinds of secrets that no answer under these laws holds."""
    return frozenset(Secret) if laws is LawSet.CALIFORNIA else EVERYWHERE


def secrets_in(secrets: Mapping[str, Secret], laws: LawSet) -> Mapping[str, Secret]:
    """Return the fields of a collection that are withheld under these laws."""
    return {name: kind for name, kind in secrets.items() if kind in withheld_under(laws)}


def masked(page: Page, secrets: Mapping[str, Secret]) -> Page:
    """Return a page in whose rows each secret is replaced by its kind. An empty field stays empty."""
    if not secrets:
        return page
    return Page(rows=tuple(_row(row, secrets) for row in page.rows), cursor=page.cursor)


def _row(row: Row, secrets: Mapping[str, Secret]) -> dict[str, Any]:
    return {name: _cell(name, value, secrets) for name, value in row.items()}


def _cell(name: str, value: object, secrets: Mapping[str, Secret]) -> object:
    if name in secrets:
        return f"[withheld: {secrets[name]}]" if value not in (None, "") else value
    if isinstance(value, Mapping):
        return _row(value, secrets)
    if isinstance(value, list):
        return [_cell("", one, secrets) for one in value]
    return value
