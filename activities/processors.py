"""Writing to a processor that no machine of ours reaches, and writing again (Art. 28(3)(e); LAW PRC-05).

Who is asked about stands in the letter, or sealed beside it, and nowhere else. What the processor answers is
recorded by a person, as the end of a task.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from temporalio import activity

from activities._translate import translated
from activities.correspondence import Correspondence
from activities.proven import proved_identity
from activities.versions import open_wishes
from dsar.errors import OperatorError
from dsar.evidence import Entry
from dsar.hands import Mailbox, wanted_by_mail
from dsar.holdings import Card
from dsar.marks import NOT_TOLD, was_told
from dsar.orders import Order
from dsar.ports import CompanyFacts, Connector, Register, Vault
from dsar.processors import NO_IDENTIFIER, Asked, approved_by_hand, asked, asked_fact
from dsar.rectified import corrections_of
from dsar.regimes.catalogue import local_day
from dsar.stopping import STOPS
from dsar.tasks import deadline
from dsar.vocabulary import LetterKind, Verb


@dataclass(frozen=True, slots=True)
class Processors:
    """Tools for systems whose processor is written to."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    company: CompanyFacts
    correspondence: Correspondence

    @activity.defn(name="write-to-processor")
    @translated
    def write_to_processor(self, order: Order) -> datetime | None:
        """Write about the gap in `order.answers`, unless a letter about it waits for its answer still.

        Returns when to look again; None where nobody can be written to any more. A crash between sending and
        recording repeats the letter with the same Message-ID.

        Raises:
            OperatorError: `notice_not_sent`: nobody is asked to lift before the person was told (Art. 18(3)).
        """
        [gap] = order.answers
        verb = wanted_by_mail(gap.reason)
        card = self.connectors[gap.system].card if gap.system in self.connectors else None
        if verb is None or card is None or card.mail is None:
            return None
        if verb is Verb.LIFT and not was_told(self.register.evidence(order.request.case_id)):
            raise OperatorError(gap.system, NOT_TOLD)
        before = self._asked(order, gap.system, verb)
        if before.again_at is None or before.again_at <= order.at:
            self._write(order, card, card.mail, verb, before)
        return self._asked(order, gap.system, verb).again_at

    def _asked(self, order: Order, system: str, verb: Verb) -> Asked:
        return asked(self.register.evidence(order.request.case_id), system, verb)

    def _write(self, order: Order, card: Card, mail: Mailbox, verb: Verb, before: Asked) -> None:
        request, number = order.request, before.letters + 1
        on = local_day(request.regime, order.at)
        due_on = self.register.case(request.case_id).due_on
        answer_by = deadline(on, None if verb is Verb.LIFT else due_on, mail.term)  # it outlives the answer
        told = self._told(order, card, mail, verb, answer_by)
        if before.first_at:
            told["asked_on"] = local_day(request.regime, before.first_at)
        reason = self._posted(order, mail, told, f"processor.{card.name}.{number}")
        fact = asked_fact(card.name, verb, number, order.at, answer_by, reason)
        self.register.record(request.case_id, fact)

    def _told(self, order: Order, card: Card, mail: Mailbox, verb: Verb, answer_by: date) -> dict[str, Any]:
        entries = self.register.evidence(order.request.case_id)
        going, staying = self._data(order, card, verb, entries)
        return {
            **self.correspondence.header(order.request),
            "recipient": card.vendor,
            "verb": verb,
            "identifiers": self._identifiers(order, card),
            "seal_to": mail.seal_to,
            "data": going,
            "staying": staying,
            "corrections": self._corrections(order, card, entries) if verb is Verb.RECTIFY else (),
            "stops": self._stops(order, mail) if verb is Verb.SUPPRESS else (),
            "answer_by": answer_by,
        }

    def _posted(self, order: Order, mail: Mailbox, told: Mapping[str, Any], name: str) -> str:
        """Return an empty string, or the code of why it reached nobody."""
        if not told["identifiers"]:
            return NO_IDENTIFIER
        letters = self.correspondence
        letter = letters.letters.render(LetterKind.PROCESSOR_REQUEST, mail.locale, told)
        message_id = f"{order.request.case_id}.{name}@{letters.domain}"
        try:
            letters.post.send(letter, to=mail.address, message_id=message_id)
        except OperatorError as error:
            if not error.reason.startswith("recipient"):
                raise  # our own mail server refuses us: an operator mends it, then the letter goes
            return error.reason
        return ""

    def _identifiers(self, order: Order, card: Card) -> list[dict[str, str]]:
        """Return what was proved to be theirs, as far as this processor looks by it: each spelling once."""
        identity = proved_identity(self.register, self.vault, order.request)
        known = [(kind.value, value) for kind in sorted(card.finds_by) for value in identity.of(kind)]
        return [{"kind": kind, "value": value} for kind, value in known]

    def _data(
        self, order: Order, card: Card, verb: Verb, entries: Sequence[Entry]
    ) -> tuple[list[str], list[str]]:
        """Return what it is about, and what has to stay, as the settings of that system name it."""
        if verb is not Verb.ERASE:
            holdings = self.register.holdings(order.request.case_id)
            held = [h.collection for h in holdings if h.system == card.name and h.count]
            return [_plain(name) for name in held or [c.name for c in card.collections]], []
        lines = approved_by_hand(entries, card.name)
        if not lines:
            raise OperatorError(card.name, "plan_not_approved")
        going, staying = ([li for li in lines if li.stays is kept] for kept in (False, True))
        return [_plain(line.collection) for line in going], [_plain(line.collection) for line in staying]

    def _corrections(self, order: Order, card: Card, entries: Sequence[Entry]) -> list[str]:
        wishes = open_wishes(self.vault, order.request.case_id)
        accepted = corrections_of(entries, len(wishes)).accepted
        return [
            f"{wishes[number].attribute}: {wishes[number].value}"
            for number in accepted
            if wishes[number].looks_at(card.name)
        ]

    def _stops(self, order: Order, mail: Mailbox) -> list[str]:
        return list(self.company.stopping(STOPS[order.request.right], mail.locale)["stops"])


def _plain(name: str) -> str:
    """Return the name of a collection as a letter writes it."""
    return name.replace("_", " ")
