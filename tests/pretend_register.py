"""A register in memory. It keeps every promise of `dsar.ports.Register` except to survive the process."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from json import dumps, loads

from dsar.case import RightsRequest, SystemAnswer
from dsar.errors import InputError
from dsar.evidence import Entry, Fact, Verification, link, verify_sealed
from dsar.holdings import Holding
from dsar.identity import Challenge, CodeResult, attempt
from dsar.ports import CaseRecord, Change, Opened, OutboxEvent
from dsar.vocabulary import Right, Status
from register import doors, facts


@dataclass
class _Case:
    record: CaseRecord
    intake_key: str
    fingerprint: str | None
    chain: list[Entry] = field(default_factory=list)
    answers: dict[str, tuple[SystemAnswer, tuple[Holding, ...]]] = field(default_factory=dict)
    challenges: dict[str, tuple[int, Challenge]] = field(default_factory=dict)


class MemoryRegister:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._cases: dict[str, _Case] = {}
        self._deliveries: dict[str, tuple[str, datetime]] = {}
        self._events: list[OutboxEvent] = []

    def open_case(self, request: RightsRequest, *, fingerprint: str, intake_key: str, at: datetime) -> Opened:
        doors.digest(fingerprint, "fingerprint")
        doors.key(intake_key, "intake_key")
        doors.request(request)
        doors.instant(at, "at")
        with self._lock:
            for case in self._cases.values():
                if case.intake_key == intake_key:
                    return Opened(record=case.record, created=False)
            if request.case_id in self._cases:
                raise InputError("case_known", "give each request an id of its own", field="case_id")
            record = CaseRecord(request=request, status=Status.RECEIVED, opened_at=at)
            self._cases[request.case_id] = _Case(record, intake_key, fingerprint)
            self._append(request.case_id, facts.opened(request, at), Change())
            return Opened(record=record, created=True)

    def record(self, case_id: str, fact: Fact, change: Change = Change()) -> bool:  # noqa: B008 - as in the port
        if change.closed_at:
            doors.instant(change.closed_at, "closed_at")
        with self._lock:
            return self._append(case_id, fact, change)

    def case(self, case_id: str) -> CaseRecord:
        return self._known(case_id).record

    def cases(self, *, open_only: bool = False) -> tuple[CaseRecord, ...]:
        with self._lock:
            records = [case.record for case in self._cases.values()]
        kept = [record for record in records if not (open_only and record.closed_at)]
        return tuple(sorted(kept, key=_opening))

    def unstarted(self) -> tuple[RightsRequest, ...]:
        return tuple(record.request for record in self.cases(open_only=True) if not record.started)

    def same_subject(self, fingerprint: str, right: Right) -> tuple[CaseRecord, ...]:
        found = [record for record in self._of(fingerprint) if record.request.right is right]
        return tuple(reversed(found))

    def subject_of(self, fingerprint: str) -> str | None:
        found = self._of(fingerprint)
        return found[0].request.subject_id if found else None

    def put_answer(self, case_id: str, answer: SystemAnswer, holdings: Sequence[Holding], fact: Fact) -> bool:
        doors.answer(answer, tuple(holdings))
        with self._lock:
            new = self._append(case_id, fact, Change())
            if new:
                self._cases[case_id].answers[answer.system] = (answer, tuple(holdings))
            return new

    def answers(self, case_id: str) -> tuple[SystemAnswer, ...]:
        with self._lock:
            return tuple(answer for _, (answer, _held) in self._answered(case_id))

    def holdings(self, case_id: str) -> tuple[Holding, ...]:
        with self._lock:
            held = [holding for _, (_answer, held) in self._answered(case_id) for holding in held]
        return tuple(sorted(held, key=lambda holding: (holding.system, holding.collection)))

    def set_challenge(self, case_id: str, purpose: str, challenge: Challenge, fact: Fact) -> bool:
        doors.digest(challenge.digest, "digest")
        doors.instant(challenge.expires_at, "expires_at")
        doors.purpose(purpose)
        with self._lock:
            before = self._known(case_id).challenges.get(purpose)
            if (before and purpose == "identity" and before[1].locked) or not self._append(
                case_id, fact, Change()
            ):
                return False
            self._cases[case_id].challenges[purpose] = ((before[0] if before else 0) + 1, challenge)
            return True

    def challenge(self, case_id: str, purpose: str) -> Challenge | None:
        doors.purpose(purpose)
        with self._lock:
            found = self._cases[case_id].challenges.get(purpose) if case_id in self._cases else None
        return found[1] if found else None

    def try_challenge(self, case_id: str, purpose: str, digest: str, at: datetime) -> CodeResult:
        doors.digest(digest, "digest")
        doors.instant(at, "at")
        doors.purpose(purpose)
        with self._lock:
            code, before = self._known(case_id).challenges.get(purpose, (0, None))
            matches = before is not None and before.digest == digest
            after, result = attempt(before, matches=matches, now=at)
            if before is None or after is None:
                return result
            self._cases[case_id].challenges[purpose] = (code, after)
            for fact in facts.attempted(purpose, code, after, result, at):
                self._append(case_id, fact, Change())
            return result

    def offer_delivery(self, case_id: str, token_digest: str, expires_at: datetime, fact: Fact) -> bool:
        doors.digest(token_digest, "token_digest")
        doors.instant(expires_at, "expires_at")
        with self._lock:
            known = any(entry.key == fact.key for entry in self._known(case_id).chain)
            if known:
                return False
            if token_digest in self._deliveries:
                raise InputError("token_known", "make a new link for each offer", field="token_digest")
            self._append(case_id, fact, Change())
            self._deliveries[token_digest] = (case_id, expires_at)
            return True

    def delivery(self, token_digest: str) -> tuple[str, datetime] | None:
        return self._deliveries.get(doors.digest(token_digest, "token_digest"))

    def evidence(self, case_id: str) -> tuple[Entry, ...]:
        with self._lock:
            return tuple(self._cases[case_id].chain) if case_id in self._cases else ()

    def verify_evidence(self, case_id: str) -> Verification:
        chain = tuple(self._known(case_id).chain)
        return verify_sealed(chain, count=len(chain), head=chain[-1].hash)

    def events(self, *, after: int = 0, limit: int = 100) -> tuple[OutboxEvent, ...]:
        with self._lock:
            return tuple(event for event in self._events if event.position > after)[:limit]

    def forget_subject(self, case_id: str, fact: Fact) -> bool:
        with self._lock:
            new = self._append(case_id, fact, Change())
            if new:
                self._cases[case_id].fingerprint = None
                self._cases[case_id].challenges.clear()
            return new

    def check(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """Nothing is held open."""

    def _known(self, case_id: str) -> _Case:
        with self._lock:
            if case_id not in self._cases:
                raise InputError("case_unknown", "see the open cases with 'list'", field="case_id")
            return self._cases[case_id]

    def _of(self, fingerprint: str) -> list[CaseRecord]:
        doors.digest(fingerprint, "fingerprint")
        with self._lock:
            found = [case.record for case in self._cases.values() if case.fingerprint == fingerprint]
        return sorted(found, key=_opening)

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
        self._events.append(OutboxEvent(position=len(self._events) + 1, case_id=case_id, body=body))
        set_fields = ("status", "due_on", "outcome", "closed_at", "started")
        changes = {name: getattr(change, name) for name in set_fields}
        taken: dict[str, None] = {"due_on": None} if change.clock_stands else {}
        case.record = replace(case.record, **{n: v for n, v in changes.items() if v is not None} | taken)
        return True


def _opening(record: CaseRecord) -> tuple[datetime, str]:
    return record.opened_at, record.request.case_id
