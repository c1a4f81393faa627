"""Stopping: what ends at once, without proof, fee or refusal (LAW OBJ-03, CON-01..04, CAL-16, P-54)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dsar.case import SystemAnswer
from dsar.deeds import Purpose
from dsar.vocabulary import Right

STOPS: Mapping[Right, Purpose] = {
    Right.MARKETING_OBJECTION: Purpose.MARKETING,
    Right.WITHDRAW_CONSENT: Purpose.CONSENT,
    Right.OPT_OUT: Purpose.SALE_OR_SHARING,
    Right.LIMIT: Purpose.SENSITIVE_USE,
}
STILL_ACTIVE = "still_active"  # why a person has to stop it by hand
BUSY = "vendor_busy"  # it took the order and needs time; it is asked again then
NOT_SERVED = "purpose_not_served"  # why a system need not be asked: nothing there serves the purpose
UNVERIFIABLE = "unverifiable"  # stopped, says the system; it cannot be asked again


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlan:
    """Every registered system is in `ask` or, with its reason, in `settled`. None is left out."""

    ask: tuple[str, ...]
    settled: tuple[SystemAnswer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What one system came to. `check_after`: the vendor still needs so long before it can be asked again."""

    answer: SystemAnswer
    check_after: timedelta | None = None
