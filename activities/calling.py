"""Asking recipients by machine to do as we did, and whether they have done it (Art. 19; LAW NOT-01)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.proven import proved_identity
from activities.recipients import right_now
from dsar.errors import OperatorError, TemporaryError
from dsar.evidence import Entry, EvidenceKind, Fact
from dsar.opendsr import Endpoint, request_body, request_id, system_of
from dsar.orders import Order
from dsar.ports import CompanyFacts, Messenger, Register, Vault
from dsar.recipients import ANSWERS, CHASE_AFTER, Answer, Recipient, ledger
from dsar.regimes.catalogue import local_day
from dsar.vocabulary import Category

ASK_EVERY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Calling:
    """Tools for requests to recipients. `order.system` is the recipient's code."""

    register: Register
    vault: Vault
    company: CompanyFacts
    messenger: Messenger

    @activity.defn(name="call-recipient")
    @translated
    async def call_recipient(self, order: Order) -> None:
        """Hand a request over to one recipient, once, with the identifiers by which they know the person.

        Raises:
            OperatorError: `not_callable`: the endpoint was taken out of the facts meanwhile;
                `nobody_known_there`; or as `Messenger.post`.
        """
        recipient, endpoint = self._callable(order)
        entries = await asyncio.to_thread(self.register.evidence, order.request.case_id)
        if any(entry.key == _key("called", order) for entry in entries):
            return
        body = await asyncio.to_thread(self._body, order, recipient, endpoint, entries)
        async with beating(lambda: order.number):
            await self.messenger.post(order.system, endpoint, body)
        await asyncio.to_thread(self._note, order, "called", Answer.SENT)

    @activity.defn(name="ask-recipient")
    @translated
    async def ask_recipient(self, order: Order) -> Answer:
        """Return what one recipient says became of the request; asked again until it has ended there.

        Raises:
            TemporaryError: `not_done_yet`: it costs neither a worker nor a line of history.
            OperatorError: as `call_recipient`.
        """
        _, endpoint = self._callable(order)
        case_id = order.request.case_id
        async with beating(lambda: order.number):
            progress = await self.messenger.progress(
                order.system, endpoint, request_id(case_id, order.system)
            )
        answer = ANSWERS.get(progress)
        if answer is None:
            raise TemporaryError(system_of(order.system), "not_done_yet", after=ASK_EVERY)
        # Weeks may have gone by since it was ordered: they said so today.
        today = replace(order, at=activity.info().current_attempt_scheduled_time)
        await asyncio.to_thread(self._note, today, "answered", answer)
        return ledger(await asyncio.to_thread(self.register.evidence, case_id))[order.system].answer

    def _callable(self, order: Order) -> tuple[Recipient, Endpoint]:
        found = [one for one in self.company.recipients(Category) if one.code == order.system]
        endpoint = found[0].called_for(order.request.right) if found else None
        if endpoint is None:
            raise OperatorError(system_of(order.system), "not_callable")
        return found[0], endpoint

    def _body(
        self, order: Order, recipient: Recipient, endpoint: Endpoint, entries: Sequence[Entry]
    ) -> dict[str, Any]:
        request = order.request
        return request_body(
            request,
            recipient.code,
            endpoint,
            proved_identity(self.register, self.vault, request),
            due_on=local_day(request.regime, order.at + CHASE_AFTER),
            corrections=right_now(self.vault, entries, recipient),
        )

    def _note(self, order: Order, what: str, answer: Answer) -> None:
        case_id, code = order.request.case_id, order.system
        facts = {"recipient": code, "answer": answer.value, "request": request_id(case_id, code)}
        kind = EvidenceKind.NOTIFIED
        fact = Fact(key=_key(what, order), kind=kind, at=order.at, facts=facts)
        self.register.record(case_id, fact)


def _key(what: str, order: Order) -> str:
    return f"{what}:{order.system}"
