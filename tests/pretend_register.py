"""A register in memory. It keeps every promise of `dsar.ports.Register` except to survive the process."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dsar.canaries import CanaryLook, CanaryState, after, changed
from dsar.case import RightsRequest, SystemAnswer
from dsar.errors import InputError
from dsar.evidence import Fact
from dsar.holdings import Holding
from dsar.identity import Challenge, CodeResult, attempt
from dsar.ports import CaseRecord, Change, Opened
from dsar.suppression import Suppressed
from dsar.systems import UNSETTLED
from dsar.vocabulary import Right, Status
from register import doors, facts
from register.canaries import event
from tests.pretend_book import Case, MemoryBook, opening
from tests.pretend_queue import MemoryQueue


class MemoryRegister(MemoryBook, MemoryQueue):
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
            self._cases[request.case_id] = Case(record, intake_key, fingerprint)
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
        return tuple(sorted(kept, key=opening))

    def unstarted(self) -> tuple[RightsRequest, ...]:
        return tuple(record.request for record in self.cases(open_only=True) if not record.started)

    def same_subject(self, fingerprint: str, right: Right) -> tuple[CaseRecord, ...]:
        found = [record for record in self._of(fingerprint) if record.request.right is right]
        return tuple(reversed(found))

    def subject_of(self, fingerprint: str) -> str | None:
        found = self._of(fingerprint)
        return found[0].request.subject_id if found else None

    def of_subject(self, subject_id: str) -> tuple[CaseRecord, ...]:
        theirs = (r for r in reversed(self.cases()) if r.request.subject_id == subject_id)
        return tuple(r for r in theirs if self._cases[r.request.case_id].fingerprint)

    def put_answer(self, case_id: str, answer: SystemAnswer, holdings: Sequence[Holding], fact: Fact) -> bool:
        doors.answer(answer, tuple(holdings))
        with self._lock:
            new = self._append(case_id, fact, Change())
            if new:
                kept = replace(answer, marked=0, clients=(), copies="")  # what the story alone knows
                self._cases[case_id].answers[answer.system] = (kept, tuple(holdings))
            return new

    def answers(self, case_id: str) -> tuple[SystemAnswer, ...]:
        with self._lock:
            return tuple(answer for _, (answer, _held) in self._answered(case_id))

    def unsettled(self) -> tuple[tuple[str, SystemAnswer], ...]:
        with self._lock:
            found = [
                (case_id, answer)
                for case_id, case in self._cases.items()
                for answer, _held in case.answers.values()
                if answer.found in UNSETTLED and not case.record.closed_at
            ]
        return tuple(sorted(found, key=lambda one: (one[0], one[1].system)))

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
            others = {token: told for token, told in self._deliveries.items() if told[0] != case_id}
            self._deliveries = {**others, token_digest: (case_id, expires_at)}
            return True

    def delivery(self, token_digest: str) -> tuple[str, datetime] | None:
        return self._deliveries.get(doors.digest(token_digest, "token_digest"))

    def suppress(self, case_id: str, lines: Sequence[Suppressed], fact: Fact) -> bool:
        for line in lines:
            doors.suppressed(line)
        with self._lock:
            new = self._append(case_id, fact, Change())
            for line in lines if new else ():
                self._suppressed.setdefault((line.fingerprint, line.purpose), line)
            return new

    def suppressed(self, fingerprint: str = "") -> tuple[Suppressed, ...]:
        wanted = doors.digest(fingerprint, "fingerprint") if fingerprint else ""
        with self._lock:
            found = [line for line in self._suppressed.values() if wanted in {"", line.fingerprint}]
        return tuple(sorted(found, key=lambda line: (line.since_at, line.fingerprint, line.purpose)))

    def canaries(self) -> tuple[CanaryState, ...]:
        return self._canaries

    def note_canaries(self, looks: Sequence[CanaryLook], at: datetime) -> None:
        doors.instant(at, "at")
        news = changed(self._canaries, [doors.look(look) for look in looks])
        self._canaries = after(self._canaries, looks, at)
        for look in news:
            self._emit("", event(look, at))

    def forget_subject(self, case_id: str, fact: Fact) -> bool:
        with self._lock:
            new = self._append(case_id, fact, Change())
            if new:
                case = self._cases[case_id]
                case.record = replace(case.record, request=replace(case.record.request, subject_id=""))
                case.fingerprint = None
                case.challenges.clear()
                self._deliveries = {
                    link: told for link, told in self._deliveries.items() if told[0] != case_id
                }
            return new

    def drop(self, case_id: str) -> bool:
        with self._lock:
            return self._cases.pop(case_id, None) is not None

    def check(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """Nothing is held open."""
