"""The residue scan of a store: every version of every object under its prefixes, read to the end.

A place is a prefix without what stands in it, and the kind of file: `uploads/*.txt`. A key may be somebody's
address: those where something was found go along for the vault, and nowhere else.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors._bucket import Bucket, Stored
from connectors._contents import Look, look
from connectors._traces import Traces
from dsar.errors import ContractError, OperatorError
from dsar.residue import MOST_KEYS, Residue, Scan

AT_ONCE = 8  # objects that are read side by side
_PAGE = 500
_Place = tuple[str, str]  # as it is shown, and the collection if the person's own objects lie there


@dataclass(frozen=True, slots=True)
class Ground:
    """What is looked through: `roots` by collection, and the prefixes where the person's own objects lie."""

    roots: Mapping[str, str]
    own: Mapping[str, Sequence[str]] = field(repr=False)

    def tops(self) -> tuple[str, ...]:
        """Return the roots that lie in no other."""
        roots = sorted(set(self.roots.values()))
        return tuple(r for r in roots if not any(r != top and r.startswith(top) for top in roots))

    def place_of(self, key: str, ending: str) -> _Place:
        """Return where an object lies."""
        root = max((root for root in self.roots.values() if key.startswith(root)), key=len)
        own = [name for name, prefixes in self.own.items() if key.startswith(tuple(prefixes))]
        return f"{root}*.{ending}" if ending else f"{root}*", own[0] if own else ""


async def scan(bucket: Bucket, ground: Ground, sought: Traces) -> Scan:
    """Look for the person in keys, in labels and in contents.

    Raises:
        DsarError: the store cannot be reached, or does not let itself be listed.
    """
    tops, notes, records = ground.tops(), _Notes(), 0
    for top in tops if sought.any else ():
        async for page in bucket.everything(top, _PAGE):
            records += len(page)
            for at in range(0, len(page), AT_ONCE):
                some = page[at : at + AT_ONCE]
                looks = await asyncio.gather(*(_looked(bucket, each, sought) for each in some))
                for each, told in zip(some, looks, strict=True):
                    notes.take(ground.place_of(each.key, told.ending), each, told)
    return Scan(found=tuple(notes.told()), places=len(tops), records=records)


async def _looked(bucket: Bucket, each: Stored, sought: Traces) -> Look:
    """Look at one object. One that may not be read is named, and the others are looked at all the same."""
    told = Look("")
    if not each.removed:
        try:
            async with bucket.opened(each.key, each.version) as (label, chunks):
                told = await look(chunks, sought)
                told = told.or_if(sought.within(label))
        except (OperatorError, ContractError) as error:
            told = Look("", reason=error.reason)
    stem = each.key.rpartition(".")[0]  # or `.csv` would read as the end of an address
    return told.or_if(sought.within(each.key) or sought.within(stem))


class _Notes:
    """What was found by now, place by place."""

    def __init__(self) -> None:
        self._counts: dict[_Place, int] = {}
        self._keys: dict[_Place, list[str]] = {}
        self._unread: dict[tuple[str, str], None] = {}

    def take(self, place: _Place, each: Stored, told: Look) -> None:
        if told.reason:
            self._unread[place[0], told.reason] = None
        if told.holds:
            self._counts[place] = self._counts.get(place, 0) + 1
            keys = self._keys.setdefault(place, [])
            if each.key not in keys and len(keys) < MOST_KEYS:
                keys.append(each.key)

    def told(self) -> Iterator[Residue]:
        for place, count in self._counts.items():
            shown, collection = place
            yield Residue(place=shown, count=count, collection=collection, keys=tuple(self._keys[place]))
        for shown, reason in self._unread:
            yield Residue(place=shown, reason=reason)
