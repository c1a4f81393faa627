"""Prefixes of object keys that name a person, such as `uploads/{account_id}/`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from dsar.errors import InputError, OperatorError
from dsar.person import Identity, askable, comparable
from dsar.vocabulary import IdentifierKind

_PLACE = re.compile(r"\{([a-z_]+)\}")
_FITTING = frozenset(
    {IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.ACCOUNT_ID, IdentifierKind.DISTINCT_ID}
)
_LONGEST = 1024  # bytes of an object's key, in S3
_PLAIN = re.compile(r"[A-Za-z0-9_.~%-]")  # what an id in a web address is made of


@dataclass(frozen=True, slots=True)
class Prefix:
    """What stands before the id and after it. The first sign after it ends the id: `7/` is not `70/`.
    So no id holds it: it is a `/`, or with `encoded` any that is written as `%XX` within an id.

    `encoded`: ids stand in keys as in an address, every sign but letters, digits and `_.-~` as `%XX`.
    """

    kind: IdentifierKind
    before: str
    after: str
    encoded: bool = False

    @staticmethod
    def read(name: str, text: str, *, encoded: bool = False) -> "Prefix":
        """Read a prefix as settings write it.

        Raises:
            InputError: `prefix_unusable`.
        """
        before, *found = _PLACE.split(text)
        kinds = {kind.value: kind for kind in _FITTING}
        if len(found) != 2 or found[0] not in kinds or not found[1]:  # noqa: PLR2004  # one place, and the rest
            hint = f"write one of {', '.join(sorted(kinds))} in it, as in uploads/{{account_id}}/"
            raise InputError("prefix_unusable", hint, field=f"collections.{name}.prefix")
        if _PLAIN.match(found[1]) if encoded else found[1][0] != "/":
            hint = "end the id by a /: what stands after it now may stand in another person's id"
            raise InputError("prefix_unusable", hint, field=f"collections.{name}.prefix")
        return Prefix(kinds[found[0]], before, found[1], encoded)

    def of(self, value: str) -> str:
        """Return the prefix of one person's objects."""
        return f"{self.before}{quote(value, safe='') if self.encoded else value}{self.after}"

    def spells(self, value: str) -> bool:
        """Whether this id can stand in a key, and lead to nobody else's objects there."""
        return bool(value) and (self.encoded or "/" not in value) and len(self.of(value).encode()) <= _LONGEST

    def id_in(self, prefix: str) -> str:
        """Return the id as a person reads it, of a prefix that `of` made."""
        value = prefix.removeprefix(self.before).removesuffix(self.after)
        return unquote(value) if self.encoded else value

    def spellings(self, identity: Identity) -> frozenset[str]:
        """Return each id that may stand in keys, as it was given and in its one comparable spelling."""
        return frozenset(v for given in self._given(identity) for v in self._forms(given) if self.spells(v))

    def demand_spelled(self, system: str, identity: Identity) -> None:
        """Refuse an id that holds a `/` where keys do not encode it. It could lead to another's objects:
        nobody can look, and that is not the same as nothing held. One that is longer than any key is in none.

        Raises:
            OperatorError: `id_not_in_keys`.
        """
        for given in self._given(identity):
            if not self.encoded and all("/" in form for form in self._forms(given)):
                raise OperatorError(system, "id_not_in_keys")

    def _given(self, identity: Identity) -> Iterator[str]:
        return (value.strip() for value in identity.of(self.kind) if askable(value))

    def _forms(self, value: str) -> frozenset[str]:
        return frozenset({value, comparable(self.kind, value)} - {""})
