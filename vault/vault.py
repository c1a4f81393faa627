"""The vault: everything personal that we keep, sealed with one key per case, in an S3-compatible store.

keys/<scope>               data keys, wrapped by the master key
cases/<case id>/<name>     sealed objects; the name is ours (`parcels/crm/000001`), never the person's
answers/<case id>/<name>   sealed answers (`bundle/…`), which the bucket lets expire if we should fail to
answers/<case id>/.parts/  what was sent of an object that is not whole yet; it has no name before it is
cases/sup_…/<name>         what the suppression list searches by; it outlives the case it came from
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from dsar.case import SEALED_ID
from dsar.errors import InputError, OperatorError
from dsar.ports import Sink
from dsar.ports.vault import Doubt
from vault.bucket import ANSWERS, Bucket
from vault.keys import FINGERPRINTS, SHARED, Keyring
from vault.master import MasterKey
from vault.rotation import Rotated, TwoMasters, rotate
from vault.seal import opened
from vault.sink import sealed_sink
from vault.store import Store, StoreSettings

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*(?:/[a-z0-9][a-z0-9_.-]*)*")
_PREFIX = re.compile(rf"(?:{_NAME.pattern}/?)?")
_ANSWER = "bundle/"  # how the names of answers begin
_PARTS = ".parts/"  # no name of ours begins so
_LONGEST = 200
_NAME_RULE = "an object's name is like `parcels/crm/000001`: lower case, at most 200 characters"


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultSettings(StoreSettings):
    """Where the vault is, and what wraps its keys."""

    keys_bucket: str | None = None  # where the wrapped keys are, if not in the same: see decision 16
    master: MasterKey
    retiring: MasterKey | None = None  # opens what it wrapped, until `rotate` has wrapped all of it anew


class S3Vault:
    """Keeps the promises of `dsar.ports.Vault`. Safe to share between threads; make one per process."""

    def __init__(self, settings: VaultSettings) -> None:
        self._settings = settings
        self._keys_settings = replace(settings, bucket=settings.keys_bucket or settings.bucket)
        self._store = Store(settings)
        apart = self._keys_settings != settings
        self._keys = Store(self._keys_settings) if apart else self._store
        old = settings.retiring
        self._masters = TwoMasters(settings.master, old) if old else None
        self.keyring = Keyring(self._keys, self._masters or settings.master)

    def open_case(self, case_id: str) -> None:
        prefixes_of(case_id, "")
        self.keyring.data_key(case_id, create=True)

    def put(self, case_id: str, name: str, data: bytes) -> None:
        place = place_of(case_id, name)
        self._store.put(place, self.keyring.data_key(case_id).seal(name, data))

    def get(self, case_id: str, name: str) -> bytes:
        try:
            return b"".join(self.stream(case_id, name))
        except OperatorError as error:
            if error.reason != "seal_broken":
                raise
        return b"".join(self.stream(case_id, name))  # spoilt on the way, perhaps, and not in the store

    def names(self, case_id: str, prefix: str = "") -> tuple[str, ...]:
        return tuple(sorted(map(name_of, filter(_is_whole, self._places(case_id, prefix)))))

    def sink(self, case_id: str, name: str) -> AbstractContextManager[Sink]:
        place = place_of(case_id, name)
        parts = parts_of(case_id, f"{name}/")
        return sealed_sink(self._store, place, parts, self.keyring.data_key(case_id), name)

    def stream(self, case_id: str, name: str) -> Iterator[bytes]:
        place = place_of(case_id, name)
        key = self.keyring.data_key(case_id)
        with self._store.reading(place) as read:
            yield from opened(key, name, read)

    def remove(self, case_id: str, prefix: str) -> int:
        places = self._places(case_id, prefix)
        self._store.remove(tuple({*places, *self._store.keys(parts_of(case_id, prefix))}))
        return sum(map(_is_whole, places))

    def fingerprint(self, purpose: str, text: str) -> str:
        return self.keyring.data_key(FINGERPRINTS).digest(purpose, text)

    def shred(self, case_id: str) -> int:
        """Remove the case's objects, then destroy its key: cut short, it is finished by a repeat.

        Another process that has read the key keeps it for `keys.LIFETIME` seconds at most.
        """
        for folder in prefixes_of(case_id, ""):
            self._store.uploads.abandon(folder)
        places = self._places(case_id, "")
        self._store.remove(places)
        self.keyring.destroy(case_id)
        return sum(map(_is_whole, places))

    def rotate(self) -> Rotated:
        """Wrap every data key with the new master key. Safe to repeat, and to cut short.

        Raises:
            InputError: `no_old_key`: there is no key that retires.
            OperatorError, TemporaryError: see `rotation.rotate`.
        """
        if self._masters is None:
            hint = (
                "name the key that retires, as DSAR_OLD_MASTER_KEY_FILE or another of the DSAR_OLD_… settings"
            )
            raise InputError("no_old_key", hint)
        return rotate(self._keys, self._masters)

    def check(self) -> None:
        for store in {self._store, self._keys}:
            store.check()
        self.keyring.prove(FINGERPRINTS)

    def doubts(self) -> tuple[Doubt, ...]:
        places = (self._settings, self._keys_settings)
        return tuple(doubt for place in dict.fromkeys(places) for doubt in Bucket(place).doubts())

    def prepare(self) -> list[str]:
        """Create what is missing: the bucket, its encryption and rules, the keys that belong to no case.

        Safe to repeat. Returns what was changed, in words to show.

        Raises:
            OperatorError: `keys_left_behind`: wrapped keys lie in the bucket of the data, though one of their
                own is named. Making new ones would shut everything that exists.
        """
        done = Bucket(self._settings).prepare()
        if self._keys is not self._store:
            if next(self._store.keys("keys/"), None):
                raise OperatorError("vault", "keys_left_behind")
            done += [f"keys: {change}" for change in Bucket(self._keys_settings).prepare()]
        return done + [
            f"key {scope} created" for scope in (SHARED, FINGERPRINTS) if self.keyring.create(scope)
        ]

    def _places(self, case_id: str, prefix: str) -> tuple[str, ...]:
        return tuple(key for begin in prefixes_of(case_id, prefix) for key in self._store.keys(begin))


def place_of(case_id: str, name: str) -> str:
    """Return the object key of a case's object.

    Raises:
        ValueError: not a case id, or not a name of ours. The message never repeats it.
    """
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise ValueError(_NAME_RULE)
    return prefixes_of(case_id, name)[0]


def name_of(place: str) -> str:
    """Return the name of an object whose key this is."""
    return place.split("/", 2)[2]


def parts_of(case_id: str, prefix: str) -> str:
    """Return where the parts of objects under that prefix lie while they are on their way."""
    return f"{ANSWERS}{case_id}/{_PARTS}{prefix}"


def _is_whole(place: str) -> bool:
    return not name_of(place).startswith(_PARTS)


def prefixes_of(case_id: str, prefix: str) -> tuple[str, ...]:
    """Return how the object keys of a case begin, under a prefix that may be empty. Raises as `place_of`.

    Answers lie apart, so that a rule of the bucket can let them expire.
    """
    if not SEALED_ID.fullmatch(case_id):
        msg = "not a case id"
        raise ValueError(msg)
    if len(prefix) > _LONGEST or not _PREFIX.fullmatch(prefix):
        raise ValueError(_NAME_RULE)
    either = (_ANSWER.startswith(prefix), prefix.startswith(_ANSWER))
    tops = {(False, False): ("cases/",), (False, True): (ANSWERS,)}.get(either, ("cases/", ANSWERS))
    return tuple(f"{top}{case_id}/{prefix}" for top in tops)
