"""Reads the words of the company's facts: phrases that promise wrongly, and languages that lack some."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policy.model import CompanyFacts
from policy.parts import FALLBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One thing to mend: a code, the rule it offends (LAW id), where it stands, and the next move."""

    code: str
    law: str
    where: str
    move: str


_PHRASES = (
    (r"\bclearly unfounded\b", "test_not_manifest", "P-46", "the legal test is 'manifestly unfounded'"),
    (r"\btry to (?:respond|answer)\b", "promise_too_weak", "P-49", "the month is a duty, not an attempt"),
    (
        r"\bprivacy shield\b",
        "safeguard_invalid",
        "P-26",
        "it is invalid since C-311/18; name the present one",
    ),
    (r"\boutside the (?:EEA|European Economic Area)\b", "transfer_eea_only", "1.9", "speak of the UK too"),
)


def texts(facts: CompanyFacts) -> Iterator[Defect]:
    """Find phrases that promise what the law does not say."""
    for name, text in facts.published_texts.items():
        for pattern, code, law, move in _PHRASES:
            if re.search(rf"(?i){pattern}", text):
                yield Defect(code=code, law=law, where=f"published_texts.{name}", move=move)


def languages(facts: CompanyFacts) -> Iterator[Defect]:
    """Find texts that are said in fewer languages than others."""
    said = dict(_said(facts.model_dump(mode="json"), ""))
    spoken = {language for words in said.values() for language in words}
    for where, words in said.items():
        for language in sorted(spoken - set(words)):
            move = f"say it in '{language}' too; until then it is said in English"
            yield Defect(code="text_untranslated", law="INT-05", where=where, move=move)


def _said(part: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:  # noqa: ANN401 - any JSON value
    """Yield every text that exists in several languages, and its place in the file."""
    if isinstance(part, dict) and FALLBACK in part:
        yield where, part
    elif isinstance(part, dict | list):
        places = part.items() if isinstance(part, dict) else enumerate(part)
        for name, child in places:
            yield from _said(child, f"{where}.{name}".lstrip("."))
