"""Stowing files: what a connector hands over as a stream lies in the vault before its row is packed."""

import asyncio
import hashlib
from contextlib import ExitStack

from dsar.holdings import File, Page, Row, Stored
from dsar.kinds import HEAD, kind_of
from dsar.parcels import place_of_file
from dsar.ports import Vault


class Stower:
    """Stows the files of one export, piece by piece. `number` files were stowed and packed before.

    A file whose row was not packed when a worker died is written anew, under the same number.
    """

    def __init__(self, vault: Vault, case_id: str, folder: str, number: int) -> None:
        self._vault, self._case_id, self._folder = vault, case_id, folder
        self._number = number

    async def stowed(self, page: Page) -> Page:
        """Return the page with each file replaced by where it lies now. Without files, the page itself."""
        if not any(File in map(type, row.values()) for row in page.rows):
            return page
        return Page(rows=tuple([await self._row(row) for row in page.rows]), cursor=page.cursor)

    async def _row(self, row: Row) -> Row:
        return {name: await self._file(v) if type(v) is File else v for name, v in row.items()}

    async def _file(self, file: File) -> Stored:
        """Take a file in. If its stream breaks, nothing of it stays in the vault."""
        self._number += 1
        place = place_of_file(self._folder, self._number)
        head, size, digest = b"", 0, hashlib.sha256()
        with ExitStack() as stack:
            sink = await asyncio.to_thread(stack.enter_context, self._vault.sink(self._case_id, place))
            async for chunk in file.chunks:
                head += chunk[: HEAD - len(head)]
                size += len(chunk)
                digest.update(chunk)
                await asyncio.to_thread(sink.write, chunk)
            await asyncio.to_thread(stack.pop_all().close)
        kind = kind_of(head, file.name)
        return Stored(
            place=place,
            name=file.name,
            media_type=file.media_type,
            size=size,
            sha256=digest.hexdigest(),
            ending=kind.ending,
            true_type=kind.media,
            archive=kind.archive,
        )
