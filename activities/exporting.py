"""Filling the parcels of one system: its collections side by side, each a chain of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from activities.stowing import Stower
from dsar.errors import OperatorError, TemporaryError
from dsar.holdings import Page
from dsar.parcels import Chain, Packer, read_waybill, write_waybill
from dsar.person import Identity
from dsar.ports import Vault

_SPOILT = frozenset({"parcels_mixed", "object_missing", "seal_broken"})
_T = TypeVar("_T")
SIDE_BY_SIDE = 4  # collections; each holds a parcel and a page, and a vendor must bear the calls


class Source(Protocol):
    """What pages come from: a connector, or what stands before one."""

    def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export of one system into one folder of the vault."""

    vault: Vault
    case_id: str
    folder: str

    async def filled(
        self, connector: Source, identity: Identity, collections: Iterable[str], sealed: Callable[[], None]
    ) -> tuple[Chain, ...]:
        """Fill every chain to its end and write the waybill, or go on where a killed worker stopped.

        `sealed` is called after each parcel. If one collection fails, the others come to their end first;
        another try goes on from the last parcel of each.
        """
        whole = await asyncio.to_thread(read_waybill, self.vault, self.case_id, self.folder)
        if whole is not None:
            return whole
        turns = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(collection: str) -> Chain:
            async with turns:
                return await self._chain(connector, identity, collection, sealed)

        chains = await _together([asyncio.create_task(one(name)) for name in collections])
        await asyncio.to_thread(write_waybill, self.vault, self.case_id, self.folder, chains)
        return chains

    async def _chain(
        self, connector: Source, identity: Identity, collection: str, sealed: Callable[[], None]
    ) -> Chain:
        packer = Packer(self.vault, self.case_id, self.folder, collection)
        at = await asyncio.to_thread(packer.resume)
        if not at.done:
            stower = Stower(self.vault, self.case_id, packer.folder, at.files)
            async for page in connector.export(identity, collection, at.cursor):
                if packer.add(await stower.stowed(page)):
                    await asyncio.to_thread(packer.flush)
                    sealed()
            await asyncio.to_thread(lambda: packer.flush(done=True))
            sealed()
        return packer.whole


async def _together(chains: list[asyncio.Task[Chain]]) -> tuple[Chain, ...]:
    """Wait for all. One that fails stops no other: a vendor's job that takes days must not hold up, or break
    off, what can be had at once. When we are told to stop, all stop before we do.
    """
    try:
        ended = await asyncio.gather(*chains, return_exceptions=True)
    except BaseException:
        for chain in chains:
            chain.cancel()
        await asyncio.gather(*chains, return_exceptions=True)
        raise
    wrong = [end for end in ended if isinstance(end, BaseException)]
    if wrong:
        raise min(wrong, key=_urgency)
    return tuple(end for end in ended if isinstance(end, Chain))


def _urgency(error: BaseException) -> tuple[bool, timedelta]:
    """What a person must mend is said before what mends itself; of that, what may be asked again soonest."""
    if not isinstance(error, TemporaryError):
        return False, timedelta()
    return True, error.after or timedelta()


def whole(system: str, exported: Iterable[_T]) -> Iterator[_T]:
    """Give what was exported from a system. If it is not whole any more, that is an error of this system's
    export, which a person has to begin anew, and none of the vault's, which only needs time.
    """
    try:
        yield from exported
    except OperatorError as error:
        if error.reason not in _SPOILT:
            raise
        raise OperatorError(system, error.reason) from None


def ahead(fetch: Callable[[str], bytes], names: Iterable[str]) -> Iterator[bytes]:
    """Read objects one after the other, each while the one before is being used."""
    with ThreadPoolExecutor(1, thread_name_prefix="parcels-ahead") as thread:
        coming = None
        for name in names:
            following = thread.submit(fetch, name)
            if coming:
                yield coming.result()
            coming = following
        if coming:
            yield coming.result()
