"""Redaction (Art. 15(4), Rec. 63; LAW ACC-09, EXM-22): what is another person's is cut out, the rest stays.

A cut is burned in: where the value stood, or a part of its text, stands a mark that tells neither what it was
nor how long. The original goes nowhere from there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dsar.errors import InputError
from dsar.graphemes import widened
from dsar.holdings import Row, Stored
from dsar.law_sets import LawSet

Path = tuple[str, ...]
Span = tuple[int, int]
ALL_FIELDS = "*"
EVERYTHING = "**"  # numbers, too: what a person copied, no map sorted
_GDPR = frozenset({LawSet.UK, LawSet.EU})
_UK = frozenset({LawSet.UK})
_ESCAPE = re.compile("~0|~1|~u(?P<number>0?[0-9a-f]{1,5}|10[0-9a-f]{4})~")
_SHORT = {"~0": "~", "~1": "/"}
_WHOLE = "only a text has spans: cut the whole field"

# Why something may be cut out, under which laws. `redaction_words.py` says it to the person.
REASONS: Mapping[str, frozenset[LawSet]] = {
    "15_4_others": _GDPR,  # Art. 15(4)
    "15_4_secrets": _GDPR,  # Art. 15(4), Rec. 63: trade secrets, intellectual property
    "sch2_16_others": _UK,  # DPA 2018 Sch. 2 para. 16 (LAW EXM-01)
    "sch2_19_privilege": _UK,  # DPA 2018 Sch. 2 para. 19 (LAW EXM-03)
    "ccpa_others": frozenset({LawSet.CALIFORNIA}),  # Cal. Civ. Code 1798.145(k)
    "local_others": frozenset({LawSet.OTHER}),
    # What a machine masks by its field and a person must see in a copy (`dsar.withholding`).
    "access_secrets": frozenset(LawSet),  # a password, or what stands in for one
    "ccpa_secrets": frozenset({LawSet.CALIFORNIA}),  # 11 CCR 7024(d) (LAW CAL-23)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What is cut out of one record: the value at `path`, or, with `spans`, parts of its text, counted in
    code points. With `file`, that file takes the place of the one that stood there.
    """

    path: Path
    code: str
    spans: tuple[Span, ...] = ()
    file: Stored | None = None


def marked_fields(fields: Sequence[str], row: Row) -> tuple[str, ...]:
    """Return which fields of a record may speak of others and hold something. `*` marks them all."""
    return tuple(name for name, value in row.items() if _says(value) and _marked(fields, name, value))


def _says(value: object) -> bool:
    return value not in (None, "", [], {})


def _marked(fields: Sequence[str], name: str, value: object) -> bool:
    """A bare truth or number speaks of somebody else only where its field is marked by name."""
    by_name = name in fields or EVERYTHING in fields
    return by_name or (ALL_FIELDS in fields and not isinstance(value, bool | int | float))


def path_of(text: str) -> Path:
    """Read a path such as `comments/0/body`; `~1` is a slash within a name, `~0` a tilde (RFC 6901), and
    `~u202e~` a character that cannot be seen.
    """
    return tuple(_ESCAPE.sub(_meant, part) for part in text.split("/"))


def spelled(path: Path) -> str:
    """Return how a path is typed. Names come from strangers: nothing in it can act on a terminal."""
    parts = (part.replace("~", "~0").replace("/", "~1") for part in path)
    return "/".join("".join(c if c.isprintable() else f"~u{ord(c):x}~" for c in part) for part in parts)


def _meant(escape: re.Match[str]) -> str:
    number = escape["number"]
    return chr(int(number, 16)) if number else _SHORT[escape[0]]


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield every value that is no list and no mapping, with its path."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, (*path, str(name)))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from leaves(inner, (*path, str(at)))
    else:
        yield path, value


def found(row: Row, fields: Sequence[str], words: str, code: str) -> tuple[Cut, ...]:
    """Return a cut for every place in these fields where the words stand, however they are capitalised.

    Raises:
        InputError: `words_not_found`: they stand in none of them.
    """
    pattern = re.compile(re.escape(words), re.IGNORECASE)
    cuts = [
        Cut(path=path, code=code, spans=spans)
        for path, text in leaves({name: row[name] for name in fields})
        if isinstance(text, str)
        and (spans := tuple(widened(text, *hit.span()) for hit in pattern.finditer(text)))
    ]
    if not words or not cuts:
        hint = "these words stand in none of the marked fields as they are; look with `review`"
        raise InputError("words_not_found", hint, field="find")
    return tuple(cuts)


def checked(row: Row, fields: Sequence[str], cut: Cut) -> Cut:
    """Return the cut as it will be made: in a marked field, within the text, through no character.

    Raises:
        InputError: `field_unknown`, `not_a_text`, `not_a_file` or `span_out_of_range`.
    """
    if cut.path[0] not in fields:
        hint = f"choose a marked field of this item: {', '.join(fields)}"
        raise InputError("field_unknown", hint, field="field")
    value = _at(row, cut.path)
    if cut.file and not isinstance(value, Stored):
        raise InputError("not_a_file", "only a file can be replaced by a file", field="file")
    if not cut.spans:
        return cut
    if not isinstance(value, str):
        raise InputError("not_a_text", _WHOLE, field="span")
    if any(not 0 <= first < last <= len(value) for first, last in cut.spans):
        hint = f"this text has {len(value)} characters: give a span A:B with 0 <= A < B <= {len(value)}"
        raise InputError("span_out_of_range", hint, field="span")
    spans = tuple(widened(value, *span) for span in cut.spans)
    return Cut(path=cut.path, code=cut.code, spans=spans)


def _at(row: Row, path: Path) -> Any:  # noqa: ANN401  # a value of a record is any JSON
    value: Any = row
    for part in path:
        inner = value if isinstance(value, Mapping) else _listed(value)
        if part not in inner:
            hint = "this record has nothing at that path; `review` shows its paths"
            raise InputError("field_unknown", hint, field="field")
        value = inner[part]
    return value


def _listed(value: object) -> Mapping[str, Any]:
    return {str(at): inner for at, inner in enumerate(value)} if isinstance(value, list | tuple) else {}


def burned(row: Row, cuts: Iterable[Cut]) -> Row:
    """Return the record with every cut made, for good.

    Raises:
        InputError: `field_unknown`: a cut fits no value here; such a record must not leave.
    """
    made: Row = _burn(row, tuple(cuts), 0)
    return made


def _burn(value: Any, cuts: Sequence[Cut], depth: int) -> Any:  # noqa: ANN401  # as above
    here = [cut for cut in cuts if len(cut.path) == depth]
    whole = [cut for cut in here if not cut.spans]
    if whole:
        return whole[-1].file or mark(whole[-1].code)
    if here:
        return _cut_out(value, here)
    deeper: dict[str, list[Cut]] = {}
    for cut in cuts:
        deeper.setdefault(cut.path[depth], []).append(cut)
    inner = value if isinstance(value, Mapping) else _listed(value)
    if deeper.keys() - inner.keys():
        raise InputError("field_unknown", "a redaction fits no value of its record", field="field")
    made = {name: _burn(v, deeper[name], depth + 1) if name in deeper else v for name, v in inner.items()}
    return made if isinstance(value, Mapping) else list(made.values())


def _cut_out(text: object, cuts: Sequence[Cut]) -> str:
    """Cut spans out of a text. Those that overlap or touch become one, with the reason of the first."""
    if not isinstance(text, str):
        raise InputError("not_a_text", _WHOLE, field="span")
    spans = sorted((first, last, cut.code) for cut in cuts for first, last in cut.spans)
    parts, end = [], 0
    for at, (first, last, code) in enumerate(spans):
        if at == 0 or first > end:
            parts += [text[end:first], mark(code)]
        end = max(end, last)
    return "".join((*parts, text[end:]))


def mark(code: str) -> str:
    """Return what stands where something was cut out."""
    return f"[redacted: {code}]"
