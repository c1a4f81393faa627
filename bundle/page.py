"""The readable pages. All markup is ours: what comes from data is escaped, and nothing in it can hide."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bundle.documents import statement
from bundle.records import SHOWN_CHARACTERS, SHOWN_FIELDS, SHOWN_ROWS, Shown, Written
from bundle.words import law_of, texts
from dsar.hands import without_owner
from dsar.ports import BundleFacts

_ROOM = Path(__file__).parent
# Control and format characters and lone surrogates are shown by their number: an override such as U+202E
# would turn the text around it, a zero-width space would hide in a name. Two joiners stay as they are:
# they shape emoji and several scripts, and are visible by their effect.
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_JOINERS = frozenset("\u200c\u200d")
_SUSPECT = re.compile(r"[^\x20-\x7e\n\t\xa0-\xac\xae-\u05ff]")
_LINKS = ("https://", "http://", "mailto:")
_SHOWN_NOTES = 50
_WIDEST_TABLE = 8  # fields side by side; more read better one below the other, also on paper


def visible(text: str) -> Markup:
    """Return text as markup: escaped, isolated from the direction of its surroundings, nothing hidden."""
    return Markup("<bdi>{}</bdi>").format(Markup(_SUSPECT.sub(_shown, str(escape(text)))))  # noqa: S704 - escaped


def _shown(found: re.Match[str]) -> str:
    char = found[0]
    if char in _JOINERS or unicodedata.category(char) not in _UNSEEN:
        return char
    return f'<span class="unseen">U+{ord(char):04X}</span>'


class Pages:
    """Renders the pages of one bundle in its language."""

    def __init__(self, facts: BundleFacts) -> None:
        self._words = texts(facts.locale)
        self._facts = facts
        self._always: dict[str, Any] = {
            "t": self._words,
            "law": law_of(self._words, facts.regime),
            "facts": facts,
            "info": facts.information,
            "statement": statement(facts.answers),
            **dress(),
        }

    def index(
        self,
        written: Iterable[Written],
        noted: Sequence[Mapping[str, Any]],
        fingerprint: str,
        *,
        on_paper: bool,
    ) -> bytes:
        """Return the page a person opens first."""
        systems: dict[str, list[Written]] = {}
        for one in written:
            systems.setdefault(one.system, []).append(one)
        told = {"noted": noted, "fingerprint": fingerprint, "on_paper": on_paper}
        return self._page("index.html.j2", systems=systems, **told, **_LIMITS)

    def information(self) -> bytes:
        """Return the Art. 15(1)-(2) information as a page of its own."""
        return self._page("information.html.j2")

    def readme(self, fingerprint: str) -> bytes:
        """Return the plain text that explains the files and how to check them."""
        return self._page("README.txt.j2", fingerprint=fingerprint)

    def _page(self, template: str, **more: Any) -> bytes:  # noqa: ANN401 - whatever the template names
        page = environment().get_template(template)
        number, day = self._number, self.day
        return page.render(**self._always, number=number, day=day, **more).encode("utf-8", "backslashreplace")

    def _number(self, value: int) -> str:
        return f"{value:,}".replace(",", self._words["thousands"])

    def day(self, value: date | datetime) -> str:
        """Say a day in the language of the answer."""
        on = value.astimezone(UTC) if isinstance(value, datetime) else value
        month = self._words["months"][on.month - 1]
        return str(self._words["day"]).format(day=on.day, month=month, year=on.year)


_LIMITS = {
    "shown_notes": _SHOWN_NOTES,
    "shown_rows": SHOWN_ROWS,
    "shown_fields": SHOWN_FIELDS,
    "shown_characters": SHOWN_CHARACTERS,
    "widest": _WIDEST_TABLE,
}


@cache
def dress() -> dict[str, str]:
    """Return what every page wears: its style, and a policy by which nothing but that style is heeded."""
    style = (_ROOM / "pages" / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return {"style": Markup(style), "policy": policy}  # noqa: S704 - our own file


@cache
def environment() -> Environment:
    """Return what fills in templates: everything is escaped, nothing missing is passed over."""
    made = Environment(
        loader=FileSystemLoader(_ROOM / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["without_owner"] = without_owner
    made.filters["visible"] = lambda value: visible(str(value))
    made.tests["a_link"] = lambda url: str(url).lower().startswith(_LINKS)
    made.tests["cut"] = lambda shown: isinstance(shown, Shown) and shown.length > len(shown.text)
    return made
