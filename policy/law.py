"""What the law says to a person, in words: rights, remedies, grounds, safeguards. No company has a say."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from dsar.law_sets import LawSet
from policy.model import Code, Country, GroundCode, RecipientRole, SafeguardCode, Strict, Words

LAW_FILE = Path(__file__).parent / "law.yaml"

RemedyCode = Annotated[str, StringConstraints(pattern="^(controller|authority|court|company)$")]


class RightText(Strict):
    """A right, as it is told to the person."""

    title: Words
    text: Words


class Remedy(Strict):
    """A way to complain. `text` may name `{authority}`; `from_on` is its first day of receipt."""

    code: RemedyCode
    name: Words
    text: Words
    from_on: date | None = None


class LawTexts(Strict):
    """The whole file `law.yaml`."""

    grounds: dict[GroundCode, Words]
    safeguards: dict[SafeguardCode, Words]
    recipient_roles: dict[RecipientRole, Words]
    rights: dict[Code, RightText]
    remedies: dict[LawSet, tuple[Remedy, ...]]
    countries: dict[Country, Words]
    copy_on_request: Words
    no_valid_safeguard: Words
    no_automated_decisions_stated: Words
    no_retention_stated: Words
