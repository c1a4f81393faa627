"""The review at the desk: marked records are read, cut, and cleared by somebody else (Art. 15(4); EXM-22).

Whoever reads one leaves evidence. What was cut is sealed; evidence has numbers, handles and codes.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from desk.desk import Desk
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.holdings import Row, Stored
from dsar.kinds import HEAD, kind_of
from dsar.law_sets import law_set
from dsar.redaction import REASONS, Cut, burned, checked, found, leaves
from dsar.review import REVIEWERS, Standing, Why, Work, review_of
from dsar.review_items import Item, items_of, open_cuts, record_of, seal_cuts
from dsar.vocabulary import Role

LARGEST_FILE = 50_000_000  # bytes of a redacted file that staff hand in
_MOST_SHOWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item in the list: a number, where it comes from, where it stands. Nothing of what it says."""

    item: int
    system: str
    collection: str
    fields: int
    cuts: int
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page of the list. `open` counts what is not cleared, over all pages."""

    items: int
    open: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a reviewer reads: the marked values by their paths, and how they will be handed over."""

    item: int
    system: str
    collection: str
    standing: str
    found: dict[tuple[str, ...], object] = field(repr=False)
    handed_over: dict[tuple[str, ...], object] = field(repr=False)


def listed(desk: Desk, case_id: str, *, after: int = 0, limit: int = 50) -> Sheet:
    """Return the items after a number, at most `limit`.

    Raises:
        InputError: `no_review`, or a number that makes no sense.
    """
    work = work_of(desk, case_id)
    if after < 0 or not 1 <= limit <= _MOST_SHOWN:
        raise InputError("page_unknown", f"at most {_MOST_SHOWN} from a number on", field="limit")
    last = min(after + limit, work.items)
    lines = tuple(_lines(desk, case_id, work, after + 1, last)) if after < last else ()
    return Sheet(items=work.items, open=work.open, lines=lines)


def _lines(desk: Desk, case_id: str, work: Work, first: int, last: int) -> Iterator[Line]:
    for item in items_of(desk.vault, case_id, work.number, first, last):
        yield Line(
            item=item.number,
            system=item.system,
            collection=item.collection,
            fields=len(item.fields),
            cuts=len(work.cuts_of(item.number)),
            standing=Standing(work.standings[item.number]).name.lower(),
        )


def read(desk: Desk, case_id: str, number: int, *, by: str, why: str = Why.REVIEW) -> Shown:
    """Show the marked values of one item. The reading is written down before anything is shown.

    Raises:
        InputError: `role_refused`, `why_unknown`, `no_review`, `item_unknown`.
        OperatorError: `item_changed`.
    """
    if why not in tuple(Why):
        raise InputError("why_unknown", f"say why you read it: {', '.join(Why)}", field="why")
    work, item = _item(desk, case_id, number)
    _note_reading(desk, case_id, work, item, by, why)
    row = _marked(record_of(desk.vault, case_id, item).row, item)
    cuts = open_cuts(desk.vault, case_id, item, work.cuts_of(number))
    return Shown(
        item=number,
        system=item.system,
        collection=item.collection,
        standing=Standing(work.standings[number]).name.lower(),
        found=dict(leaves(row)),
        handed_over=dict(leaves(burned(row, cuts))),
    )


def fetch(desk: Desk, case_id: str, number: int, path: Sequence[str], *, by: str) -> Iterator[bytes]:
    """Give a marked file to a reviewer. That is a reading, too. Raises as `read`, and `not_a_file`."""
    work, item = _item(desk, case_id, number)
    file = dict(leaves(_marked(record_of(desk.vault, case_id, item).row, item))).get(tuple(path))
    if not isinstance(file, Stored):
        raise InputError("not_a_file", "no file stands there; `review` shows what does", field="field")
    _note_reading(desk, case_id, work, item, by, Why.REVIEW)
    return desk.vault.stream(case_id, file.place)


def _note_reading(desk: Desk, case_id: str, work: Work, item: Item, by: str, why: str) -> None:
    entries = len(desk.register.evidence(case_id))
    facts: dict[str, Scalar] = {"review": work.number, "item": item.number, "why": str(why)}
    facts |= {"by": by, "role": reviewer(desk, by)}
    key = f"read:{work.number}:{item.number}:{entries}"
    desk.register.record(case_id, Fact(key=key, kind=EvidenceKind.READ, at=desk.now(), facts=facts))


def work_of(desk: Desk, case_id: str) -> Work:
    """Return the review of a case as it stands.

    Raises:
        InputError: `no_review`: nothing was put to review (yet).
    """
    desk.case(case_id)
    work = review_of(desk.register.evidence(case_id))
    if work is None:
        hint = "nothing of this case waits for a review: nothing is marked, or the search still runs"
        raise InputError("no_review", hint, field="case")
    return work


def reviewer(desk: Desk, by: str) -> str:
    """Return in which role somebody reviews.

    Raises:
        InputError: `handle_unknown`, `role_refused`.
    """
    role = desk.role(by, Role.REVIEWER)
    if role not in REVIEWERS:
        roles = desk.company.role_of(by)
        if not roles & REVIEWERS:
            raise InputError("role_refused", "only a reviewer or the DPO may read or redact this", field="by")
        role = min(roles & REVIEWERS)
    return role.value


def _item(desk: Desk, case_id: str, number: int) -> tuple[Work, Item]:
    work = work_of(desk, case_id)
    if not 1 <= number <= work.items:
        hint = f"this case has {work.items} items, numbered from 1; see `review`"
        raise InputError("item_unknown", hint, field="item")
    return work, next(items_of(desk.vault, case_id, work.number, number, number))


def _marked(row: Row, item: Item) -> Row:
    return {name: row[name] for name in item.fields}


def cuts_for(desk: Desk, case_id: str, number: int, wanted: Sequence[Cut]) -> tuple[Cut, ...]:
    """Return cuts as they can be made in one item. Raises as `dsar.redaction.checked`, and `read`."""
    _, item = _item(desk, case_id, number)
    row = record_of(desk.vault, case_id, item).row
    return tuple(checked(row, item.fields, cut) for cut in wanted)


def cuts_by_words(desk: Desk, case_id: str, number: int, words: str, code: str) -> tuple[Cut, ...]:
    """Return a cut for each place where words stand in one item. Raises as `dsar.redaction.found`."""
    _, item = _item(desk, case_id, number)
    return found(record_of(desk.vault, case_id, item).row, item.fields, words, code)


def hand_in(desk: Desk, case_id: str, data: bytes) -> Stored:
    """Take in a redacted file, to stand in the place of the one that was found. Its name says nothing.

    Raises:
        InputError: `file_too_large`.
    """
    if len(data) > LARGEST_FILE:
        raise InputError("file_too_large", f"give a file of at most {LARGEST_FILE} bytes", field="file")
    digest = hashlib.sha256(data).hexdigest()
    place = f"review/files/{desk.vault.fingerprint('file', digest)[:20]}"
    desk.vault.put(case_id, place, data)
    kind = kind_of(data[:HEAD], "redacted")
    return Stored(
        place=place,
        name=f"redacted.{kind.ending}",
        media_type=kind.media,
        size=len(data),
        sha256=digest,
        ending=kind.ending,
        true_type=kind.media,
        archive=kind.archive,
    )


def check_code(desk: Desk, case_id: str, code: str) -> str:
    """Let a reason pass that the law of the case knows.

    Raises:
        InputError: `code_unknown`.
    """
    laws = law_set(desk.case(case_id).request.regime)
    known = [name for name, where in REASONS.items() if laws in where]
    if code not in known:
        raise InputError("code_unknown", f"choose one of {', '.join(known)}", field="code")
    return code


def seal(desk: Desk, case_id: str, number: int, cuts: Sequence[Cut]) -> tuple[Work, dict[str, Scalar]]:
    """Seal cuts of an item; return what the evidence will say of them."""
    work, item = _item(desk, case_id, number)
    name = seal_cuts(desk.vault, case_id, work.number, item, cuts) if cuts else ""
    facts: dict[str, Scalar] = {"review": work.number, "item": number, "words": name}
    facts |= {"cuts": sum(len(cut.spans) or 1 for cut in cuts), "code": cuts[0].code if cuts else ""}
    return work, facts | _prints(desk, record_of(desk.vault, case_id, item).row, cuts)


def _prints(desk: Desk, row: Row, cuts: Sequence[Cut]) -> dict[str, Scalar]:
    """Return keyed fingerprints of the documents that are cut out, and of those in their place."""
    at = dict(leaves(row))
    gone = [found.sha256 for cut in cuts if isinstance(found := at.get(cut.path), Stored)]
    given = [cut.file.sha256 for cut in cuts if cut.file]
    named = {"originals": gone, "replacements": given}
    return {
        name: " ".join(desk.vault.fingerprint("file", digest) for digest in digests)
        for name, digests in named.items()
        if digests
    }
