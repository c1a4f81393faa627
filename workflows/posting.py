"""Posting: a letter that the mail server refuses is carried by hand, and never lost."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.orders import Posted
    from dsar.systems import POST
    from dsar.vocabulary import Outcome
from workflows import steps
from workflows.waiting import Ended

if TYPE_CHECKING:
    from workflows.case import DsarCase

OWED = frozenset({Outcome.REFUSED, Outcome.NOTHING_HELD})


async def posted(case: "DsarCase", send: Callable[[int], Awaitable[Posted]], first: int = 1) -> int:
    """Send the letter of that number; if the address is refused, a person mends it or hands it over.

    Returns the number that is free for the next one.
    """
    answer = case.answering
    number = answer.posting or first
    again = await case.mended(POST) if answer.posting else True  # it waits since an earlier history
    while again:
        sent, number = await send(number), number + 1
        answer.posting = 0 if sent.ok else number
        again = not sent.ok and await case.by_hand(POST, sent.reason)
    answer.posting = 0
    return number


async def told(case: "DsarCase", ended: Ended) -> None:
    """Tell the person how it ended, where they are owed that. A letter that goes nowhere keeps it open."""
    if ended.outcome in OWED:
        case.begin_to_answer()
        decision = ended.decision
        await posted(case, lambda number: steps.send_outcome(case.request, ended.outcome, decision, number))
