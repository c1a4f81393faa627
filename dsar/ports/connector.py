"""What a connected system promises. Asynchronous, because vendors are slow and many."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from dsar.batches import Answer, Prepared
from dsar.budget import Month
from dsar.deeds import Correction, Purpose, Receipt, Seen, Step
from dsar.holdings import Card, Findings, Page
from dsar.person import Identity
from dsar.residue import Scan


class Connector(Protocol):
    """One connected system (DESIGN §5). Errors are `dsar.errors`; messages never name a person."""

    @property
    def card(self) -> Card: ...

    async def check(self) -> None:
        """Make a harmless call that proves the credentials and that the card still fits the system.

        Raises:
            OperatorError: credentials refused, or a table or scope is missing.
            TemporaryError: the system cannot be reached now.
        """

    async def find(self, identity: Identity) -> Findings:
        """Say what is held: counts per collection, and identifiers learned. Changes nothing."""

    def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream the rows of one collection in a stable order, page by page, from after `cursor`."""

    async def close(self) -> None:
        """Release connections. Safe to repeat."""


class Erases(Protocol):
    """A system that can erase (`Verb.ERASE` on its card)."""

    async def plan_erasure(self, identity: Identity) -> Sequence[Step]:
        """Return the dry run: what erasing would touch, collection by collection, in the order in which it
        must go (children first). Changes nothing. Whatever is named here can be exported, too.
        """

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        """Carry out exactly these steps of the plan, one receipt each. Safe to repeat.

        Raises:
            OperatorError: `plan_outgrown`, before anything is touched: more is held now than was approved.
        """


class ErasesTogether(Protocol):
    """A system that takes the erasures of many people in one call (decision 22), or of one alone."""

    @property
    def at_once(self) -> int:
        """How many ids one call takes."""

    async def prepare_erasure(self, identity: Identity, steps: Sequence[Step]) -> Prepared:
        """Return what erasing these steps of the plan would send. Changes nothing. Raises as `erase`."""

    async def erase_together(self, keys: Sequence[str]) -> Mapping[str, Answer]:
        """Order the erasure of these ids, and return what was said of each.

        Raises:
            ContractError: `request_refused`: the list was not taken, and nothing of it was ordered.
            OperatorError: `budget_spent`: as many as this month allows were ordered already.
        """

    async def erased_before(self, keys: Sequence[str], since: datetime) -> Mapping[str, Answer]:
        """Return which of these ids the vendor knows as ordered since then. Changes nothing."""

    async def month(self) -> Month | None:
        """Return what is left of the month's orders; None if they are not counted."""


class Restricts(Protocol):
    """A system that can restrict and lift (`Verb.RESTRICT`, `Verb.LIFT`)."""

    async def restrict(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        """Mark these collections of the person as restricted (Art. 18). Safe to repeat."""

    async def lift(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        """Take the mark off again. Safe to repeat."""


class Rectifies(Protocol):
    """A system that can write new values (`Verb.RECTIFY`)."""

    async def rectify(self, identity: Identity, corrections: Sequence[Correction]) -> Sequence[Receipt]:
        """Write each new value wherever this system holds the old one. Safe to repeat."""


class Suppresses(Protocol):
    """A system that can stop what it does with a person from now on (`Verb.SUPPRESS`)."""

    async def suppress(self, identity: Identity, purposes: frozenset[Purpose]) -> Sequence[Receipt]:
        """Stop these purposes for the person, forward only. Safe to repeat, also for someone unknown."""


class Verifies(Protocol):
    """A system that can be asked again whether a deed holds (`Verb.VERIFY`)."""

    async def verify(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        """Look again for what each receipt says was done, with the identifiers as they were frozen."""


class Scans(Protocol):
    """A system that can be looked at as a whole, also where its own erasure does not look."""

    async def scan(self, identity: Identity) -> Scan:
        """Look for these identifiers everywhere: in each column of each table, or in each object of a store.

        Changes nothing. Says places and counts, never what stands there: a place is the name of a column or
        a prefix, not a key that could be an address. Letters are compared whatever their case, also inside
        longer text and behind escapes.
        """


class Polls(Protocol):
    """A system whose deeds are jobs of its own: they go on after the call that began them."""

    async def poll(self, receipt: Receipt) -> Receipt:
        """Return the receipt as it stands now.

        Raises:
            OperatorError: `job_failed:…`; a person must look.
        """
