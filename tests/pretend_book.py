"""The book of a register in memory: cases, their chains, and the outbox of events."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from json import dumps, loads
from typing import Any

from dsar.canaries import CanaryState
from dsar.case import SystemAnswer
from dsar.errors import InputError
from dsar.evidence import Entry, Fact, Verification, link, verify_sealed
from dsar.holdings import Holding
from dsar.identity import Challenge
from dsar.ports import CaseRecord, Change, OutboxEvent
from dsar.suppression import Suppressed
from register import doors, facts


@dataclass
class Case:
    record: CaseRecord
    intake_key: str
    fingerprint: str | None
    chain: list[Entry] = field(default_factory=list)
    answers: dict[str, tuple[SystemAnswer, tuple[Holding, ...]]] = field(default_factory=dict)
    challenges: dict[str, tuple[int, Challenge]] = field(default_factory=dict)


class MemoryBook:
    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()
        self._cases: dict[str, Case] = {}
        self._deliveries: dict[str, tuple[str, datetime]] = {}
        self._events: list[OutboxEvent] = []
        self._suppressed: dict[tuple[str, str], Suppressed] = {}
        self._canaries: tuple[CanaryState, ...] = ()

    def evidence(self, case_id: str) -> tuple[Entry, ...]:
        with self._lock:
            return tuple(self._cases[case_id].chain) if case_id in self._cases else ()

    def verify_evidence(self, case_id: str) -> Verification:
        chain = tuple(self._known(case_id).chain)
        return verify_sealed(chain, count=len(chain), head=chain[-1].hash)

    def events(self, *, after: int = 0, limit: int = 100) -> tuple[OutboxEvent, ...]:
        with self._lock:
            return tuple(event for event in self._events if event.position > after)[:limit]

    def _known(self, case_id: str) -> Case:
        with self._lock:
            if case_id not in self._cases:
                hint = "there is no such case; `list` shows those there are"
                raise InputError("case_unknown", hint, field="case_id")
            return self._cases[case_id]

    def _of(self, fingerprint: str) -> list[CaseRecord]:
        doors.digest(fingerprint, "fingerprint")
        with self._lock:
            found = [case.record for case in self._cases.values() if case.fingerprint == fingerprint]
        return sorted(found, key=opening)

    def _answered(self, case_id: str) -> list[tuple[str, tuple[SystemAnswer, tuple[Holding, ...]]]]:
        return sorted(self._cases[case_id].answers.items()) if case_id in self._cases else []

    def _append(self, case_id: str, fact: Fact, change: Change) -> bool:
        case = self._known(case_id)
        if any(entry.key == fact.key for entry in case.chain):
            return False
        plain = replace(fact, facts=loads(doors.facts(fact)))
        entry = link(case_id, case.chain[-1] if case.chain else None, plain)
        case.chain.append(entry)
        body = loads(dumps(facts.cloud_event(entry, change)))
        self._emit(case_id, body)
        set_fields = ("status", "due_on", "outcome", "closed_at", "started")
        changes = {name: getattr(change, name) for name in set_fields}
        taken: dict[str, None] = {"due_on": None} if change.clock_stands else {}
        case.record = replace(case.record, **{n: v for n, v in changes.items() if v is not None} | taken)
        return True

    def _emit(self, case_id: str, body: dict[str, Any]) -> None:
        place = len(self._events) + 1
        self._events.append(OutboxEvent(position=place, case_id=case_id, body=body))


def opening(record: CaseRecord) -> tuple[datetime, str]:
    return record.opened_at, record.request.case_id
