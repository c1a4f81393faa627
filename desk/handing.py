"""Handing in: what a person copied out of a system is sealed, and goes into the bundle as it is."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from activities.handed import COLLECTION
from activities.stowing import Stower
from desk.desk import Desk
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.holdings import File, Page
from dsar.parcels import Packer, folder_by_hand, write_waybill
from dsar.systems import POST

MOST_FILES = 100
_PIECE = 2**20


async def hand_in(desk: Desk, case_id: str, system: str, files: Sequence[Path], *, by: str) -> None:
    """Seal these files under the case, piece by piece. A later handing in takes the place of this one.

    Raises:
        InputError: `files_unreadable`, `files_too_many`, `files_unwanted`.
    """
    _check(system, files)
    earlier = [e for e in desk.register.evidence(case_id) if e.kind is EvidenceKind.HANDED_IN]
    number = sum(e.facts["system"] == system for e in earlier) + 1
    folder = folder_by_hand(system, number)
    packer = Packer(desk.vault, case_id, folder, COLLECTION)
    stower = Stower(desk.vault, case_id, packer.folder, 0)
    for place, path in enumerate(files, start=1):
        row = {"number": place, "file": File(name=path.name, chunks=_pieces(path))}
        packer.add(await stower.stowed(Page(rows=(row,), cursor=str(place))))
    await asyncio.to_thread(lambda: packer.flush(done=True))
    await asyncio.to_thread(write_waybill, desk.vault, case_id, folder, [packer.whole])
    facts: dict[str, Scalar] = {"system": system, "number": number, "files": len(files), "by": by}
    fact = Fact(key=f"handed:{system}:{number}", kind=EvidenceKind.HANDED_IN, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)


def _check(system: str, files: Sequence[Path]) -> None:
    if system == POST:
        hint = "no data lies with the post: leave --file out, and say in --note how it was handed over"
        raise InputError("files_unwanted", hint, field="file")
    if len(files) > MOST_FILES:
        raise InputError("files_too_many", f"at most {MOST_FILES}: put them into one archive", field="file")
    for path in files:
        try:
            with path.open("rb"):
                pass
        except OSError:
            raise InputError("files_unreadable", "name files that can be read", field="file") from None


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as source:
        while piece := await asyncio.to_thread(source.read, _PIECE):
            yield piece
