"""Recipients: who got the data, who was told what became of it, what they said (Art. 19; LAW NOT-01)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dsar.decision_kinds import CONFIRMED, DISPROPORTIONATE, IMPOSSIBLE, WAIVED
from dsar.evidence import Entry, EvidenceKind
from dsar.opendsr import Endpoint, Progress
from dsar.vocabulary import Category, Right

CHASE_AFTER = timedelta(days=10)  # POLICY (LAW NOT-03)
LIFTING = "lifting"  # what a notice is about that is none of the ledger's: nobody waits for an answer to it


class Answer(StrEnum):
    """Where a recipient stands. All but the first four leave nothing open."""

    UNSENT = "unsent"  # nobody could be written to: a person tells them
    CALLING = "calling"  # asked by machine, and not taken yet
    SENT = "sent"
    REFUSED = "refused"  # by the recipient: a person finds out why
    CONFIRMED = "confirmed"
    IMPOSSIBLE = "impossible"
    DISPROPORTIONATE = "disproportionate"
    WAIVED_BY_DPO = "waived_by_dpo"


OPEN = frozenset({Answer.UNSENT, Answer.CALLING, Answer.SENT, Answer.REFUSED})
# What a recipient says of a request by machine; nothing yet of one that is still under way.
ANSWERS: Mapping[Progress, Answer] = {
    Progress.COMPLETED: Answer.CONFIRMED,
    Progress.CANCELLED: Answer.REFUSED,
}
_DECIDED: Mapping[str, Answer] = {
    CONFIRMED: Answer.CONFIRMED,
    IMPOSSIBLE: Answer.IMPOSSIBLE,
    DISPROPORTIONATE: Answer.DISPROPORTIONATE,
    WAIVED: Answer.WAIVED_BY_DPO,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets which kinds of data, where they can be written to (empty: nowhere), and asked by machine."""

    code: str
    name: str
    email: str
    categories: frozenset[Category]
    endpoint: Endpoint | None = None

    def called_for(self, right: Right) -> Endpoint | None:
        """Return where it takes what this right asks of recipients, if it does."""
        return self.endpoint if self.endpoint and self.endpoint.is_for(right) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the ledger. `by` is the staff handle that settled it, `reason` what went wrong."""

    code: str
    answer: Answer
    notices: int = 0
    last_at: datetime | None = None
    by: str = ""
    reason: str = ""
    by_machine: bool = False  # whether they were called, or are to be


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """What a round of notices came to: who is not settled, and who of them is to be called."""

    waiting: tuple[str, ...]
    calls: tuple[str, ...]


def ledger(entries: Iterable[Entry]) -> Mapping[str, Told]:
    """Read the ledger of a case from its evidence, by the recipients' codes."""
    found: dict[str, Told] = {}
    for entry in entries:
        if entry.kind is EvidenceKind.NOTIFIED and entry.facts.get("about") != LIFTING:
            code = str(entry.facts["recipient"])
            found[code] = _heard(found.get(code), code, entry)
        elif entry.kind is EvidenceKind.DECIDED and entry.facts["decision"] in _DECIDED:
            code = str(entry.facts["system"])
            answer = _DECIDED[str(entry.facts["decision"])]
            found[code] = replace(found[code], answer=answer, last_at=entry.at, by=str(entry.facts["by"]))
    return found


def _heard(before: Told | None, code: str, entry: Entry) -> Told:
    """Follow one notice. What is settled stays so, and a refusal stands until somebody settles it."""
    answer = Answer(str(entry.facts["answer"]))
    told = before or Told(code=code, answer=answer)
    stands = told.answer not in OPEN or (told.answer is Answer.REFUSED and answer in OPEN)
    return replace(
        told,
        answer=told.answer if stands else answer,
        notices=told.notices + (answer is Answer.SENT),
        last_at=entry.at,
        reason=str(entry.facts.get("reason") or told.reason),
        by_machine=told.by_machine or answer is Answer.CALLING,
    )


def waiting(told: Mapping[str, Told]) -> tuple[str, ...]:
    """Return the recipients that nobody has settled yet: while there is one, the case stays open."""
    return tuple(sorted(code for code, one in told.items() if one.answer in OPEN))


def reached(told: Mapping[str, Told]) -> tuple[str, ...]:
    """Return the recipients whom the news reached, by us or by whoever confirmed it; one that is being called
    may have taken it, though nobody came to note so.
    """
    heard = {Answer.CONFIRMED, Answer.CALLING}
    return tuple(sorted(code for code, one in told.items() if one.notices or one.answer in heard))
