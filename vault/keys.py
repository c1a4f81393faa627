"""One data key per case, wrapped by the master key. Destroying it makes the case unreadable for ever.

The wrapped keys are objects under `keys/`. Whoever backs the bucket up must leave `keys/` out, or keep it
no longer than an erased case may be readable: a wrapped key that lives on in a back-up can be unwrapped.
"""

import base64
import binascii
import json
import os
import re
import threading
import time
from collections import OrderedDict

from dsar.case import CASE_ID
from dsar.errors import OperatorError
from vault.master import MasterKey
from vault.seal import KEY_BYTES, DataKey
from vault.store import Store

SHARED = "_shared"  # what belongs to no case
FINGERPRINTS = "_fingerprints"
LIFETIME = 30.0  # seconds a key is remembered: how long a shredded case stays readable in another process
MOST = 1024  # keys remembered at once
_SCOPE = re.compile(rf"{CASE_ID.pattern}|{SHARED}|{FINGERPRINTS}")
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

        Raises:
            OperatorError: `key_missing`, unless it may be created; `key_destroyed` for ever after a
                shredding; `master_key_refused`.
            TemporaryError: the store or the key service cannot be reached now.
            ValueError: not a scope.
        """
        known = self._remembered(scope)
        if known is None:
            known = self._fetched(_place(scope), scope, create=create)
            self._remember(scope, known)
        return known

    def create(self, scope: str) -> bool:
        """Make the key of a scope if it has none; say whether one was made."""
        try:
            self._fetched(_place(scope), scope, create=False)
        except OperatorError as error:
            if error.reason != "key_missing":
                raise
            return self._make(_place(scope), scope)
        return False

    def destroy(self, scope: str) -> None:
        """Overwrite the key of a scope, and leave a tombstone so that no new one is ever made. Repeatable."""
        self._store.put(_place(scope), _TOMBSTONE)
        with self._lock:
            self._known.pop(scope, None)
        self._store.forget_earlier(_place(scope))

    def prove(self, scope: str) -> None:
        """Unwrap a key afresh: proves that store and master key belong together. Raises as `data_key`."""
        self._fetched(_place(scope), scope, create=False)

    def _remembered(self, scope: str) -> DataKey | None:
        with self._lock:
            until, key = self._known.get(scope, (0.0, None))
            return key if time.monotonic() < until else None

    def _remember(self, scope: str, key: DataKey) -> None:
        with self._lock:
            self._known[scope] = (time.monotonic() + LIFETIME, key)
            self._known.move_to_end(scope)
            if len(self._known) > MOST:
                self._known.popitem(last=False)

    def _fetched(self, place: str, scope: str, *, create: bool) -> DataKey:
        try:
            return self._opened(scope, self._store.get(place))
        except OperatorError as error:
            if error.reason != "object_missing":
                raise
        if not create:
            raise OperatorError("vault", "key_missing")
        self._make(place, scope)
        return self._opened(scope, self._store.get(place))  # ours, or that of whoever came first

    def _make(self, place: str, scope: str) -> bool:
        wrapped = self._master.wrap(os.urandom(KEY_BYTES), scope)
        return self._store.put_new(
            place, json.dumps({"v": 1, "wrapped": base64.b64encode(wrapped).decode()}).encode()
        )

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
