"""The phrase book of instructions. The patiences are those of `steps.py`."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.handing_over import HandingOver
    from activities.instructing import Instructing

from dsar.case import SystemAnswer
from dsar.erasure import Line, Plan
from dsar.instructions import Instruction
from dsar.orders import DeedOrder, PlanOrder
from workflows.steps import A_BIG_EXPORT, A_SEARCH, order, ours, theirs


def deed(given: Instruction, system: str) -> DeedOrder:
    """Return what one system is asked to do on an instruction."""
    return DeedOrder(
        request=given.request, at=workflow.now(), system=system, number=given.number, client=given.client
    )


async def scope(given: Instruction) -> tuple[str, ...]:
    """Return the systems in which data of this client may be."""
    return await ours(Instructing.list_scope, given, f"list-scope:{given.client}:{given.number}")


async def plan(asked: DeedOrder) -> tuple[Line, ...]:
    """Have one system say what erasing would touch. Raises `ActivityError` if it cannot."""
    return await theirs(
        Instructing.plan_instruction, asked, f"plan-instruction:{asked.system}:{asked.name}", A_SEARCH
    )


async def record(given: Instruction, made: Plan) -> None:
    """Write down what the instruction comes to."""
    await ours(
        Instructing.record_instruction,
        PlanOrder(request=given.request, at=workflow.now(), plan=made),
        f"record-instruction:{given.client}:{given.number}",
    )


async def freeze(given: Instruction) -> None:
    """Freeze who the instruction is about."""
    await ours(
        HandingOver.freeze_instruction,
        order(given.request, system=given.client, number=given.number),
        f"freeze-instruction:{given.client}:{given.number}",
    )


async def export(asked: DeedOrder) -> int:
    """Seal what one system holds for the client. Raises `ActivityError` if it cannot."""
    name = f"export-instruction:{asked.system}:{asked.name}"
    return await theirs(HandingOver.export_instruction, asked, name, A_BIG_EXPORT)


async def send(given: Instruction) -> bool:
    """Send it to the client's own host. Raises `ActivityError` if it cannot be sent."""
    return await theirs(
        HandingOver.send_instruction,
        order(given.request, system=given.client, number=given.number),
        f"send-instruction:{given.client}:{given.number}",
        A_BIG_EXPORT,
    )


async def report(given: Instruction, left: tuple[SystemAnswer, ...]) -> tuple[SystemAnswer, ...]:
    """Tell the client, or write down what waits for a hand. Returns what is left."""
    return await ours(
        Instructing.report_instruction,
        order(given.request, system=given.client, number=given.number, answers=left),
        f"report-instruction:{given.client}:{given.number}",
    )
