"""One data key per case, wrapped by the master key. Destroying it makes the case unreadable for ever.

The wrapped keys are objects under `keys/`, perhaps in a bucket of their own. A back-up of them can be
unwrapped until the master key that did it is destroyed: leave them out, or change that key (decision 16).
"""

import base64
import binascii
import json
import os
import re
import threading
import time
from collections import OrderedDict

from dsar.case import SEALED_ID
from dsar.errors import OperatorError
from vault.master import MasterKey
from vault.seal import KEY_BYTES, DataKey
from vault.store import Store

SHARED = "_shared"  # what belongs to no case
FINGERPRINTS = "_fingerprints"
LIFETIME = 30.0  # seconds a key is remembered: how long a shredded case stays readable in another process
MOST = 1024  # keys remembered at once
_SCOPE = re.compile(rf"{SEALED_ID.pattern}|{SHARED}|{FINGERPRINTS}")
_TOMBSTONE = json.dumps({"v": 1, "destroyed": True}).encode()


class Keyring:
    """The data keys of one store. Safe to share between threads; a remembered key costs microseconds."""

    def __init__(self, store: Store, master: MasterKey) -> None:
        self._store = store
        self._master = master
        self._known: OrderedDict[str, tuple[float, DataKey]] = OrderedDict()
        self._lock = threading.Lock()

    def data_key(self, scope: str, *, create: bool = False) -> DataKey:
        """Return the key of a case, `_shared` or `_fingerprints`.

        With `create`, a scope that never had a key gets one: of all who ask at once, one makes it.

        Raises:
            OperatorError: `key_missing`, unless it may be created; `key_destroyed` for ever after a
                shredding; `master_key_refused`.
            TemporaryError: the store or the key service cannot be reached now.
            ValueError: not a scope.
        """
        known = self.remembered(scope)
        if known is None:
            known = (self._made(scope) if create else None) or self._fetched(scope)
            self._remember(scope, known)
        return known

    def create(self, scope: str) -> bool:
        """Make the key of a scope if it never had one; say whether one was made."""
        return self._made(scope) is not None

    def destroy(self, scope: str) -> None:
        """Overwrite the key of a scope, and leave a tombstone so that no new one is ever made. Repeatable."""
        place = _place(scope)
        self._store.put(place, _TOMBSTONE)
        with self._lock:
            self._known.pop(scope, None)
        self._store.forget_earlier(place)

    def prove(self, scope: str) -> None:
        """Unwrap a key afresh: proves that store and master key belong together. Raises as `data_key`."""
        self._fetched(scope)

    def remembered(self, scope: str) -> DataKey | None:
        """Return the key if it is at hand: no call is made, so an event loop may ask."""
        with self._lock:
            until, key = self._known.get(scope, (0.0, None))
            return key if time.monotonic() < until else None

    def _remember(self, scope: str, key: DataKey) -> None:
        with self._lock:
            self._known[scope] = (time.monotonic() + LIFETIME, key)
            self._known.move_to_end(scope)
            if len(self._known) > MOST:
                self._known.popitem(last=False)

    def _made(self, scope: str) -> DataKey | None:
        """Make a key, or nothing if another process, or an earlier day, came first."""
        key = os.urandom(KEY_BYTES)
        wrapped = base64.b64encode(self._master.wrap(key, scope)).decode()
        won = self._store.put_new(_place(scope), json.dumps({"v": 1, "wrapped": wrapped}).encode())
        return DataKey(scope, key) if won else None

    def _fetched(self, scope: str) -> DataKey:
        try:
            stored = self._store.get(_place(scope))
        except OperatorError as error:
            if error.reason != "object_missing":
                raise
            raise OperatorError("vault", "key_missing") from None
        return self._opened(scope, stored)

    def _opened(self, scope: str, stored: bytes) -> DataKey:
        if stored == _TOMBSTONE:
            raise OperatorError("vault", "key_destroyed")
        try:
            wrapped = base64.b64decode(json.loads(stored)["wrapped"], validate=True)
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise OperatorError("vault", "key_malformed") from None
        return DataKey(scope, self._master.unwrap(wrapped, scope))


def _place(scope: str) -> str:
    if not _SCOPE.fullmatch(scope):
        msg = "a scope is a case id, `_shared` or `_fingerprints`"
        raise ValueError(msg)
    return f"keys/{scope}"
