"""Identifying: what the desk says of a person's proof while the case still asks for one."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.case import ProofGiven, ProofWanted
    from dsar.vocabulary import Status
from workflows.proving import Proving
from workflows.refusals import refuse_unless
from workflows.reviewing import Reviewing


class Identifying(Reviewing):
    """The part of a case that hears of proofs."""

    _proving: Proving

    @workflow.update(name="prove-identity")
    def prove_identity(self, proof: ProofGiven) -> Status:
        """Note a proof that the register has recorded."""
        self._proving.give(proof)
        return self._state.status

    @workflow.update(name="note-lock")
    def note_lock(self) -> Status:
        """Note that too many wrong codes were tried."""
        self._proving.lock()
        return self._state.status

    @workflow.update(name="ask-again")
    def ask_again(self, wanted: ProofWanted) -> int:
        """Have a proof asked for again, a document asked for, or data points compared."""
        return self._proving.want(wanted)

    @prove_identity.validator
    def _proof_is_wanted(self, proof: ProofGiven) -> None:  # noqa: ARG002  # a validator takes what its update takes
        refuse_unless(self._identifying, "proof_not_wanted")

    @ask_again.validator
    def _asking_makes_sense(self, wanted: ProofWanted) -> None:
        refuse_unless(self._identifying, "proof_not_wanted")
        refuse_unless(not self._proving.locks(wanted), "code_locked")

    @property
    def _identifying(self) -> bool:
        return not (self._proving.proved or self._waiting.over or self._state.status is Status.CLOSED)
