"""Finding the regime: by its code, and by the date on which the request was received."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from dsar.clock_events import Event
from dsar.errors import InputError
from dsar.regimes.places import PLACES
from dsar.regimes.shapes import Place, Regime


def _regimes_of(place: Place) -> Iterator[Regime]:
    for law in place.laws:
        yield Regime(code=place.code, title=place.title, zone=place.zone, calendar=place.calendar, law=law)
        for region in place.regions:
            yield Regime(
                code=f"{place.code}-{region}",
                title=f"{place.title}, {region}",
                zone=place.region_zones.get(region, place.zone),
                calendar=f"{place.calendar}-{region}",
                law=law,
            )


def _by_code() -> dict[str, tuple[Regime, ...]]:
    found: dict[str, tuple[Regime, ...]] = {}
    for regime in (regime for place in PLACES for regime in _regimes_of(place)):
        found[regime.code] = (*found.get(regime.code, ()), regime)
    return found


_VERSIONS = _by_code()


def versions(code: str) -> tuple[Regime, ...]:
    """Return all versions of the regime with that code, oldest first.

    Raises:
        InputError: `regime_unknown`.
    """
    found = _VERSIONS.get(code.strip().upper())
    if found is None:
        hint = "no such regime; `starter.py regimes` lists them (for example UK-ENG, EU-DE-BY, US-CA)"
        raise InputError("regime_unknown", hint, field="jurisdiction")
    return found


@lru_cache(maxsize=4096)
def regime_for(code: str, on: date) -> Regime:
    """Return the regime in the version that holds for a request received on that day (LAW LAW-05).

    Raises:
        InputError: `regime_unknown`, or `regime_not_in_force` on that day.
    """
    found = versions(code)
    for regime in found:
        if regime.law.covers(on):
            return regime
    hint = f"this law holds for requests received from {found[0].law.valid_from} on"
    raise InputError("regime_not_in_force", hint, field="received")


def regime_at(code: str, receipt: Event) -> Regime:
    """Return the regime for a receipt, whose local date is read in the regime's own zone.

    Raises:
        InputError: `regime_unknown`, `regime_not_in_force`, or the receipt's date cannot be read.
    """
    return regime_for(code, receipt.local_day(versions(code)[0].zone))


def local_day(code: str, at: datetime) -> date:
    """Return which day it is at that instant where the regime holds."""
    return at.astimezone(ZoneInfo(versions(code)[0].zone)).date()


def codes() -> tuple[str, ...]:
    """Return every regime's code, in the order of the table."""
    return tuple(_VERSIONS)
