"""The desk: what support staff and the DPO can do. The command line and the web console call these rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client, WorkflowHandle

from dsar.case import CASE_ID, Closing
from dsar.errors import InputError
from dsar.ports import Calendars, CaseRecord, CompanyFacts, Register, Vault
from dsar.vocabulary import Role
from workflows.case import DsarCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The tools behind the counter. `client` connects when first needed."""

    client: Client
    register: Register
    vault: Vault
    company: CompanyFacts
    calendars: Calendars
    task_queue: str
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
