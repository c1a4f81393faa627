"""What is left out of an answer: single holdings, or fields of them, each with its ground and its reasons.

An exemption covers the items that meet it, never an answer (Art. 15(4); DPA 2018 Sch. 2; LAW EXM-23).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dsar.case import Decision
from dsar.decision_kinds import EXEMPT, INCLUDE
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind, Scalar
from dsar.holdings import Row


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """A collection of one system, or one field of its records."""

    system: str
    collection: str
    field: str = ""


def item_of(decision: Decision) -> Item:
    """Return what a decision is about."""
    return Item(decision.system, decision.facts.get("collection", ""), decision.facts.get("field", ""))


def after(items: Iterable[Item], decision: Decision) -> tuple[Item, ...]:
    """Return what is left out once this was decided."""
    rest = set(items) - {item_of(decision)}
    return tuple(sorted(rest | {item_of(decision)} if decision.kind == EXEMPT else rest))


def entire(items: Iterable[Item], system: str) -> frozenset[str]:
    """Return the collections of a system that are left out as a whole."""
    return frozenset(item.collection for item in items if item.system == system and not item.field)


def fields(items: Iterable[Item], system: str, collection: str) -> frozenset[str]:
    """Return the fields that are left out of the records of a collection."""
    here = (item for item in items if (item.system, item.collection) == (system, collection))
    return frozenset(item.field for item in here if item.field)


def without(rows: Iterable[Row], hidden: frozenset[str]) -> Iterable[Row]:
    """Return records without these fields."""
    if not hidden:
        return rows
    return ({name: value for name, value in row.items() if name not in hidden} for row in rows)


def exempted(evidence: Iterable[Entry]) -> Mapping[Item, Mapping[str, Scalar]]:
    """Return what was decided to be left out, and stays so: each item with the facts of its decision."""
    found: dict[Item, Mapping[str, Scalar]] = {}
    for entry in evidence:
        facts = entry.facts
        if entry.kind is not EvidenceKind.DECIDED or facts["decision"] not in {EXEMPT, INCLUDE}:
            continue
        item = Item(str(facts["system"]), str(facts["fact.collection"]), str(facts.get("fact.field", "")))
        found.pop(item, None)
        if facts["decision"] == EXEMPT:
            found[item] = facts
    return found


def check_exemption(decision: Decision, held: Mapping[str, int], items: Iterable[Item]) -> None:
    """Let an exemption pass that is no wider than its items. `held`: how many collections each system holds.

    Raises:
        InputError: `no_such_holding`, `everything_exempt`, `not_exempt`.
    """
    if decision.kind == INCLUDE and item_of(decision) not in set(items):
        raise InputError("not_exempt", "this item is not left out; see `show`", field="system")
    if decision.kind != EXEMPT:
        return
    if decision.system not in held:
        hint = f"name a system that holds something: {', '.join(sorted(held)) or 'none'}"
        raise InputError("no_such_holding", hint, field="system")
    left_out = after(items, decision)
    if sum(len(entire(left_out, system)) for system in held) >= sum(held.values()):
        hint = "an exemption covers its items and not the whole answer: to withhold everything, refuse"
        raise InputError("everything_exempt", hint, field="system")
