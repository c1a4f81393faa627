"""Which rule governs what was asked, and how the company's choices or a cautious reader bend that rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from dsar.clock_days import DAY
from dsar.clock_events import OPENINGS, Event, EventKind, PauseCount, Policy
from dsar.clock_periods import Line, Matter
from dsar.errors import InputError
from dsar.regimes.shapes import Cite, Extension, Gate, Law, Pause, Regime, Rule, Span, Unit
from dsar.vocabulary import Right

_KIND_OF = {Right.COMPLAINT: EventKind.COMPLAINT, Right.APPEAL: EventKind.APPEAL}
_Dated = tuple[date, Event]
_NO_NUMBER = Rule(cite=Cite("CLK-33", "no period in this law; without undue delay"), first=None)


def matters(regime: Regime, events: Iterable[Event]) -> Sequence[Matter]:
    """Return what is asked: the latest complaint or appeal if there is one, else each request.

    Raises:
        InputError: `request_missing`, `event_before_receipt`, or an event's date cannot be read.
    """
    dated = [(event.local_day(regime.zone), event) for event in events if event.kind is not EventKind.POLICY]
    openings = [(day, event) for day, event in dated if event.kind in OPENINGS]
    if not openings:
        hint = 'one event must open the clock, for example {"type": "request", "right": "access"}'
        raise InputError("request_missing", hint, field="events")
    dated = _after_receipt(dated, *min(openings, key=lambda found: found[0]))
    later = [found for found in openings if _kind(found[1]) is not EventKind.REQUEST]
    asked = [max(later, key=lambda found: (found[0], found[1].kind))] if later else openings
    return [_matter(regime.law, day, event, dated) for day, event in asked]


@lru_cache(maxsize=1024)
def chosen(rule: Rule, policy: Policy) -> Rule:
    """Return the rule as the company's recorded choices make it."""
    tight = policy.pause_count is PauseCount.CONSERVATIVE
    return replace(
        rule,
        gates=tuple(gate for gate in rule.gates if gate.flag is None or gate.flag in policy.flags),
        pauses=tuple(
            replace(pause, count=PauseCount.CONSERVATIVE) if tight else pause
            for pause in rule.pauses
            if pause.flag is None or pause.flag in policy.flags
        ),
    )


def cautious(rule: Rule) -> Rule:
    """Return the rule as its strictest reader would have it: statute only, elapsed days only."""
    return chosen(rule, Policy(pause_count=PauseCount.CONSERVATIVE, flags=frozenset()))


def without_effect(matter: Matter) -> Iterator[Line]:
    """Say of each event that this rule does not look at, that it moves nothing."""
    pauses = (pause for pause in matter.rule.pauses if pause.stops(matter.right))
    stops: tuple[Gate | Pause, ...] = (*matter.rule.gates, *pauses)
    heard: set[EventKind | None] = {EventKind.EXTENSION_NOTIFIED, EventKind.ANSWERED}
    heard.update(*({stop.asked, stop.answered} for stop in stops))
    doubted = {stop.asked: stop.cite for stop in stops if stop.on_doubt}
    for day, event in sorted(matter.happened, key=lambda found: (found[0], found[1].kind)):
        if event.kind not in heard:
            yield Line(f"{event.kind} on {day} does not move the period.", matter.rule.cite)
        elif event.kind in doubted and not event.doubt:
            yield Line(f"{event.kind} on {day} was without reasonable doubt: no effect.", doubted[event.kind])


def _after_receipt(dated: Iterable[_Dated], receipt: date, opening: Event) -> list[_Dated]:
    # A receipt is one instant, which other zones may date a day later than the day staff wrote down.
    slack = DAY if opening.at else 0 * DAY
    found: list[_Dated] = []
    for day, event in dated:
        if day < receipt - (slack if event.on else 0 * DAY):
            hint = "its local date lies before the receipt; correct one of the two"
            raise InputError("event_before_receipt", hint, field=event.kind)
        found.append((max(day, receipt), event))
    return found


def _kind(event: Event) -> EventKind:
    return _KIND_OF.get(event.right, event.kind) if event.right else event.kind


def _matter(law: Law, day: date, event: Event, dated: Iterable[_Dated]) -> Matter:
    kind = _kind(event)
    happened = tuple(found for found in dated if found[0] >= day and found[1].kind not in OPENINGS)
    rule, ack = law.rights.get(event.right, law.request) if event.right else law.request, None
    if kind is EventKind.COMPLAINT:
        rule, ack = law.complaint or _NO_NUMBER, law.complaint_ack
    elif kind is EventKind.APPEAL:
        rule = _appeal(law, event)
    elif event.right not in law.rights:
        ack = law.ack
    return Matter(rule=rule, ack=ack, right=event.right, received_on=day, happened=happened)


def _appeal(law: Law, event: Event) -> Rule:
    rule = law.appeal or _NO_NUMBER
    if event.days is None:
        return rule
    more = Span(event.days + event.more_days, Unit.DAY) if event.more_days else None
    return Rule(
        cite=law.appeal.cite if law.appeal else Cite("CLK-33", "the period named in the appeal"),
        first=Span(event.days, Unit.DAY),
        extension=Extension(cite=rule.cite, total=more) if more else None,
    )
