"""The phrase book of instructions. The patiences are those of `steps.py`."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.instructing import Instructing

from dsar.case import SystemAnswer
from dsar.erasure import Line, Plan
from dsar.instructions import Instruction
from dsar.orders import DeedOrder, PlanOrder
from workflows.steps import A_SEARCH, order, ours, theirs


async def scope(given: Instruction) -> tuple[str, ...]:
    """Return the systems in which data of this client may be."""
    return await ours(Instructing.list_scope, given, f"list-scope:{given.client}:{given.number}")


async def plan(deed: DeedOrder) -> tuple[Line, ...]:
    """Have one system say what erasing would touch. Raises `ActivityError` if it cannot."""
    return await theirs(
        Instructing.plan_instruction, deed, f"plan-instruction:{deed.system}:{deed.name}", A_SEARCH
    )


async def record(given: Instruction, made: Plan) -> None:
    """Write down what the instruction comes to."""
    await ours(
        Instructing.record_instruction,
        PlanOrder(request=given.request, at=workflow.now(), plan=made),
        f"record-instruction:{given.client}:{given.number}",
    )


async def report(given: Instruction, left: tuple[SystemAnswer, ...]) -> tuple[SystemAnswer, ...]:
    """Tell the client, or write down what waits for a hand. Returns what is left."""
    return await ours(
        Instructing.report_instruction,
        order(given.request, system=given.client, number=given.number, answers=left),
        f"report-instruction:{given.client}:{given.number}",
    )
