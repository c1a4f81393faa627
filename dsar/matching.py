"""Matching: data points a person names, held against data we already hold (11 CCR 7060; LAW CAL-10..15).

What comes out is one word: matched or not. Which value was right is told to nobody.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dsar.errors import InputError
from dsar.person import Identifier, Identity
from dsar.vocabulary import IdentifierKind

ATTEMPTS = 3  # per case: a guesser gets no fourth
FEWEST, MOST = 2, 3  # data points at a time: a fourth would be a shot in the dark
SHORTEST, LONGEST = 4, 254  # letters and digits: "yes" or "GB" stands in every second record
_LOOKED_UP_BY = (IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID, IdentifierKind.PHONE)


def plain(value: str) -> str:
    """One spelling per value: case, spaces, hyphens and accents' encodings do not matter."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return "".join(c for c in folded if c.isalnum())


def looked_up_by(request: Identity) -> Identity:
    """Return the one identifier under which the data is looked up: two could belong to two people."""
    for kind in _LOOKED_UP_BY:
        if values := request.of(kind):
            return Identity(identifiers=(Identifier(kind=kind, value=values[0]),))
    return Identity()


def check_points(
    given: Sequence[str], request: Identity, contested: Collection[str] = (), *, fewest: int = FEWEST
) -> tuple[str, ...]:
    """Let data points pass that can prove something: at least `fewest` of them.

    What stands in the request proves nothing about it. What a correction contests may not be used to verify
    it (LAW CAL-14).

    Raises:
        InputError: the next move; a value is never repeated.
    """
    points = tuple(dict.fromkeys(plain(line) for line in given if line.strip()))
    fewest = max(fewest, FEWEST)
    if not fewest <= len(points) <= MOST:
        hint = f"give {fewest} to {MOST} different data points, one a line, on standard input"
        raise InputError("points_count", hint, field="match")
    if any(not SHORTEST <= len(point) <= LONGEST for point in points):
        hint = f"each needs {SHORTEST} to {LONGEST} letters or digits: a shorter one fits too many people"
        raise InputError("point_too_weak", hint, field="match")
    known = {plain(i.value) for i in request.identifiers if i.kind is not IdentifierKind.NAME}
    if known & set(points):
        hint = "the request itself says this: ask for something that only the person and we know"
        raise InputError("point_in_request", hint, field="match")
    if any(point in plain(text) for text in contested for point in points):
        hint = "this is what the person wants corrected: verify with something else (11 CCR 7060(h))"
        raise InputError("point_contested", hint, field="match")
    return points


@dataclass(slots=True)
class Tally:
    """Which of the points was seen. Every cell meets every point, so that time tells nothing either."""

    points: Sequence[str] = field(repr=False)
    _seen: list[bool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin with nothing seen."""
        self._seen = [False] * len(self.points)

    def look_at(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Hold rows of one system against the points."""
        wanted = [_digest(point) for point in self.points]
        for row in rows:
            for cell in _leaves(row):
                held = _digest(plain(cell))
                same = [hmac.compare_digest(held, one) for one in wanted]
                self._seen = [seen | now for seen, now in zip(self._seen, same, strict=True)]

    def matched(self, needed: int) -> bool:
        """Whether enough of them were seen."""
        return sum(self._seen) >= max(needed, FEWEST)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _leaves(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None and not isinstance(value, bool | bytes):
        yield str(value)
