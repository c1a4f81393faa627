"""What the vault promises: the person, sealed. Plain calls that an activity makes in a thread."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something about the store that should not be so: a code, and the command that mends it.

    A grave one lets strangers in.
    """

    code: str
    mend: str
    grave: bool = False


class Sink(Protocol):
    """Where bytes are streamed to. Also a fit target for `zipfile.ZipFile` (it cannot seek)."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class Vault(Protocol):
    """The person: everything personal that we keep, sealed with one data key per case.

    Names of objects are like `parcels/crm/000001`: lower case, never personal.
    """

    def open_case(self, case_id: str) -> None:
        """Create the case's data key, once. Safe to repeat."""

    def put(self, case_id: str, name: str, data: bytes) -> None: ...

    def get(self, case_id: str, name: str) -> bytes:
        """Return what was put.

        Raises:
            OperatorError: `object_missing`, `seal_broken`, or `key_destroyed` after a shredding.
            TemporaryError: the store cannot be reached now.
        """

    def names(self, case_id: str, prefix: str = "") -> tuple[str, ...]:
        """Return the names under `prefix`, in order."""

    def sink(self, case_id: str, name: str) -> AbstractContextManager[Sink]:
        """Stream a large object in. It appears, whole, only when the context ends without an error."""

    def stream(self, case_id: str, name: str) -> Iterator[bytes]:
        """Stream a large object out, checked chunk by chunk. Memory stays flat."""

    def remove(self, case_id: str, prefix: str) -> int:
        """Delete the objects under `prefix`; the key stays. Returns how many went. Safe to repeat."""

    def fingerprint(self, purpose: str, text: str) -> str:
        """Return a keyed digest (64 hex digits): the same for the same text, useless without our key."""

    def shred(self, case_id: str) -> int:
        """Delete the case's objects, then destroy its key. Returns how many objects went. Safe to repeat."""

    def check(self) -> None:
        """Prove that store and master key work.

        Raises:
            OperatorError: `bucket_missing`, `access_refused`, `master_key_refused`, …
            TemporaryError: the store cannot be reached now.
        """

    def doubts(self) -> tuple["Doubt", ...]:
        """Return what is unsafe about the place where the sealed bytes lie. Raises as `check`."""
