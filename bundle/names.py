"""Names of files in the archive: `[a-z0-9_-]` only, so that none can climb out, hide or collide."""

import re
import unicodedata

_OTHER = re.compile(r"[^a-z0-9_-]+")
_LONGEST = 60
# Windows keeps these for devices, whatever their ending; unpacking such a file fails or worse.
_DEVICES = frozenset({"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(10)})


def slug(text: str) -> str:
    """Return `text` as a safe part of a path: never empty, never a device, at most 60 characters."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    safe = _OTHER.sub("-", ascii_text).strip("-")[:_LONGEST] or "unnamed"
    return f"{safe}_" if safe in _DEVICES else safe


class Names:
    """Hands out each path once. Paths are lower case, so none differs from another by case alone."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, system: str, collection: str) -> str:
        """Return `system/collection` made safe, with a number behind it if it was taken."""
        wanted = f"{slug(system)}/{slug(collection)}"
        path, number = wanted, 1
        while path in self._taken:
            number += 1
            path = f"{wanted}-{number}"
        self._taken.add(path)
        return path
