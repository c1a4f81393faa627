"""What must stay, read from `erasure.yaml`: retention duties, legal holds and the company's own periods."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from dsar import duties
from dsar.duties import ErasurePolicy
from dsar.errors import InputError
from dsar.law_sets import LawSet
from dsar.vocabulary import Category
from policy.parts import Code, Strict, Words
from policy.source import read

Ground = Annotated[str, StringConstraints(pattern=r"^(17_3_[a-e]|CAL-33)$")]  # Art. 17(3); 1798.105(d)
HoldCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,40}$")]
Names = frozenset[Annotated[str, StringConstraints(min_length=1, max_length=200)]]


class Duty(Strict):
    """A retention duty as it stands in the file."""

    code: Code
    ground: Ground
    law_sets: frozenset[LawSet]
    categories: frozenset[Category]
    months: int = Field(ge=1, le=1200)
    from_year_end: bool = False
    systems: Names = frozenset()
    collections: Names = frozenset()
    valid_from: date = date.min
    valid_to: date = date.max
    words: Words


class Hold(Strict):
    """A legal hold as it stands in the file."""

    code: HoldCode
    ground: Ground
    system: str
    collections: Names = frozenset()
    since: date
    review_on: date
    lifted_on: date | None = None
    words: Words


class ErasureFacts(Strict):
    """The whole file."""

    grace_days: int = Field(ge=0, le=28)
    backups_days: int = Field(ge=0, le=400)
    look_again_days: int = Field(ge=1, le=30)
    duties: tuple[Duty, ...] = ()
    holds: tuple[Hold, ...] = ()


def load(path: Path) -> ErasurePolicy:
    """Read and check the file.

    Raises:
        InputError: `policy_unreadable`, `policy_malformed` or `policy_invalid`; it names the file, the line,
            the field and the next move.
    """
    facts = read(path, ErasureFacts)
    codes = [duty.code for duty in facts.duties] + [hold.code for hold in facts.holds]
    if len(set(codes)) < len(codes):
        hint = f"{path.name}: give each duty and hold a code of its own"
        raise InputError("policy_invalid", hint, field="duties")
    return ErasurePolicy(
        grace=timedelta(days=facts.grace_days),
        backups=timedelta(days=facts.backups_days),
        look_again=timedelta(days=facts.look_again_days),
        duties=tuple(duties.Duty(**duty.model_dump()) for duty in facts.duties),
        holds=tuple(duties.Hold(**hold.model_dump()) for hold in facts.holds),
    )
