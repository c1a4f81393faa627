"""The writer of letters: fills a template, checks that nothing required is left unsaid, sets it twice."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined, UndefinedError

from dsar.case import SystemAnswer
from dsar.errors import ContractError
from dsar.identity import UNPROVED
from dsar.identity_policy import must_prove
from dsar.law_sets import LawSet, follows_article_12a, law_set
from dsar.ports import Letter
from dsar.stopping import UNVERIFIABLE
from dsar.systems import UNSETTLED
from dsar.vocabulary import Found, LetterKind, Requester, Right
from letters import blocks, plain
from letters import facts as fact_sheet
from letters.blocks import Block
from letters.checklists import Situation, required
from letters.enclosure import sealed
from letters.stand_ins import completed
from letters.wording import FOLDER, Wording, fitting, wording


class LetterWriter:
    """Fills the port `Letters` from the templates beside this file."""

    def render(self, kind: LetterKind, locale: str, facts: Mapping[str, Any]) -> Letter:
        """Write a letter in `locale`, or in English if we have no such language.

        `facts` is what `letters.facts` lists for this kind; more is allowed and ignored.

        Raises:
            ContractError: `fact_missing.<name>`, `fact_malformed.<name>`, `fact_too_long`, or
                `element_missing.<id>` where the law asks for something the letter does not say.
        """
        words = wording(fitting(locale))
        body = compose(kind, words, facts)
        title = words.words["titles"][kind]
        groups = [(shape, list(members)) for shape, members in groupby(body, key=lambda block: block.shape)]
        html = _PAGES.get_template("page.html.j2").render(title=title, locale=words.locale, groups=groups)
        # The subject names the kind and the case, never the person: it is read on lock screens and in logs.
        subject = f"{title} ({facts['case_id']})"
        text = plain.set_text(body)
        return Letter(kind=kind, subject=subject, text=text, html=html, enclosed=_enclosed(words, facts))

    def preview(
        self, kind: LetterKind, locale: str, known: Mapping[str, Any]
    ) -> tuple[Letter, tuple[str, ...]]:
        """Write a letter with stand-ins for what is not known yet, and name these."""
        facts, missing = completed(kind, known)
        return self.render(kind, locale, facts), missing


def _enclosed(words: Wording, facts: Mapping[str, Any]) -> bytes:
    """Return what lies sealed beside the letter; nothing where nobody's key is named."""
    if not facts.get("seal_to"):
        return b""
    names = words.words["identifiers"]
    rows = [
        (names[each["kind"]], blocks.value(each["value"]).removeprefix(blocks.VALUE))
        for each in facts["identifiers"]
    ]
    lines = [f"{name}: {value}\r\n" for name, value in rows]
    right = [f"{blocks.value(each).removeprefix(blocks.VALUE)}\r\n" for each in facts["corrections"]]
    return sealed("".join([*lines, *right]), facts["seal_to"])


def compose(kind: LetterKind, words: Wording, facts: Mapping[str, Any]) -> tuple[Block, ...]:
    """Return the blocks of a letter, checked. Raises as `LetterWriter.render`."""
    fact_sheet.check(kind, facts)
    source = _filled(f"{words.locale}/{kind}.j2", _context(kind, words, facts))
    body = blocks.read(source)
    situation = Situation(
        right=Right(facts["right"]), regime=facts["regime"], received_on=facts["received_on"]
    )
    unsaid = required(kind, situation) - {element for block in body for element in block.elements}
    if unsaid:
        raise ContractError("letters", f"element_missing.{min(unsaid)}")
    return body


def _context(kind: LetterKind, words: Wording, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts and what follows from them: templates ask questions, they do not judge."""
    right = Right(facts["right"])
    answers: Sequence[SystemAnswer] = facts.get("answers", ())
    return {
        **facts,
        "agent": facts.get("agent", ""),
        "about": facts.get("about", ""),
        "asked_on": facts.get("asked_on"),
        "sealed": bool(facts.get("seal_to")),
        "due_on": facts.get("due_on"),
        "to_agent": bool(facts.get("agent")) and kind is not LetterKind.IDENTITY_CODE,
        "words": words.words,
        "day": words.day,
        "moment": lambda at: words.moment(at, facts["zone"]),
        "law": law_set(facts["regime"]).value,
        "at_once": right in UNPROVED,
        "extension": _extension(right, law_set(facts["regime"])),
        "needs_proof": must_prove(
            right, facts["regime"], Requester(facts.get("requester", Requester.SUBJECT))
        ),
        "article_12a": follows_article_12a(facts["regime"], facts["received_on"]),
        "searched": [answer for answer in answers if answer.found is not Found.FAILED_ACCEPTED],
        "pending": [answer for answer in answers if answer.found in UNSETTLED],
        "unverified": [answer for answer in answers if answer.reason == UNVERIFIABLE],
        "gaps": [answer for answer in answers if answer.found is Found.FAILED_ACCEPTED],
    }


def _extension(right: Right, laws: LawSet) -> str:
    """Return by how much the time may be extended (Art. 12(3), 12A(3); LAW CLK-42), or nothing."""
    if right in UNPROVED | {Right.COMPLAINT, Right.APPEAL}:
        return ""
    return {LawSet.CALIFORNIA: "45_days", LawSet.OTHER: "by_notice"}.get(laws, "two_months")


def _filled(template: str, context: Mapping[str, Any]) -> str:
    try:
        return _SOURCES.get_template(template).render(context)
    except UndefinedError as problem:
        name = re.findall(r"'(\w+)'", str(problem.message))[-1]
        raise ContractError("letters", f"fact_missing.{name.lower()[:60]}") from None


def _fill(thing: object) -> str:
    if isinstance(thing, Undefined):
        str(thing)  # raises, and names what is missing
    return blocks.value(thing)


# A source becomes blocks of plain text, and only `_PAGES` makes HTML of them: it escapes.
_SOURCES = Environment(
    loader=FileSystemLoader(FOLDER),
    undefined=StrictUndefined,
    finalize=_fill,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701 - see above
)
_PAGES = Environment(
    loader=FileSystemLoader(FOLDER),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,  # a page is a text file
    autoescape=True,
)
