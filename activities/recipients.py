"""Telling recipients what became of data that they were given (Art. 19; LAW NOT-01)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from activities.versions import open_wishes
from dsar.corrections import CORRECTING
from dsar.dossier import address_of
from dsar.errors import OperatorError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar
from dsar.orders import Order
from dsar.ports import CompanyFacts, Register, Vault
from dsar.recipients import (
    CHASE_AFTER,
    LIFTING,
    OPEN,
    Answer,
    Notified,
    Recipient,
    ledger,
    reached,
    waiting,
)
from dsar.rectified import own_of
from dsar.regimes.catalogue import local_day
from dsar.vocabulary import Category, Found, LetterKind


@dataclass(frozen=True, slots=True)
class Recipients:
    """Tools for the ledger of who was told."""

    register: Register
    vault: Vault
    company: CompanyFacts
    correspondence: Correspondence

    @activity.defn(name="notify-recipients")
    @translated
    def notify_recipients(self, order: Order) -> Notified:
        """Write to every recipient of what was found that is not settled yet; name those to be called.

        `number` counts the rounds: the second and later ones chase, by letter, and tell whoever was named
        meanwhile. Authorities in an inquiry are none of the company's recipients, and so are not told
        (LAW NOT-04).
        """
        case_id = order.request.case_id
        entries = self.register.evidence(case_id)
        known, done = ledger(entries), {entry.key for entry in entries}
        for recipient in self.company.recipients(self._concerned(order, entries)):
            key = f"notified:{recipient.code}:{order.number}"
            settled = recipient.code in known and known[recipient.code].answer not in OPEN
            called = recipient.called_for(order.request.right)
            again = recipient.code in known
            if key in done or settled or (called and again and not recipient.email):
                continue
            answer = Answer.CALLING if called and not again else self._written(order, recipient)
            self._note(order, recipient.code, key, answer)
        told = ledger(self.register.evidence(case_id))
        calls = tuple(sorted(code for code, one in told.items() if one.by_machine and one.answer in OPEN))
        return Notified(waiting=waiting(told), calls=calls)

    @activity.defn(name="write-recipient")
    @translated
    def write_recipient(self, order: Order) -> Answer:
        """Write to one recipient who could not be called, or never said that it is done.

        The answer in the order says why. Returns where they stand then.
        """
        code, (why,) = order.system, order.answers
        recipient, key = self._recipient(code), f"notified:{code}:letter"
        if not any(entry.key == key for entry in self.register.evidence(order.request.case_id)):
            answer = self._written(order, recipient) if recipient else Answer.UNSENT
            self._note(order, code, key, answer, why.reason)
        return ledger(self.register.evidence(order.request.case_id))[code].answer

    @activity.defn(name="tell-lifting")
    @translated
    def tell_lifting(self, order: Order) -> None:
        """Tell everybody who was told of a restriction that it has ended (Art. 19; LAW RES-06).

        Whom no letter reaches, or who left the company's facts meanwhile, is a task: the case is over, and
        nobody waits for an answer.
        """
        entries = self.register.evidence(order.request.case_id)
        done = {entry.key for entry in entries}
        for code in reached(ledger(entries)):
            key, recipient = f"{LIFTING}:{code}", self._recipient(code)
            if key not in done:
                answer = self._written(order, recipient, LIFTING) if recipient else Answer.UNSENT
                self._note(order, code, key, answer, about=LIFTING)
        self._call_for_a_hand(order)

    def _call_for_a_hand(self, order: Order) -> None:
        """Write down whom no letter reached, as one letter that waits to be handed over."""
        entries = self.register.evidence(order.request.case_id)
        notices = [e.facts for e in entries if e.key.startswith(f"{LIFTING}:")]
        unsent = ",".join(str(facts["recipient"]) for facts in notices if facts["answer"] == Answer.UNSENT)
        if unsent:
            facts = {"letter": LetterKind.RECIPIENT_NOTICE.value, "reason": unsent}
            key = f"letter:{LetterKind.RECIPIENT_NOTICE}:{LIFTING}"
            fact = Fact(key=key, kind=EvidenceKind.LETTER_FAILED, at=order.at, facts=facts)
            self.register.record(order.request.case_id, fact)

    def _note(
        self, order: Order, code: str, key: str, answer: Answer, reason: str = "", about: str = ""
    ) -> None:
        facts: dict[str, Scalar] = {"recipient": code, "answer": answer.value, "round": order.number}
        facts |= {"reason": reason} if reason else {}
        facts |= {"about": about} if about else {}
        fact = Fact(key=key, kind=EvidenceKind.NOTIFIED, at=order.at, facts=facts)
        self.register.record(order.request.case_id, fact)

    def _concerned(self, order: Order, entries: Sequence[Entry]) -> frozenset[Category]:
        """Return of which kinds the data is that changed: all that is held, or what was corrected."""
        holdings = [h for h in self.register.holdings(order.request.case_id) if h.count]
        if order.request.right not in CORRECTING:
            return frozenset(h.category for h in holdings)
        answers = self.register.answers(order.request.case_id)
        by_hand = {answer.system for answer in answers if answer.found is Found.MANUAL_DONE}
        written = {Category(str(e.facts["category"])) for e in _corrected(entries)}
        return frozenset(written | {h.category for h in holdings if h.system in by_hand})

    def _recipient(self, code: str) -> Recipient | None:
        return next((one for one in self.company.recipients(Category) if one.code == code), None)

    def _written(self, order: Order, recipient: Recipient, about: str = "") -> Answer:
        if not recipient.email:
            return Answer.UNSENT
        request, letters = order.request, self.correspondence
        entries = self.register.evidence(request.case_id)
        told = {
            **letters.header(request),
            "recipient": recipient.name,
            "reference": address_of(self.vault, request.case_id) or request.case_id,
            "data": self._titles(order, recipient, entries),
            "lifted": about == LIFTING,
            "corrections": [f"{name}: {value}" for name, value in right_now(self.vault, entries, recipient)],
            "answer_by": local_day(request.regime, order.at + CHASE_AFTER),
        }
        letter = letters.letters.render(LetterKind.RECIPIENT_NOTICE, "en", told)
        # News of its own has a name of its own: a post office drops what it believes to have had already.
        name = f"{request.case_id}.recipient.{recipient.code}.{about or order.number}@{letters.domain}"
        try:
            letters.post.send(letter, to=recipient.email, message_id=name)
        except OperatorError as error:
            if not error.reason.startswith("recipient"):
                raise  # our own mail server refuses us: an operator mends it, then the notice goes
            return Answer.UNSENT
        return Answer.SENT

    def _titles(self, order: Order, recipient: Recipient, entries: Sequence[Entry]) -> list[str]:
        request = order.request
        about = sorted(self._concerned(order, entries) & recipient.categories)
        told = self.company.information(request.regime, about, request.received_on, "en")
        return [str(category["title"]) for category in told["categories"]]


def right_now(vault: Vault, entries: Sequence[Entry], recipient: Recipient) -> list[tuple[str, str]]:
    """Return what is right now, as far as this recipient was given data of that kind (Art. 19)."""
    done = {
        int(e.facts["correction"] or 0)
        for e in _corrected(entries)
        if e.facts["category"] in recipient.categories
    }
    wishes = open_wishes(vault, entries[0].case_id) if done else {}
    return [(wishes[number].attribute, wishes[number].value) for number in sorted(done)]


def _corrected(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield what was corrected of our own. Of a client's data we tell nobody but them (LAW PRC-03)."""
    return (entry for entry in own_of(entries) if entry.kind is EvidenceKind.CORRECTED)


def names(company: CompanyFacts, entries: Iterable[Entry], codes: Iterable[str] | None = None) -> list[str]:
    """Return who was told, or `codes` of them, by name: whoever asked learns it (Art. 19; LAW NOT-02)."""
    known = {one.code: one.name for one in company.recipients(Category)}
    return [known.get(code, code) for code in (sorted(ledger(entries)) if codes is None else codes)]
