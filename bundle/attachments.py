"""The files that belong to records: handed over as found, under names that can neither deceive nor run.

The bytes are never changed. A name keeps its ending only if the bytes are truly of that kind and a program
that opens them merely shows them; so a script becomes text, and a program something nothing opens by itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bundle.members import Member, Shelf
from bundle.names import slug
from dsar.errors import OperatorError
from dsar.holdings import Stored
from dsar.kinds import TEXT, UNKNOWN, ending_of

_CLOSED, _AS_TEXT, _INERT, _OTHER = (
    "archive_kept_closed",
    "file_shown_as_text",
    "file_kept_inert",
    "ending_changed",
)
_ALIKE = {
    "jpeg": "jpg",
    "jpe": "jpg",
    "tif": "tiff",
    "heif": "heic",
    "m4a": "mp4",
    "m4v": "mp4",
    "oga": "ogg",
}


class Reference(dict[str, object]):
    """What stands in a row in the place of a file: where it lies in the archive, and what it was called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A file that stands in the archive, what it was called, and codes for what a reader must know of it."""

    member: Member
    name: str = field(repr=False)
    media: str
    codes: tuple[str, ...]


class Attachments:
    """The files of one collection. Named as their rows are written, written themselves after the tables."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._waiting: list[tuple[str, Stored]] = []

    def take(self, stored: Stored) -> Reference:
        """Give a file its place in the archive; return what stands in its row."""
        stem = stored.name.rpartition(".")[0] or stored.name
        path = f"{self._folder}/{len(self._waiting) + 1:06d}-{slug(stem)}.{stored.ending}"
        self._waiting.append((path, stored))
        return Reference(
            file=path,
            name=stored.name,
            media_type=stored.true_type,
            bytes=stored.size,
            sha256=stored.sha256,
        )

    def write(
        self, shelf: Shelf, open_file: Callable[[Stored], Iterator[bytes]], alive: Callable[[], None]
    ) -> Iterator[Filed]:
        """Write each file, unfolded: what unfolds to a thousand times its size shall not do so by our hand.

        Raises:
            OperatorError: `file_changed`: the vault gives other bytes than it was given.
        """
        for path, stored in self._waiting:
            with shelf.file(path, folded=False) as stream:
                for chunk in open_file(stored):
                    stream.write(chunk)
                    alive()
            member = shelf.members[-1]
            if (member.size, member.sha256) != (stored.size, stored.sha256):
                raise OperatorError("vault", "file_changed")
            yield Filed(member=member, name=stored.name, media=stored.true_type, codes=_codes(stored))


def _codes(stored: Stored) -> tuple[str, ...]:
    found = ending_of(stored.name)
    changed = _ALIKE.get(found, found) != stored.ending
    kinds = {TEXT.ending: _AS_TEXT, UNKNOWN.ending: _INERT}
    renamed = (kinds.get(stored.ending, _OTHER),) if changed else ()
    return renamed + (_CLOSED,) * stored.archive
