"""The vault: everything personal that we keep, sealed with one key per case, in an S3-compatible store.

keys/<scope>               data keys, wrapped by the master key
cases/<case id>/<name>     sealed objects; the name is ours (`parcels/crm/000001`), never the person's
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from pydantic import SecretStr

from dsar.case import CASE_ID
from dsar.ports import Sink
from vault.keys import FINGERPRINTS, SHARED, Keyring
from vault.master import MasterKey
from vault.seal import opened
from vault.sink import sealed_sink
from vault.store import Store

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*(?:/[a-z0-9][a-z0-9_.-]*)*")
_PREFIX = re.compile(rf"(?:{_NAME.pattern}/?)?")
_LONGEST = 200
_NAME_RULE = "an object's name is like `parcels/crm/000001`: lower case, at most 200 characters"


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultSettings:
    """Where the vault is. `endpoint` is None on AWS; without `access_key` the AWS SDK finds credentials."""

    bucket: str
    master: MasterKey
    endpoint: str | None = None
    region: str = "us-east-1"
    access_key: str | None = None
    secret: SecretStr | None = None


class S3Vault:
    """Keeps the promises of `dsar.ports.Vault`. Safe to share between threads; make one per process."""

    def __init__(self, settings: VaultSettings) -> None:
        self._store = Store(
            settings.bucket,
            region=settings.region,
            endpoint=settings.endpoint,
            access_key=settings.access_key,
            secret=settings.secret,
        )
        self.keyring = Keyring(self._store, settings.master)

    def open_case(self, case_id: str) -> None:
        prefix_of(case_id, "")
        self.keyring.data_key(case_id, create=True)

    def put(self, case_id: str, name: str, data: bytes) -> None:
        place = place_of(case_id, name)
        self._store.put(place, self.keyring.data_key(case_id).seal(name, data))

    def get(self, case_id: str, name: str) -> bytes:
        return b"".join(self.stream(case_id, name))

    def names(self, case_id: str, prefix: str = "") -> tuple[str, ...]:
        folder = prefix_of(case_id, "")
        return tuple(sorted(k.removeprefix(folder) for k in self._store.keys(prefix_of(case_id, prefix))))

    def sink(self, case_id: str, name: str) -> AbstractContextManager[Sink]:
        place = place_of(case_id, name)
        return sealed_sink(self._store, place, self.keyring.data_key(case_id), name)

    def stream(self, case_id: str, name: str) -> Iterator[bytes]:
        place = place_of(case_id, name)
        key = self.keyring.data_key(case_id)
        with self._store.reading(place) as read:
            yield from opened(key, name, read)

    def fingerprint(self, purpose: str, text: str) -> str:
        return self.keyring.data_key(FINGERPRINTS).digest(purpose, text)

    def shred(self, case_id: str) -> int:
        """Remove the case's objects, then destroy its key: cut short, it is finished by a repeat.

        Another process that has read the key keeps it for `keys.LIFETIME` seconds at most.
        """
        folder = prefix_of(case_id, "")
        self._store.abandon(folder)
        places = tuple(self._store.keys(folder))
        self._store.remove(places)
        self.keyring.destroy(case_id)
        return len(places)

    def check(self) -> None:
        self._store.check()
        self.keyring.prove(FINGERPRINTS)

    def prepare(self) -> list[str]:
        """Create what is missing: the bucket, its default encryption, the keys that belong to no case.

        Safe to repeat. Returns what was changed, in words to show.
        """
        done = self._store.prepare()
        return done + [
            f"key {scope} created" for scope in (SHARED, FINGERPRINTS) if self.keyring.create(scope)
        ]


def place_of(case_id: str, name: str) -> str:
    """Return the object key of a case's object.

    Raises:
        ValueError: not a case id, or not a name of ours. The message never repeats it.
    """
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise ValueError(_NAME_RULE)
    return prefix_of(case_id, "") + name


def prefix_of(case_id: str, prefix: str) -> str:
    """Return how the object keys of a case begin, under a prefix that may be empty. Raises as `place_of`."""
    if not CASE_ID.fullmatch(case_id):
        msg = "not a case id"
        raise ValueError(msg)
    if len(prefix) > _LONGEST or not _PREFIX.fullmatch(prefix):
        raise ValueError(_NAME_RULE)
    return f"cases/{case_id}/{prefix}"
