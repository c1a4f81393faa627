"""The desk: what support staff and the DPO can do. The command line and the web console call these rooms."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from dsar.case import CASE_ID, Closing
from dsar.errors import InputError, TemporaryError
from dsar.ports import Calendars, CaseRecord, CompanyFacts, Register, Vault
from dsar.ports.arrivals import Arrivals
from dsar.ports.relay import RelayBook
from dsar.vocabulary import Role
from workflows.case import DsarCase

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The tools behind the counter. `client` connects when first needed."""

    client: Client
    register: Register
    vault: Vault
    company: CompanyFacts
    calendars: Calendars
    task_queue: str
    relays: RelayBook
    arrivals: Arrivals
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def case(self, case_id: str) -> CaseRecord:
        """Return a case of the register.

        Raises:
            InputError: the id is malformed or unknown.
        """
        if not CASE_ID.fullmatch(case_id):
            raise InputError(
                "case_malformed", "an id looks like case_0123456789abcdef0123; see `list`", field="case"
            )
        return self.register.case(case_id)

    def life(self, case_id: str) -> WorkflowHandle[DsarCase, object]:
        """Return the handle of the case's workflow. No call is made."""
        return self.client.get_workflow_handle(case_id, result_type=Closing)

    async def carry_out(self, run: Callable[..., Awaitable[R]], name: str, *asked: object) -> R:
        """Live a workflow of ours to its end under this id; one that is under way is joined.

        Raises:
            TemporaryError: Temporal cannot be reached; asking again is safe.
        """
        try:
            return await self.client.execute_workflow(
                run,
                args=asked,
                id=name,
                task_queue=self.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
        except (RPCError, RuntimeError):
            raise TemporaryError("temporal", "unreachable") from None

    def role(self, handle: str, wanted: Role) -> Role:
        """Return `wanted` if that staff handle has it, else the best role it has.

        Raises:
            InputError: nobody has this handle.
        """
        roles = self.company.role_of(handle)
        if not roles:
            raise InputError(
                "handle_unknown", "use a handle that policy/company.yaml lists under staff", field="by"
            )
        return wanted if wanted in roles else min(roles)
