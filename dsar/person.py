"""The person, as a connector is shown them. Never an argument of a workflow, never in a log (DESIGN §7)."""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from dsar.vocabulary import IdentifierKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One thing the person can be found by. `system` is where it was learned; empty if the person gave it."""

    kind: IdentifierKind
    value: str = field(repr=False)
    system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """All identifiers known for one data subject in one case. Values never appear in `repr`."""

    identifiers: tuple[Identifier, ...] = ()

    def of(self, kind: IdentifierKind, *, system: str | None = None) -> tuple[str, ...]:
        """Values of one kind in a stable order; with `system`, only those that system taught us."""
        wanted = (i.value for i in self.identifiers if i.kind is kind and system in {None, i.system})
        return tuple(dict.fromkeys(wanted))

    def kinds(self) -> frozenset[IdentifierKind]:
        """Which kinds are known: this, unlike the values, may travel."""
        return frozenset(i.kind for i in self.identifiers)

    def merged(self, others: Iterable[Identifier]) -> "Identity":
        """Return this identity and `others`, each identifier once, in a stable order."""
        return Identity(identifiers=tuple(dict.fromkeys((*self.identifiers, *others))))

    def to_bytes(self) -> bytes:
        """Return the form that is sealed in the vault."""
        rows = [[i.kind, i.value, i.system] for i in self.identifiers]
        return json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass")

    @staticmethod
    def from_bytes(data: bytes) -> "Identity":
        """Read what `to_bytes` wrote."""
        rows = json.loads(data.decode("utf-8", "surrogatepass"))
        return Identity(
            identifiers=tuple(Identifier(kind=IdentifierKind(k), value=v, system=s) for k, v, s in rows)
        )


def comparable(kind: IdentifierKind, value: str) -> str:
    """One spelling per identifier, for comparing and for fingerprints: never for display or delivery.

    Large and small letters of an address are one; other letters that case folding makes equal are not. `ß` is
    no `ss`: IDNA2008 (RFC 5891) gives the two domains to two owners, and one would read the other's data.
    """
    text = unicodedata.normalize("NFC", value).strip()
    if kind is IdentifierKind.EMAIL:
        small = "".join(c.lower() for c in text)  # one by one: `lower` of a word turns a last Σ into ς
        return unicodedata.normalize("NFC", small)
    if kind is IdentifierKind.PHONE:
        return "".join(
            c if c == "+" else str(unicodedata.decimal(c)) for c in text if c == "+" or c.isdecimal()
        )
    return text


def askable(value: str) -> bool:
    """Whether a system can be asked for it at all: some text, no NUL, and valid Unicode.

    Anything else cannot be stored as text anywhere, so the true answer is that nothing matches.
    """
    surrogates = any("\ud800" <= c <= "\udfff" for c in value)
    return bool(value.strip()) and "\0" not in value and not surrogates
