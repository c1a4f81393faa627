"""Evidence for an authority, packed at the desk. Handing it out is evidence itself: who, when, why."""

from collections.abc import Mapping
from datetime import date, datetime

from desk.desk import Desk
from dsar.clock import reckon
from dsar.clock_events import Event
from dsar.clock_json import entry_of, read
from dsar.errors import InputError, OperatorError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.inclusion import Inclusion
from dsar.pack import ClockTold, Pack, PackReason, words_of
from dsar.ports import Calendars, CaseRecord, Notary
from dsar.regimes.catalogue import local_day, regime_at
from dsar.vocabulary import Role


def packed(
    desk: Desk, notary: Notary, case_id: str, why: str, *, by: str, with_personal_data: bool = False
) -> Pack:
    """Note that evidence is handed out, then gather it: the pack ends with that very entry.

    Raises:
        InputError: `why_unknown`, `handle_unknown`; `role_refused`: only the DPO unseals reasons;
            `words_shredded`: the case was shredded, and its reasons with it.
    """
    record = desk.case(case_id)
    if why not in tuple(PackReason):
        raise InputError("why_unknown", f"choose one of {', '.join(PackReason)}", field="why")
    role = desk.role(by, Role.DPO)
    if with_personal_data and role is not Role.DPO:
        raise InputError("role_refused", "only the DPO may unseal reasons", field="by")
    entries = desk.register.evidence(case_id)
    reasons = _unsealed(desk, case_id, entries) if with_personal_data else None
    _note(desk, case_id, why, by=by, role=role, personal=with_personal_data)
    entries = desk.register.evidence(case_id)
    return Pack(
        record=record,
        made_at=desk.now(),
        made_by=by,
        role=role,
        why=PackReason(why),
        entries=entries,
        verification=desk.register.verify_evidence(case_id),
        answers=desk.register.answers(case_id),
        clock=_clock(record, entries, desk.calendars, desk.now()),
        inclusions=_inclusions(notary, case_id, entries),
        reasons=reasons,
    )


def _unsealed(desk: Desk, case_id: str, entries: tuple[Entry, ...]) -> Mapping[str, str]:
    names = words_of(entries)
    try:
        return {name: desk.vault.get(case_id, name).decode("utf-8", "replace") for name in names}
    except OperatorError as error:
        if error.reason not in {"key_destroyed", "object_missing"}:
            raise
        hint = "what was said in words was shredded with the case: pack it without"
        raise InputError("words_shredded", hint, field="with-personal-data") from None


def _note(desk: Desk, case_id: str, why: str, *, by: str, role: Role, personal: bool) -> None:
    number = len(desk.register.evidence(case_id))
    facts: dict[str, Scalar] = {"why": why, "by": by, "role": role.value, "personal_data": personal}
    fact = Fact(key=f"packed:{number}", kind=EvidenceKind.PACKED, at=desk.now(), facts=facts)
    desk.register.record(case_id, fact)


def _inclusions(notary: Notary, case_id: str, entries: tuple[Entry, ...]) -> tuple[Inclusion, ...]:
    """Return the checkpoints over what the pack holds; one that is written this moment covers more."""
    return tuple(one for one in notary.inclusions(case_id) if one.head.entries <= len(entries))


def _clock(record: CaseRecord, entries: tuple[Entry, ...], calendars: Calendars, now: datetime) -> ClockTold:
    """Reckon the due date once more from the events on record, as the law was on the day of receipt."""
    said = [entry.facts for entry in entries if entry.kind is EvidenceKind.DUE_SET]
    last = said[-1] if said else {}
    events = read(str(last.get("events") or ""))
    due_on = record.due_on
    lines, reckoned = _lines(record, events, calendars, now) if events else ((), due_on)
    return ClockTold(
        due_on=due_on.isoformat() if due_on else "",
        state=str(last.get("state") or ""),
        calendars=str(last.get("calendars") or ""),
        events=tuple(entry_of(event) for event in events),
        lines=lines,
        agrees=reckoned == due_on,
    )


def _lines(
    record: CaseRecord, events: tuple[Event, ...], calendars: Calendars, now: datetime
) -> tuple[tuple[str, ...], date | None]:
    code = record.request.regime
    found = reckon(regime_at(code, events[0]), events, calendars, today=local_day(code, now))
    return tuple(map(str, found.explanation)), found.due_on
