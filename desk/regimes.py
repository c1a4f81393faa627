"""The law's rows in words, for `starter.py regimes`: every rule with its id, its article and its doubts."""

from collections.abc import Iterator
from typing import Any

from dsar.regimes import PLACES, Law, Regime, Rule, versions


def overview() -> list[dict[str, Any]]:
    """Return one entry per place, its regions listed, with the law that is newest there."""
    return [
        {
            "code": place.code,
            "title": place.title,
            "law": place.laws[-1].title,
            "first": _length(place.laws[-1].request),
            "extended": _extended(place.laws[-1].request),
            "to_confirm": bool(place.laws[-1].to_confirm),
            "regions": [f"{place.code}-{region}" for region in place.regions],
        }
        for place in PLACES
    ]


def explain(code: str) -> list[dict[str, Any]]:
    """Return one entry per version of a regime, oldest first.

    Raises:
        InputError: `regime_unknown`.
    """
    return [_version(regime) for regime in versions(code)]


def _version(regime: Regime) -> dict[str, Any]:
    law = regime.law
    return {
        "code": regime.code,
        "title": regime.title,
        "law": law.title,
        "law_id": law.id,
        "valid_from": law.valid_from.isoformat(),
        "valid_to": law.valid_to.isoformat() if law.valid_to else None,
        "zone": regime.zone,
        "calendar": regime.calendar,
        "rules": list(_rules(law)),
        "to_confirm": list(law.to_confirm),
        "notes": list(law.notes),
    }


def _rules(law: Law) -> Iterator[str]:
    yield from _rule("request", law.request)
    for right, rule in law.rights.items():
        yield from _rule(right, rule)
    beside = {
        "acknowledgement": law.ack,
        "complaint": law.complaint,
        "acknowledgement of a complaint": law.complaint_ack,
        "appeal": law.appeal,
    }
    for name, found in beside.items():
        if found:
            yield from _rule(name, found)


def _rule(name: str, rule: Rule) -> Iterator[str]:
    yield f"{name}: {_length(rule)} [{rule.cite}]"
    for gate in rule.gates:
        when = f"ends {gate.waits} days after the notice" if gate.waits else "must come"
        yield f"{name}: {gate.title} {when} before the period begins{_when(gate.flag)} [{gate.cite}]"
    for pause in rule.pauses:
        rights = f" for {', '.join(sorted(pause.rights))}" if pause.rights else ""
        how = f"{pause.count} count{_when(pause.flag)}"
        yield f"{name}: {pause.title} stops the clock{rights}, {how} [{pause.cite}]"
    if rule.extension:
        yield f"{name}: by a reasoned notice in the first period {_extended(rule)} [{rule.extension.cite}]"
    if rule.rolls:
        yield f"{name}: an end on a day off moves to the next working day [{rule.rolls}]"


def _when(flag: str | None) -> str:
    return f", if the company's policy {flag} allows it" if flag else ""


def _length(rule: Rule) -> str:
    if rule.first is None:
        return "no number of days; without undue delay"
    return str(rule.first) if rule.first.count else "at once"


def _extended(rule: Rule) -> str:
    if rule.extension is None:
        return "none"
    return f"{rule.extension.total} in all" if rule.extension.total else "to the date it names"
