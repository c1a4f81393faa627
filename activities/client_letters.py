"""Telling a client what became of their instruction: collections and counts of their own data (PRC-03)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from activities.correspondence import Correspondence
from activities.handing_over import exported
from activities.versions import open_before
from dsar.clients import Client
from dsar.deeds import Verdict
from dsar.erasure import ending_of, plans_of
from dsar.errors import OperatorError
from dsar.evidence import Entry, EvidenceKind, Scalar
from dsar.instructions import To, by_hand_in, key_of, unfinished
from dsar.notices import Done, HandedOver, Notices, Righted
from dsar.orders import Order
from dsar.ports import Notice, Register, Vault
from dsar.receipts import verdicts_of
from dsar.rectified import instructed_corrections
from dsar.transfers import handed_key
from dsar.vocabulary import Found, Verb

_Line = tuple[str, str, str, int]  # system, collection, field, records


@dataclass(frozen=True, slots=True)
class ClientLetters:
    """Writes the one letter that ends an instruction, from what the evidence says was done."""

    register: Register
    vault: Vault
    notices: Notices
    correspondence: Correspondence

    def tell(self, order: Order, client: Client) -> str:
        """Tell the client. Returns why it reached nobody, or nothing if it did."""
        letters, entries = self.correspondence, self.register.evidence(order.request.case_id)
        name = f"{order.request.case_id}.instructed.{client.system}.{order.number}@{letters.domain}"
        try:
            letters.post.notify(self._notice(order, client, entries), to=client.email, message_id=name)
        except OperatorError as error:
            if not error.reason.startswith("recipient"):
                raise  # our own mail server refuses us: an operator mends it, then the notice goes
            return error.reason
        return ""

    def _notice(self, order: Order, client: Client, entries: Sequence[Entry]) -> Notice:
        match To(str(self._given(order)["to"])):
            case To.HAND_OVER:
                return self.notices.handed_over(order.request, client, self._handed(order, entries))
            case To.CORRECT:
                return self.notices.righted(order.request, client, self._righted(order, entries))
            case _:
                return self.notices.instructed(order.request, client, self._done(order, entries))

    def _given(self, order: Order) -> Mapping[str, Scalar]:
        key = key_of(order.system, order.number)
        return next(e.facts for e in self.register.evidence(order.request.case_id) if e.key == key)

    def _said(self, order: Order) -> tuple[str, date]:
        """Return who gave an instruction, under which reference, and on which day."""
        given = self._given(order)
        words = self.vault.get(order.request.case_id, str(given["words"])).decode()
        return words, date.fromisoformat(str(given["on"]))

    def _done(self, order: Order, entries: Sequence[Entry]) -> Done:
        """Say what an instruction came to, however often it was begun. A later plan of a collection takes the
        place of an earlier one; what the newest one does not name any more is gone.
        """
        by_hand, verdicts = by_hand_in(entries, order.system), verdicts_of(entries, Verb.ERASE)
        plans = plans_of(unfinished(entries, order.system), order.system)
        latest = {(line.system, line.collection): line for plan in plans for line in plan.lines}
        asked = {(line.system, line.collection) for line in plans[-1].lines}
        lines = []
        for held, line in latest.items():
            verdict = verdicts.get(held) if held in asked else Verdict.VERIFIED
            found = Found.MANUAL_DONE if line.system in by_hand else Found.FOUND
            lines.append((line, ending_of(line, found, verdict)))
        words, on = self._said(order)
        left_to_tell = by_hand - {line.system for line, _ in lines}
        return Done(words=words, on=on, lines=tuple(lines), by_hand=tuple(sorted(left_to_tell)))

    def _handed(self, order: Order, entries: Sequence[Entry]) -> HandedOver:
        client, number = order.system, order.number
        words, on = self._said(order)
        sent = [e.facts for e in entries if e.key == handed_key(client, number)]
        return HandedOver(
            words=words,
            on=on,
            lines=tuple((*held, n) for held, n in exported(tuple(entries), client, number).items()),
            by_hand=tuple(sorted(by_hand_in(entries, client))),
            host=str(sent[0]["host"]) if sent else "",
            sha256=str(sent[0]["sha256"]) if sent else "",
        )

    def _righted(self, order: Order, entries: Sequence[Entry]) -> Righted:
        """Say what was read again as it should be, however often the instruction was begun, and what was
        right before anybody wrote there.
        """
        client, (words, on) = order.system, self._said(order)
        written = {line[:3]: line for line in self._written(order, entries)}
        return Righted(
            words=words,
            on=on,
            lines=tuple(written.values()),
            already=tuple(line for line in self._already(order, entries) if line[:3] not in written),
            by_hand=tuple(sorted(by_hand_in(entries, client))),
        )

    def _written(self, order: Order, entries: Sequence[Entry]) -> Iterator[_Line]:
        for entry in unfinished(entries, order.system):
            told = entry.facts
            if entry.kind is EvidenceKind.CORRECTED and told.get("client") == order.system:
                system, number, place = str(told["system"]), int(told["plan"] or 0), int(told["place"] or 0)
                yield (
                    system,
                    str(told["collection"]),
                    self._field(order, system, number, place),
                    int(told["rows"] or 0),
                )

    def _already(self, order: Order, entries: Sequence[Entry]) -> Iterator[_Line]:
        for one in instructed_corrections(entries, 0, order.system, order.number).places:
            if one.right and not one.rows:
                field = self._field(order, one.system, order.number, one.place)
                yield one.system, one.collection, field, one.right

    def _field(self, order: Order, system: str, number: int, place: int) -> str:
        """Return the name of a field, as its system spells it."""
        stood = open_before(self.vault, order.request.case_id, system, number, order.system)
        return stood[place].attribute
