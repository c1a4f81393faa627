"""What a data map says of deeds: what erasing means column by column, which columns mark and stop a person.

    restrict: {column: is_restricted, to: true, back: false}
    suppress:
      marketing: {remove: newsletter}             # these rows go
      consent:   {column: may_profile, to: false}
    collections:
      orders:  {…, erase: {delivery_note: null}, rectify: [delivery_note]}
      notes:   {…, erase: remove}
      visits:  {…, erase: {customer_id: null, ip: {replace: 0.0.0.0}, cookie: hash}}

A collection without `erase` is never touched: what it holds is a task by hand, or kept by a duty.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dsar.deeds import Method
from dsar.errors import InputError

SHORTEST_KEY = 32  # characters of a secret that keys hashes

Value = str | int | bool
HASH: Literal["hash"] = "hash"
REMOVE: Literal["remove"] = "remove"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Replaced(_Strict):
    """The same value for everybody stands there afterwards."""

    replace: Value


How = Replaced | Literal["hash"] | None
Erasing = Literal["remove"] | dict[str, How]


class Flag(_Strict):
    """A column of the person's own row, or of another collection, that says something with two values."""

    column: str
    to: Value
    back: Value | None = None
    collection: str = ""


class Removed(_Strict):
    """Rows whose being there is what is to stop, such as subscriptions."""

    remove: str


Stop = Flag | Removed


def method_of(erasing: Erasing, links: frozenset[str]) -> Method:
    """Return the weakest thing that is done: it is what the answer must say. Without the columns that lead
    to the person, and without a hash of ours, nobody can link a row back (LAW ERA-10).
    """
    if erasing == REMOVE or not isinstance(erasing, dict):
        return Method.REMOVE
    ways = [*erasing.values()]
    if HASH in ways:
        return Method.KEYED_HASH
    if links and links <= {column for column, how in erasing.items() if how is None}:
        return Method.ANONYMISE
    return Method.REPLACE if any(isinstance(how, Replaced) for how in ways) else Method.NULL


def demand_hash_key(erasings: Iterable[Erasing | None], key: str) -> None:
    """Make sure that hashes are keyed where a map asks for them.

    Raises:
        InputError: `hash_key_missing`: an unkeyed hash could be guessed.
    """
    hashes = any(isinstance(erasing, dict) and HASH in erasing.values() for erasing in erasings)
    if hashes and len(key) < SHORTEST_KEY:
        hint = f"the map erases by `hash`: set a secret of at least {SHORTEST_KEY} characters"
        raise InputError("hash_key_missing", hint, field="hash_key")
