"""Proving identity: what is asked, how often, what arrived, what the person was told (Art. 12(6))."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import ProofGiven, ProofWanted, RightsRequest
    from dsar.clock_events import Event, EventKind
    from dsar.identity_policy import meets, need, next_proof
    from dsar.vocabulary import LetterKind, Proof
from workflows import proving_steps, steps
from workflows.state import ProvingState

REMIND_AFTER = timedelta(days=7)
REMINDERS = 3  # then the case is closed as not identified: four weeks of silence (LAW IDV-11, POLICY)

Until = Callable[[Callable[[], bool], timedelta | None], Awaitable[None]]
ByHand = Callable[[str], Awaitable[bool]]

# What asking for a proof, and its arrival, mean to the statutory clock (LAW CLK-11, CLK-12). An authority is
# not among it: that its arrival moves the start is guidance, no statute; the hard date stays (LAW CLK-13).
_ASKED = {Proof.DOCUMENT: EventKind.ID_REQUESTED}
_ARRIVED = {Proof.DOCUMENT: EventKind.ID_RECEIVED}


class Proving:
    """The proof of identity of one case. The desk's updates note facts here; only `settled` acts on them.

    `note` tells the clock; `by_hand` has a person reach somebody whom no letter reaches.
    """

    def __init__(
        self,
        request: RightsRequest,
        state: ProvingState,
        until: Until,
        note: Callable[[Event], None],
        by_hand: ByHand,
    ) -> None:
        self._request, self._state, self._until = request, state, until
        self._note, self._by_hand = note, by_hand
        self._need = need(request.right, request.regime, request.requester)

    def locks(self, wanted: ProofWanted) -> bool:
        """Whether this cannot be asked for, because too many wrong codes were tried."""
        return self._state.locked and wanted.method is Proof.CONTACT_POINT

    @property
    def proved(self) -> bool:
        """Whether what arrived is as much as this right needs here, from whoever asks."""
        return meets(self._state.proofs, self._need)

    @property
    def has_work(self) -> bool:
        """Whether something is to be sent or compared now."""
        state = self._state
        return self.wanted or self._state.locked > state.lock_told or bool(state.unreached)

    @property
    def wanted(self) -> bool:
        """Whether a letter was wanted since the last one went out."""
        return self._state.wanted > self._state.sent or bool(self._state.asks)

    def lock(self) -> None:
        """Note that too many wrong codes were tried."""
        self._state.locked = True

    def give(self, proof: ProofGiven) -> None:
        """Note a proof. Its arrival moves the clock only if it was asked for (LAW CLK-12)."""
        self._state.proofs += (proof,)
        if proof.method in self._state.asked_for:
            self._tell_the_clock(_ARRIVED, proof.method)
        if not self.proved and proof.method is Proof.AGENT_AUTHORITY:
            self._ask()

    def want(self, wanted: ProofWanted) -> int:
        """Want something asked for or compared; return the number of letters wanted so far."""
        self._state.by_post = False
        if wanted.method in {Proof.MATCH, Proof.DOCUMENT}:
            self._state.asks += (wanted,)
        else:
            self._ask()
        return self._state.wanted

    async def settled(self) -> bool:
        """Ask, remind, and wait. Returns whether identity was proved before our patience ended."""
        while not await self._arrives():
            if self._state.rounds > REMINDERS:
                return False
            self._state.rounds += 1
            self._state.waits_until = workflow.now() + REMIND_AFTER
            if not self._state.by_post:
                self._ask()
        return True

    def _ask(self) -> None:
        self._state.wanted += 1

    async def _arrives(self) -> bool:
        while (left := self._left()) > timedelta(0) and not self.proved:
            await self._work()
            await self._until(lambda: self.proved or self.has_work, left)
        return self.proved

    def _left(self) -> timedelta:
        limit = self._state.waits_until
        return limit - workflow.now() if limit else timedelta(0)

    async def _work(self) -> None:
        """Compare, ask, or tell the person, once, that codes are locked.

        What is due is noted before anything is awaited: a wish that arrives meanwhile is a new one.
        """
        state = self._state
        untold, state.lock_told = state.locked > state.lock_told, state.locked
        unsent, state.sent = state.wanted > state.sent, state.wanted
        asks, state.asks = state.asks, ()
        for wanted in asks:
            await self._carry_out(wanted)
        proof = next_proof(state.proofs, self._need)
        if untold:
            await steps.write(self._request, LetterKind.IDENTITY_LOCKED)
        elif unsent and not (state.locked and proof is Proof.CONTACT_POINT):
            await self._send(ProofWanted(method=proof), state.sent)
        if state.unreached:
            await self._reach()

    async def _carry_out(self, wanted: ProofWanted) -> None:
        if wanted.method is Proof.DOCUMENT:
            self._ask()
            self._state.sent += 1
            await self._send(wanted, self._state.wanted)
        elif await proving_steps.match_identity(self._request, wanted):
            points = max(self._need.points, 2)
            self.give(ProofGiven(method=Proof.MATCH, by=wanted.by, points=points, declared=wanted.declared))

    async def _send(self, wanted: ProofWanted, number: int) -> None:
        posted = await proving_steps.ask_for_proof(self._request, wanted, number)
        self._state.unreached = "" if posted.ok else posted.reason
        if posted.ok and wanted.method not in self._state.asked_for:
            self._state.asked_for += (wanted.method,)
            self._tell_the_clock(_ASKED, wanted.method)

    async def _reach(self) -> None:
        """Have a person reach whom the letter did not: by a corrected address, or by post."""
        again = await self._by_hand(self._state.unreached)
        self._state.unreached = ""
        self._state.by_post = not again
        if again and not self.wanted:
            self._ask()

    def _tell_the_clock(self, kinds: dict[Proof, EventKind], method: Proof) -> None:
        if method in kinds:
            self._note(Event(kind=kinds[method], at=workflow.now(), doubt=method is Proof.DOCUMENT))
