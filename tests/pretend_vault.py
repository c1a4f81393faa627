"""A vault in memory, for workflow tests. It seals for real and keeps every promise of the contract tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from dsar.errors import OperatorError
from dsar.ports import Sink
from dsar.ports.vault import Doubt
from vault.keys import FINGERPRINTS, SHARED
from vault.seal import KEY_BYTES, DataKey
from vault.vault import name_of, place_of, prefixes_of


class MemoryKeyring:
    """The keys of a memory vault; `None` marks a destroyed one."""

    def __init__(self) -> None:
        self._keys: dict[str, DataKey | None] = {}

    def data_key(self, scope: str, *, create: bool = False) -> DataKey:
        if create:
            self._keys.setdefault(scope, DataKey(scope, os.urandom(KEY_BYTES)))
        if scope not in self._keys:
            raise OperatorError("vault", "key_missing")
        key = self._keys[scope]
        if key is None:
            raise OperatorError("vault", "key_destroyed")
        return key

    def remembered(self, scope: str) -> DataKey | None:
        return self._keys.get(scope)

    def destroy(self, scope: str) -> None:
        self._keys[scope] = None


class MemoryVault:
    """Keeps the promises of `dsar.ports.Vault` for as long as it lives. `objects` are the sealed bytes."""

    def __init__(self) -> None:
        self.keyring = MemoryKeyring()
        self.objects: dict[str, bytes] = {}
        for scope in (SHARED, FINGERPRINTS):
            self.keyring.data_key(scope, create=True)

    def open_case(self, case_id: str) -> None:
        prefixes_of(case_id, "")
        self.keyring.data_key(case_id, create=True)

    def put(self, case_id: str, name: str, data: bytes) -> None:
        self.objects[place_of(case_id, name)] = self.keyring.data_key(case_id).seal(name, data)

    def get(self, case_id: str, name: str) -> bytes:
        place, key = place_of(case_id, name), self.keyring.data_key(case_id)
        if place not in self.objects:
            raise OperatorError("vault", "object_missing")
        return key.open(name, self.objects[place])

    def names(self, case_id: str, prefix: str = "") -> tuple[str, ...]:
        return tuple(sorted(map(name_of, self._places(case_id, prefix))))

    @contextmanager
    def sink(self, case_id: str, name: str) -> Iterator[Sink]:
        self.keyring.data_key(case_id)
        taken = _Taken()
        yield taken
        self.put(case_id, name, bytes(taken.held))

    def stream(self, case_id: str, name: str) -> Iterator[bytes]:
        yield self.get(case_id, name)

    def remove(self, case_id: str, prefix: str) -> int:
        gone = self._places(case_id, prefix)
        for key in gone:
            del self.objects[key]
        return len(gone)

    def fingerprint(self, purpose: str, text: str) -> str:
        return self.keyring.data_key(FINGERPRINTS).digest(purpose, text)

    def shred(self, case_id: str) -> int:
        gone = self._places(case_id, "")
        for key in gone:
            del self.objects[key]
        self.keyring.destroy(case_id)
        return len(gone)

    def check(self) -> None:
        self.keyring.data_key(FINGERPRINTS)

    def doubts(self) -> tuple[Doubt, ...]:
        return ()

    def prepare(self) -> list[str]:
        return []

    def _places(self, case_id: str, prefix: str) -> list[str]:
        wanted = prefixes_of(case_id, prefix)
        return [key for key in self.objects if key.startswith(wanted)]


class _Taken:
    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes, /) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        pass
