"""Posting: a letter that the mail server refuses is carried by hand, and never lost."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.orders import Posted
    from dsar.systems import POST
    from dsar.vocabulary import Outcome
from workflows import steps
from workflows.deciding import Deciding
from workflows.waiting import Ended

if TYPE_CHECKING:
    from workflows.case import DsarCase

OWED = frozenset({Outcome.REFUSED, Outcome.NOTHING_HELD})


async def posted(case: "DsarCase", send: Callable[[int], Awaitable[Posted]], first: int = 1) -> int:
    """Send the letter of that number; if the address is refused, a person mends it or hands it over.

    Returns the number that is free for the next one.
    """
    number = first
    while not (sent := await send(number)).ok:
        number += 1
        if not await case.by_hand(POST, sent.reason):
            return number
    return number + 1


async def told(case: "DsarCase", deciding: Deciding, ended: Ended) -> None:
    """Tell the person how it ended, where they are owed that. A letter that goes nowhere keeps it open."""
    if ended.outcome in OWED:
        deciding.offer_nothing()
        case.begin_to_answer()
        decision = ended.decision
        await posted(case, lambda number: steps.send_outcome(case.request, ended.outcome, decision, number))
