"""What the summary on paper says, as plain texts in order: no markup, and nothing without bounds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bundle.documents import statement
from bundle.records import Written
from bundle.words import law_of
from dsar.ports import BundleFacts

_NOTHING = "\u2013"
_LONGEST, _MOST = 2000, 200  # characters of one text, rows of one table: a summary is no place for more
_TOLD = (  # of the Art. 15 information: its key, its title, and the columns of its table
    ("purposes", "purposes", {"title": "purpose", "grounds": "grounds", "interests": "interests"}),
    ("categories", "data_categories", {"title": "category", "items": "belongs"}),
    (
        "recipients",
        "recipients",
        {"name": "recipient", "role": "role", "country": "country", "purpose": "purpose"},
    ),
    ("retention", "retention", {"category": "category", "period": "period", "criteria": "criteria"}),
    ("sources", "sources", {"title": "source", "categories": "data_categories"}),
    ("transfers", "transfers", {"recipient": "recipient", "country": "country", "safeguard": "safeguard"}),
)


def outline(
    facts: BundleFacts,
    written: Iterable[Written],
    words: Mapping[str, Any],
    day: Callable[[date | datetime], str],
) -> dict[str, Any]:
    """Return the summary of a bundle: its head, then sections of paragraphs, one table, and terms."""
    info, law = facts.information, law_of(words, facts.regime)
    return {
        "lang": words["lang"],
        "title": words["title"],
        "lead": words["lead"],
        "author": _text((info.get("controller") or {}).get("name"), words),
        "reference": facts.case_id,
        "facts": {
            words["request"]: words["rights_names"][facts.right],
            words["received"]: day(facts.received_on),
            words["answered"]: day(facts.answered_at),
            words["rules"]: f"{law['name']} ({facts.regime})",
            words["reference"]: facts.case_id,
        },
        "sections": [
            _searched(facts, tuple(written), words),
            _withheld(facts, words),
            _section(2, words["information"], text=[law["asks"]]),
            _party(info.get("controller"), words["controller"], words),
            _party(info.get("dpo"), words["dpo"], words),
            *(_listing(info.get(key), words[title], columns, words) for key, title, columns in _TOLD),
            _section(3, words["automated"], text=[_text(info.get("automated_decisions"), words)]),
            _terms(info.get("rights"), words["rights"], ("title", "text"), words),
            _terms(info.get("complaints"), words["complaints"], ("name", "text", "url"), words),
        ],
    }


def _section(level: int, title: str, **parts: object) -> dict[str, Any]:
    return {"level": level, "title": title, "text": [], "columns": [], "rows": [], "terms": [], **parts}


def _searched(facts: BundleFacts, written: Sequence[Written], words: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        (
            answer.system,
            words["found"][answer.found],
            str(sum(one.rows for one in written if one.system == answer.system)),
        )
        for answer in facts.answers[:_MOST]
    ]
    text = [words["statements"][statement(facts.answers)], words["searched_lead"]]
    columns = [words["system"], words["result"], words["records_here"]]
    return _section(2, words["searched"], text=text, columns=columns, rows=rows)


def _withheld(facts: BundleFacts, words: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        (
            " / ".join(filter(None, (w.system, w.collection or words["everything"], w.field))),
            _text(w.explanation, words),
            w.ground,
        )
        for w in facts.withheld[:_MOST]
    ]
    columns = [words["what"], words["why"], words["ground"]]
    return _section(
        2, words["withheld"], text=[] if rows else [words["withheld_none"]], columns=columns, rows=rows
    )


def _party(party: Mapping[str, Any] | None, title: str, words: Mapping[str, Any]) -> dict[str, Any]:
    said = party or {}
    terms = [(words[key], _text(said.get(key), words)) for key in ("name", "address", "email")]
    return _section(3, title, terms=terms)


def _listing(
    rows: Iterable[Mapping[str, Any]] | None, title: str, columns: Mapping[str, str], words: Mapping[str, Any]
) -> dict[str, Any]:
    said = [[_text(row.get(key), words) for key in columns] for row in [*(rows or ())][:_MOST]]
    text = [] if said else [words["not_stated"]]
    return _section(3, title, text=text, columns=[words[label] for label in columns.values()], rows=said)


def _terms(
    rows: Iterable[Mapping[str, Any]] | None, title: str, keys: Sequence[str], words: Mapping[str, Any]
) -> dict[str, Any]:
    name, *rest = keys
    said = [
        (_text(row.get(name), words), "\n".join(str(row[key])[:_LONGEST] for key in rest if row.get(key)))
        for row in [*(rows or ())][:_MOST]
    ]
    return _section(2, title, text=[] if said else [words["not_stated"]], terms=said)


def _text(value: object, words: Mapping[str, Any]) -> str:
    """What was not stated is said to be missing, never left out."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        said = "\n".join(map(str, value)) or _NOTHING
    else:
        said = "" if value is None or value is False else str(value)
    return said[:_LONGEST] or str(words["not_stated"])
