"""What the person is told of an erasure, and what is remembered so that they stay forgotten (LAW NTC-08)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from activities.frozen import frozen
from activities.recipients import names
from dsar.decision_kinds import ACCEPT_GAP
from dsar.deeds import Purpose
from dsar.dossier import fingerprints_of, seal_suppressed
from dsar.duties import ErasurePolicy
from dsar.erasure import Ending, Line, ending_of, plans_of
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.orders import Order, Posted
from dsar.ports import Connector, Register, Vault
from dsar.receipts import restricted_in, verdicts_of
from dsar.residue import system_of
from dsar.suppression import Suppressed
from dsar.vocabulary import Found, LetterKind, Verb

# Whoever is erased is not to be written to, nor recorded anew (LAW ERA-04).
_PURPOSES = (Purpose.COLLECTION, Purpose.MARKETING)
_GONE = (Ending.ERASED, Ending.ANONYMISED, Ending.BY_HAND, Ending.UNVERIFIABLE)


@dataclass(frozen=True, slots=True)
class Telling:
    """Tools for the end of an erasure."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    policy: ErasurePolicy
    correspondence: Correspondence

    @activity.defn(name="ask-to-confirm")
    @translated
    def ask_to_confirm(self, order: Order) -> Posted:
        """Ask for the second step of a request made in two (11 CCR 7020(d); LAW CAL-05)."""
        return self.correspondence.send(order, LetterKind.ERASURE_CONFIRMATION, number=order.number)

    @activity.defn(name="suppress-subject")
    @translated
    def suppress_subject(self, order: Order) -> int:
        """Put the person on the suppression list, by keyed fingerprints. Returns by how many."""
        case_id = order.request.case_id
        identity = frozen(self.vault, case_id, order.number)
        seal_suppressed(self.vault, case_id, identity)
        prints = fingerprints_of(self.vault, identity)
        lines = [
            Suppressed(fingerprint=print_, kind=kind, purpose=purpose, case_id=case_id, since_at=order.at)
            for print_, kind in prints.items()
            for purpose in _PURPOSES
        ]
        facts: dict[str, Scalar] = {"fingerprints": len(prints), "purposes": " ".join(_PURPOSES)}
        fact = Fact(key="suppressed", kind=EvidenceKind.SUPPRESSED, at=order.at, facts=facts)
        self.register.suppress(case_id, lines, fact)
        return len(prints)

    @activity.defn(name="tell-erasure")
    @translated
    def tell_erasure(self, order: Order) -> Posted:
        """Send the outcome: what went and how, what stays, why and until when, and what could not be done."""
        case_id, on = order.request.case_id, order.at.date()
        entries = self.register.evidence(case_id)
        lines = {
            ending: [line for line, e in self._ended(case_id, entries) if e is ending] for ending in Ending
        }
        told = {
            "erased": [self._gone(line, ending) for ending in _GONE for line in lines[ending]],
            "erased_on": on,
            "kept": [self._kept(line, order, entries) for line in lines[Ending.KEPT]],
            "not_erased": list(self._left(case_id, entries)),
            "backups_until": on + self.policy.backups,
            "recipients": names(self.correspondence.company, entries),
            "suppressed": any(entry.kind is EvidenceKind.SUPPRESSED for entry in entries),
        }
        return self.correspondence.send(order, LetterKind.ERASURE_OUTCOME, told, order.number)

    def _ended(self, case_id: str, entries: Sequence[Entry]) -> Iterator[tuple[Line, Ending]]:
        """Say how each holding ended. A later plan of a system takes the place of an earlier one."""
        answers = {answer.system: answer.found for answer in self.register.answers(case_id)}
        verdicts = verdicts_of(entries, Verb.ERASE)
        latest = {(line.system, line.collection): line for plan in plans_of(entries) for line in plan.lines}
        for (system, collection), line in latest.items():
            found = answers.get(system, Found.UNKNOWN)
            yield line, ending_of(line, found, verdicts.get((system, collection)))

    def _gone(self, line: Line, ending: Ending) -> dict[str, str]:
        return {"what": self._title(line), "system": line.system, "how": line.method, "ending": ending}

    def _kept(self, line: Line, order: Order, entries: Sequence[Entry]) -> dict[str, object]:
        held = (line.system, line.collection)
        return {
            "what": self._title(line),
            "ground": line.ground,
            "reason": self.policy.words_of(line.because, order.request.locale),
            "until": line.until or "",
            "review_on": line.review_on or "",
            "restricted": "yes" if held in restricted_in(entries) else "",
        }

    def _left(self, case_id: str, entries: Sequence[Entry]) -> Iterator[dict[str, str]]:
        """Name each gap that the DPO accepted, with the reason given (DESIGN §1.1)."""
        for entry in entries:
            if entry.kind is EvidenceKind.DECIDED and entry.facts["decision"] == ACCEPT_GAP:
                reason = self.vault.get(case_id, str(entry.facts["words"])).decode()
                name = str(entry.facts["system"])
                traces = system_of(name)
                yield {"what": traces or name, "reason": reason, "traces": "yes" if traces else ""}

    def _title(self, line: Line) -> str:
        """Return how the collection is named to the person."""
        if line.system not in self.connectors:
            return line.collection
        names = {c.name: c.title for c in self.connectors[line.system].card.collections}
        return names.get(line.collection) or line.collection
