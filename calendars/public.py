"""Public holidays from the `holidays` library, behind the port `dsar.ports.Calendars`."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.metadata import version

import holidays

# For a request whose member state is not known, only what is a holiday in all of them (LAW CLK-05).
MEMBER_STATES = """AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"""
_VERSION = f"holidays {version('holidays')}"


class HolidayCalendars:
    """The calendars of the `holidays` library; each year of each calendar is computed once per process."""

    @property
    def version(self) -> str:
        """Name the edition, for the record (LAW CLK-31)."""
        return _VERSION

    def holidays(self, calendar: str, year: int) -> Mapping[date, str]:
        """Return the holidays of one year by day. `calendar` is `DE`, `DE-BY`, `GB-SCT`, or `EU`.

        Raises:
            NotImplementedError: the library knows no such calendar; a test holds every regime to it.
        """
        return _year(calendar, year)


@lru_cache(maxsize=4096)
def _year(calendar: str, year: int) -> Mapping[date, str]:
    if calendar == "EU":
        return _shared(year)
    country, _, region = calendar.partition("-")
    # English names where the library has them, so that an explanation reads in one language.
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language=_language(country))
    return {day: name for day, name in found.items() if day.year == year}


def _shared(year: int) -> Mapping[date, str]:
    every = [_year(state, year) for state in MEMBER_STATES.split()]
    return {day: name for day, name in every[0].items() if all(day in one for one in every)}


def _language(country: str) -> str | None:
    known = holidays.country_holidays(country).supported_languages
    return "en_US" if "en_US" in known else None
