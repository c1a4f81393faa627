"""The words of one language that are not letters: months, the names of rights, channels and proofs.

A language is a folder of `templates/`; its `words.toml` holds what this module reads.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent / "templates"
FALLBACK = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one locale; `words` is what `words.toml` says, table by table."""

    locale: str
    words: MappingProxyType[str, Any]

    def day(self, on: date) -> str:
        """Write a day in words: `5 March 2026`, `5. März 2026`."""
        month = self.words["months"][on.month - 1]
        return str(self.words["dates"]["day"]).format(day=on.day, month=month, year=on.year)

    def moment(self, at: datetime, zone: str) -> str:
        """Write an instant in local time, to the minute, and say whose time it is."""
        local = at.astimezone(ZoneInfo(zone))
        pattern = str(self.words["dates"]["moment"])
        return pattern.format(day=self.day(local.date()), time=f"{local:%H:%M}", zone=f"{local:%Z}")


def locales() -> tuple[str, ...]:
    """Return the languages there are folders for."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/words.toml")))


def fitting(locale: str) -> str:
    """Return the folder for `locale`: itself, its language without the country, or English."""
    wanted = locale.replace("_", "-").lower()
    offered = locales()
    return next((name for name in (wanted, wanted.partition("-")[0]) if name in offered), FALLBACK)


@cache
def wording(locale: str) -> Wording:
    """Return the words of a locale that `fitting` chose."""
    read = tomllib.loads((FOLDER / locale / "words.toml").read_text(encoding="utf-8"))
    return Wording(locale=locale, words=MappingProxyType(read))
