"""The writer of letters: fills a template, checks that nothing required is left unsaid, sets it twice."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined, UndefinedError

from dsar.case import SystemAnswer
from dsar.errors import ContractError
from dsar.identity import UNPROVED, required_proof
from dsar.law_sets import LawSet, follows_article_12a, law_set
from dsar.ports import Letter
from dsar.vocabulary import Found, LetterKind, Proof, Right
from letters import blocks, plain
from letters import facts as fact_sheet
from letters.blocks import Block
from letters.checklists import Situation, required
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
        return Letter(kind=kind, subject=subject, text=plain.set_text(body), html=html)


def compose(kind: LetterKind, words: Wording, facts: Mapping[str, Any]) -> tuple[Block, ...]:
    """Return the blocks of a letter, checked. Raises as `LetterWriter.render`."""
    fact_sheet.check(kind, facts)
    source = _filled(f"{words.locale}/{kind}.j2", _context(words, facts))
    body = blocks.read(source)
    situation = Situation(
        right=Right(facts["right"]), regime=facts["regime"], received_on=facts["received_on"]
    )
    unsaid = required(kind, situation) - {element for block in body for element in block.elements}
    if unsaid:
        raise ContractError("letters", f"element_missing.{min(unsaid)}")
    return body


def _context(words: Wording, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts and what follows from them: templates ask questions, they do not judge."""
    right = Right(facts["right"])
    answers: Sequence[SystemAnswer] = facts.get("answers", ())
    return {
        **facts,
        "words": words.words,
        "day": words.day,
        "moment": lambda at: words.moment(at, facts["zone"]),
        "law": law_set(facts["regime"]).value,
        "at_once": right in UNPROVED,
        "extension": _extension(right, law_set(facts["regime"])),
        "needs_proof": required_proof(right) is not Proof.NONE,
        "article_12a": follows_article_12a(facts["regime"], facts["received_on"]),
        "searched": [answer for answer in answers if answer.found is not Found.FAILED_ACCEPTED],
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
