"""What the person is told of their corrections, and their dispute of what was left as it was (LAW NTC-09)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from activities.versions import open_before, open_wishes
from dsar.decision_kinds import ACCEPT_GAP, REFUSE_CORRECTION
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.orders import Order, Posted
from dsar.ports import Register, Vault
from dsar.recipients import ledger
from dsar.rectified import Corrections, corrections_of, dispute_name, own_of
from dsar.vocabulary import Category, Found, LetterKind

MOST_CHARACTERS = 300  # of an old value in a letter


@dataclass(frozen=True, slots=True)
class Disputing:
    """Tools for the end of a rectification."""

    register: Register
    vault: Vault
    correspondence: Correspondence

    @activity.defn(name="tell-corrections")
    @translated
    def tell_corrections(self, order: Order) -> Posted:
        """Keep the disputes, and send the outcome. "Corrected" is what was read again, and nothing else."""
        case_id = order.request.case_id
        entries = tuple(own_of(self.register.evidence(case_id)))  # what a client instructs is told to them
        known = corrections_of(entries, len(open_wishes(self.vault, case_id)))
        self._dispute(order, entries)
        told = {
            "corrected": [*self._corrected(case_id, entries), *self._by_hand(case_id, entries, known)],
            "not_corrected": list(self._refused(case_id, entries)),
            "not_done": list(self._left(case_id, entries)),
            "systems": self._systems(case_id, entries),
            "recipients": [self._name(code) for code in ledger(entries)],
        }
        return self.correspondence.send(order, LetterKind.RECTIFICATION_OUTCOME, told, order.number)

    def _dispute(self, order: Order, entries: Sequence[Entry]) -> None:
        """Seal, for each refused correction, that the person disputes what stays (LAW REC-06)."""
        case_id = order.request.case_id
        wishes = open_wishes(self.vault, case_id)
        for number, entry in _refusals(entries):
            wish, name = wishes[number], dispute_name(number)
            statement = {
                "disputed": wish.attribute,
                "should_say": wish.value,
                "disputed_on": order.request.received_on.isoformat(),
                "left_because": str(entry.facts["ground"]),
            }
            self.vault.put(case_id, name, json.dumps(statement, ensure_ascii=False).encode())
            facts: dict[str, Scalar] = {
                "correction": number,
                "ground": str(entry.facts["ground"]),
                "statement": name,
                "fingerprint": self.vault.fingerprint("dispute", json.dumps(statement)),
            }
            key = f"disputed:{number}"
            self.register.record(case_id, Fact(key=key, kind=EvidenceKind.DISPUTED, at=order.at, facts=facts))

    def _corrected(self, case_id: str, entries: Sequence[Entry]) -> Iterator[dict[str, str]]:
        """Tell each old and new value once, however many places held it."""
        wishes, told = open_wishes(self.vault, case_id), set()
        for entry in entries:
            if entry.kind is not EvidenceKind.CORRECTED:
                continue
            number, system = int(entry.facts["correction"] or 0), str(entry.facts["system"])
            order = int(str(entry.facts["before"]).rpartition("/")[2])
            stood = open_before(self.vault, case_id, system, order)[int(entry.facts["place"] or 0)]
            for old in stood.olds:
                if (number, old) not in told:
                    told.add((number, old))
                    yield _changed(wishes[number].attribute, old, wishes[number].value, "verified")

    def _by_hand(
        self, case_id: str, entries: Sequence[Entry], known: Corrections
    ) -> Iterator[dict[str, str]]:
        """Tell what was accepted and is right now without our writing it: before, or by a person's hand."""
        wishes = open_wishes(self.vault, case_id)
        read = {entry.facts["correction"] for entry in entries if entry.kind is EvidenceKind.CORRECTED}
        right = {place.number for place in known.places if place.right and not place.rows}
        by_hand = any(a.found is Found.MANUAL_DONE for a in self.register.answers(case_id))
        for number in known.accepted:
            if number not in read and (by_hand or number in right):
                how = "by_hand" if by_hand else "already"
                yield _changed(wishes[number].attribute, "", wishes[number].value, how)

    def _refused(self, case_id: str, entries: Sequence[Entry]) -> Iterator[dict[str, str]]:
        wishes = open_wishes(self.vault, case_id)
        for number, entry in _refusals(entries):
            reason = self.vault.get(case_id, str(entry.facts["words"])).decode()
            ground = str(entry.facts["ground"])
            yield {"what": wishes[number].attribute, "ground": ground, "reason": reason}

    def _left(self, case_id: str, entries: Sequence[Entry]) -> Iterator[dict[str, str]]:
        """Name each gap that the DPO accepted, with the reason given (DESIGN §1.1)."""
        for entry in entries:
            if entry.kind is EvidenceKind.DECIDED and entry.facts["decision"] == ACCEPT_GAP:
                reason = self.vault.get(case_id, str(entry.facts["words"])).decode()
                yield {"what": str(entry.facts["system"]), "reason": reason}

    def _systems(self, case_id: str, entries: Sequence[Entry]) -> list[str]:
        written = {str(e.facts["system"]) for e in entries if e.kind is EvidenceKind.CORRECTED}
        answers = self.register.answers(case_id)
        return sorted(written | {a.system for a in answers if a.found is Found.MANUAL_DONE})

    def _name(self, code: str) -> str:
        everybody = self.correspondence.company.recipients(Category)
        return next((one.name for one in everybody if one.code == code), code)


def _refusals(entries: Sequence[Entry]) -> Iterator[tuple[int, Entry]]:
    for entry in entries:
        if entry.kind is EvidenceKind.DECIDED and entry.facts["decision"] == REFUSE_CORRECTION:
            yield int(entry.facts["system"] or 0), entry


def _changed(what: str, old: str, new: str, how: str) -> dict[str, str]:
    """Return one line of the letter. A very long old value is cut: the letter shows which one it was."""
    cut = old if len(old) <= MOST_CHARACTERS else f"{old[:MOST_CHARACTERS]}…"
    return {"what": what, "old": cut, "new": new, "how": how}


def disputes_of(register: Register, vault: Vault, case_id: str) -> Iterator[Mapping[str, str]]:
    """Yield what the person of a case disputes, oldest first, out of all their cases that can still be read
    (REC-06).
    """
    subject = register.case(case_id).request.subject_id
    for case in reversed(register.of_subject(subject)):
        for entry in register.evidence(case.request.case_id):
            if entry.kind is EvidenceKind.DISPUTED:
                yield json.loads(vault.get(case.request.case_id, str(entry.facts["statement"])))
