"""The sandbox of the story: the entry of each workflow runs inside it, at what a case can afford.

The SDK's sandbox imports a workflow's modules anew for every case, and asks three times for every payload,
by running a line of source inside the sandbox, whose payload it is. Both together were a third of a worker's
time. So only the module that defines a workflow is imported anew; what it leans on in `workflows/` is shared,
and `tests/house/test_stories.py` holds those modules to what the sandbox would enforce. And whose payload it
is never depends on the payload: everything that a case sends belongs to that case.
"""

import ast
import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import SerializationContext, StorageDriverStoreContext, WorkflowSerializationContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

_STORIES = Path(__file__).parent / "workflows"


def stories() -> Iterator[tuple[str, bool]]:
    """Yield each module of `workflows/`, and whether it defines a workflow."""
    for path in sorted(_STORIES.glob("*.py")):
        if path.stem != "__init__":
            classes = (n for n in ast.parse(path.read_text()).body if isinstance(n, ast.ClassDef))
            told = any(ast.unparse(d).startswith("workflow.defn") for c in classes for d in c.decorator_list)
            yield f"workflows.{path.stem}", told


class _OfOneCase(WorkflowInstance):
    """A running workflow all of whose payloads belong to its own case."""

    def __init__(self, inner: WorkflowInstance, info: Info) -> None:
        self._inner = inner
        self._context = WorkflowSerializationContext(namespace=info.namespace, workflow_id=info.workflow_id)
        self._store = StorageDriverStoreContext(target=None)  # nothing of ours is stored outside

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """See base class."""
        return self._inner.activate(act)

    def get_serialization_context(self, command_info: object) -> SerializationContext:  # noqa: ARG002  # as the base
        """Return the case, whatever the command."""
        return self._context

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:  # noqa: ARG002  # as the base
        """Return nowhere."""
        return self._store

    def get_info(self) -> Info:
        """See base class."""
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        """See base class."""
        return self._inner.get_thread_id()


@dataclasses.dataclass(frozen=True)
class CaseRunner(SandboxedWorkflowRunner):
    """The SDK's sandbox, for workflows whose payloads all belong to one case."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """See base class."""
        return _OfOneCase(super().create_instance(det), det.info)


@cache
def _shared() -> tuple[str, ...]:
    return tuple(name for name, told in stories() if not told)


def runner() -> CaseRunner:
    """Return the runner for worker and replayer."""
    passed = SandboxRestrictions.default.with_passthrough_modules(
        "dsar", "activities", "structlog", *_shared()
    )
    return CaseRunner(restrictions=passed)
