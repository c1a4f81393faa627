"""The phrase book of what is asked or promised beside the story. The patiences are those of `steps.py`."""

from collections.abc import Callable
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.asking import Asking
    from activities.exempting import Exempting

from dsar.asked import AskOrder, Told
from dsar.case import RightsRequest, SystemAnswer
from dsar.decision_kinds import CLARIFY, EXTEND, FEE
from workflows.steps import A_CALL, OURS, R, order, ours


async def tell(asked: AskOrder) -> Told:
    """Send the letter of a decision that is carried out beside the story."""
    letters = {EXTEND: Asking.tell_extension, FEE: Asking.ask_fee, CLARIFY: Asking.ask_clarification}
    return await _ours(letters[asked.decision.kind], asked, f"{asked.decision.kind}:{asked.number}")


async def report_progress(asked: AskOrder) -> None:
    """Tell the person how far we have come."""
    await _ours(Asking.report_progress, asked, f"report-progress:{asked.number}")


async def note_silence(asked: AskOrder) -> None:
    """Write down that a question was not answered."""
    await _ours(Asking.note_silence, asked, f"note-silence:{asked.number}")


async def apply_exemption(request: RightsRequest, system: str, number: int) -> SystemAnswer:
    """Say what a system's answer is, now that something more or less of it is left out."""
    return await ours(
        Exempting.apply_exemption, order(request, system=system, number=number), f"apply-exemption:{number}"
    )


async def _ours(act: Callable[[Any, AskOrder], R], asked: AskOrder, name: str) -> R:
    return await workflow.execute_activity_method(
        act, asked, start_to_close_timeout=A_CALL, retry_policy=OURS, activity_id=name
    )
