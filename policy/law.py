"""What the law says to a person, in words: rights, remedies, grounds, safeguards. No company has a say."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from dsar.law_sets import LawSet
from policy.model import GroundCode, RecipientRole, SafeguardCode
from policy.parts import Code, Country, Strict, Url, Words

LAW_FILE = Path(__file__).parent / "law.yaml"

RemedyCode = Annotated[str, StringConstraints(pattern="^(controller|authority|court|company|appeal)$")]


class RightText(Strict):
    """A right, as it is told to the person."""

    title: Words
    text: Words


class Remedy(Strict):
    """A way to complain. `text` may name `{authority}`, `{other}` and, of an appeal, the `{days}` it takes.

    `from_on` is its first day of receipt. `only`: where the law has an appeal, in a state of the USA, or not.
    """

    code: RemedyCode
    name: Words
    text: Words
    from_on: date | None = None
    only: Literal["appeal", "us", "not_us"] | None = None
    url: Url | None = None


class LawTexts(Strict):
    """The whole file `law.yaml`."""

    grounds: dict[GroundCode, Words]
    safeguards: dict[SafeguardCode, Words]
    recipient_roles: dict[RecipientRole, Words]
    rights: dict[Code, RightText]
    remedies: dict[LawSet, tuple[Remedy, ...]]
    countries: dict[Country, Words]
    withheld: dict[str, Words]
    copy_on_request: Words
    no_valid_safeguard: Words
    no_automated_decisions_stated: Words
    no_retention_stated: Words
