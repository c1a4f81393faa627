"""What every part of the company's facts is made of: texts in several languages, codes, places."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from dsar.decision_kinds import FOR_TWO

FALLBACK = "en"


def _has_english(words: Mapping[str, str]) -> Mapping[str, str]:
    if FALLBACK not in words:
        raise ValueError("say it in English ('en') at least; every other language falls back to it")
    return words


Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^\s@,;<>]{1,64}@[^\s@,;<>]{1,189}$")]
SystemName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Host = Annotated[str, StringConstraints(pattern=r"^\.?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$")]
Url = Annotated[str, StringConstraints(pattern=r"^https://[!-~]+$")]
Words = Annotated[dict[str, Text], AfterValidator(_has_english)]  # one text per language


def _is_for_two(kind: str) -> str:
    if kind not in FOR_TWO:
        raise ValueError(f"choose decisions that only the DPO takes: {', '.join(sorted(FOR_TWO))}")
    return kind


ForTwo = Annotated[str, AfterValidator(_is_for_two)]


class Strict(BaseModel):
    """What every part of the file has in common."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
