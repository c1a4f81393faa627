"""Changing the master key: every data key is wrapped anew, no data is touched, and nobody has to wait.

While it lasts both master keys open what they wrapped. It may be cut short anywhere and run again: what is
wrapped by the new key already is left alone. The old key is needed until nothing is left to wrap.
"""

import base64
import json
from dataclasses import dataclass

from dsar.errors import OperatorError
from vault.master import MasterKey
from vault.store import Store

_REFUSED = "master_key_refused"


@dataclass(frozen=True, slots=True)
class TwoMasters:
    """The master key that takes over, and the one that retires. Keeps the promises of `MasterKey`."""

    new: MasterKey
    old: MasterKey

    def wrap(self, key: bytes, scope: str) -> bytes:
        """Wrap with the new one."""
        return self.new.wrap(key, scope)

    def unwrap(self, wrapped: bytes, scope: str) -> bytes:
        """Open what either wrapped. Raises as `MasterKey.unwrap`."""
        try:
            return self.new.unwrap(wrapped, scope)
        except OperatorError as error:
            if error.reason != _REFUSED:
                raise
            return self.old.unwrap(wrapped, scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a rotation did. The old key may retire when a repeat wraps nothing and leaves nothing."""

    rewrapped: int = 0
    already: int = 0
    destroyed: int = 0
    left: int = 0


def rotate(store: Store, masters: TwoMasters) -> Rotated:
    """Wrap every data key with the new master key.

    A key that is destroyed or changed meanwhile is never written over: it counts as left.

    Raises:
        OperatorError: `master_key_refused`: a key that neither master key opens; `key_malformed`.
        TemporaryError: store or key service cannot be reached now; run it again.
    """
    counts = {"rewrapped": 0, "already": 0, "destroyed": 0, "left": 0}
    for place in store.keys("keys/"):
        counts[_turn(store, masters, place)] += 1
    return Rotated(**counts)


def _turn(store: Store, masters: TwoMasters, place: str) -> str:
    stored, tag = store.get_tagged(place)
    wrapped = _wrapped(stored)
    if wrapped is None:
        return "destroyed"
    scope = place.removeprefix("keys/")
    if _opens(masters.new, wrapped, scope):
        return "already"
    again = base64.b64encode(masters.new.wrap(masters.old.unwrap(wrapped, scope), scope)).decode()
    if not store.put_over(place, json.dumps({"v": 1, "wrapped": again}).encode(), tag):
        return "left"
    store.forget_earlier(place)
    return "rewrapped"


def _opens(master: MasterKey, wrapped: bytes, scope: str) -> bool:
    try:
        master.unwrap(wrapped, scope)
    except OperatorError as error:
        if error.reason != _REFUSED:
            raise
        return False
    return True


def _wrapped(stored: bytes) -> bytes | None:
    """Return the wrapped key, or None for the tombstone of a destroyed one."""
    try:
        told = json.loads(stored)
        return None if told.get("destroyed") else base64.b64decode(told["wrapped"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OperatorError("vault", "key_malformed") from None
