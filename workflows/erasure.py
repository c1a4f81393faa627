"""Erasure (Art. 17; Cal. Civ. Code 1798.105): planned, approved, restricted, done, and looked at again.

The dry run is the plan. Nothing is touched that the approved plan does not name, and what must stay is kept
restricted, with its reason and its end told to the person.
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from dsar.case import SystemAnswer
    from dsar.decision_kinds import APPROVE_PLAN, CONFIRM_REQUEST, ERASURE, PLAN_AGAIN
    from dsar.erasure import Line, Plan
    from dsar.orders import RetainedOrder
    from dsar.systems import gap
    from dsar.vocabulary import LetterKind, Outcome, Right, Status
from workflows import deed_steps, recipients, residue, steps
from workflows.attended import attended
from workflows.going import Going
from workflows.lifting import lifted
from workflows.posting import posted
from workflows.waiting import Ended

if TYPE_CHECKING:
    from workflows.case import DsarCase

REMIND_AFTER = timedelta(days=7)


async def erase(case: "DsarCase") -> Outcome:
    """Erase what may go. Until the deed begins the person may take it back: what was restricted is freed."""
    if not case.answering.begun:
        await _confirmed(case)
        await _prepared(case)
    await case.once("gone", lambda: _all_gone(case))
    return await _told(case)


async def _prepared(case: "DsarCase") -> None:
    try:
        if not case.erasing.approved:
            await _approved(case, ERASURE)
        await _restricted(case)
        await _reconsidered(case)
        case.begin_to_answer()
    except Ended:
        await _freed(case)
        raise


async def _confirmed(case: "DsarCase") -> None:
    """Wait for the second step of a Californian request, and remind (11 CCR 7020(d); LAW CAL-05)."""
    if case.request.right is not Right.DELETE or case.erasing.confirmed:
        return
    reminding = attended(_reminded(case))
    try:
        await case.concluded(CONFIRM_REQUEST, status=Status.CONFIRMING)
    finally:
        reminding.cancel()
    case.erasing.confirmed = True


async def _reminded(case: "DsarCase") -> None:
    state = case.erasing
    while True:
        if state.remind_at and state.remind_at > workflow.now():
            await workflow.sleep(state.remind_at - workflow.now())
        with case.under_way():
            state.reminders += 1
            await deed_steps.ask_to_confirm(case.request, state.reminders)
            state.remind_at = workflow.now() + REMIND_AFTER


async def _approved(case: "DsarCase", offered: tuple[str, ...]) -> None:
    """Plan until the DPO approves. A request for a copy by the same person ends first (LAW ERA-13)."""
    state = case.erasing
    if not state.put:
        await _disclosed(case)
        await case.settle_gaps()  # what a person finds by hand, or mends, belongs into the plan
    decided = PLAN_AGAIN
    while decided != APPROVE_PLAN:
        plan = await _put(case, case.systems.holding)
        decided = (await case.concluded(*offered, plan=plan.digest)).kind
        state.put = False
    state.approved = True


async def _disclosed(case: "DsarCase") -> None:
    case.erasing.asked += 1
    waiting = asyncio.create_task(deed_steps.await_disclosure(case.request, case.erasing.asked))
    try:
        await case.until(waiting.done)
        await waiting
    finally:
        waiting.cancel()


async def _put(case: "DsarCase", systems: Iterable[str]) -> Plan:
    """Return the plan that the DPO is to approve. The one that waits since an earlier history stays the same:
    whoever reads it approves what they read.
    """
    state = case.erasing
    if state.plan is None or not state.put:
        state.plan = await _planned(case, systems)
        state.put = True
    return state.plan


async def _planned(case: "DsarCase", systems: Iterable[str]) -> Plan:
    """Have each system say what it would erase. One that cannot say waits for a hand."""
    todo, lines = tuple(systems), dict[str, tuple[Line, ...]]()
    case.erasing.plans += 1
    number = case.erasing.plans
    while todo:
        case.stand(Status.DISCOVERING)
        made = await asyncio.gather(*(_lines(case, system, number) for system in todo))
        lines |= {
            s: found for s, found in zip(todo, made, strict=True) if not isinstance(found, SystemAnswer)
        }
        case.hear(*(answer for answer in made if isinstance(answer, SystemAnswer)))
        await case.settle_gaps()
        todo = tuple(s for s in todo if s not in lines and s in case.systems.holding)
    standing = [system for system in lines if system in case.systems.holding]  # one may be in doubt since
    plan = Plan(number=number, lines=tuple(line for system in standing for line in lines[system]))
    await deed_steps.record_plan(case.request, plan)
    return plan


async def _lines(case: "DsarCase", system: str, number: int) -> tuple[Line, ...] | SystemAnswer:
    try:
        return await deed_steps.plan(case.request, system, number)
    except ActivityError as error:
        return gap(system, steps.reason_of(error))


def _collections(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return what each system's lines are about: what goes and what stays are restricted alike."""
    systems = dict.fromkeys(line.system for line in plan.lines)
    return {system: tuple(line.collection for _, line in plan.of(system)) for system in systems}


async def _restricted(case: "DsarCase") -> None:
    """Restrict at once, wherever the system can: from now on nobody uses what is about to go."""
    plan = case.erasing.plan
    if case.erasing.restricted or plan is None:
        return
    case.erasing.restricted = True
    restricting = (
        deed_steps.restrict(case.request, system, plan.number, collections)
        for system, collections in _collections(plan).items()
    )
    await asyncio.gather(*restricting, return_exceptions=True)  # one that cannot is erased all the same


async def _reconsidered(case: "DsarCase") -> None:
    """Give the person time to take it back, but never so much that the answer would be late."""
    state = case.erasing
    if state.reconsider_until is None:
        state.reconsider_until = await deed_steps.grant_grace(case.request)
    case.stand(Status.GRACE)
    while (left := state.reconsider_until - workflow.now()) > timedelta(0):
        await case.until(lambda: False, left)
    await _disclosed(case)


async def _freed(case: "DsarCase") -> None:
    """Lift what was restricted, after the person was told that the request is over."""
    plan = case.erasing.plan
    if not case.erasing.restricted or plan is None:
        return
    await steps.write(case.request, LetterKind.WITHDRAWN)
    await lifted(case.request, _collections(plan), plan.number)


async def _all_gone(case: "DsarCase") -> None:
    """Erase and look again; settle by hand what no machine could do. What is tried again is planned again,
    while other systems are still at it.
    """
    state, going = case.erasing, Going(case)
    if not state.carried_out and state.plan:
        state.carried_out = (state.plan,)
    if not state.failed:
        going.begin(state.carried_out[-1])
    while await going.has_failed():
        await case.settle_gaps()
        settled = state.failed
        again = [system for system in settled if system in case.systems.holding]
        if again:
            state.carried_out += (await _planned_again(case, again),)
        state.failed = tuple(system for system in state.failed if system not in settled)
        if again or going.at_work:
            case.begin_to_answer()
        if again:
            going.begin(state.carried_out[-1])


async def _told(case: "DsarCase") -> Outcome:
    """Look for what is left elsewhere, remember whom we forgot, tell the person, keep what must stay."""
    plans = case.erasing.carried_out
    if not any(plan.lines for plan in plans):
        return Outcome.NOTHING_HELD
    systems = [system for plan in plans for system in plan.systems]
    await case.once("looked", lambda: residue.settled(case, systems))
    await case.once("suppressed", lambda: deed_steps.suppress(case.request, plans[0].number))
    recipients_told = await recipients.notified(case)
    await case.once(
        "told", lambda: posted(case, lambda number: deed_steps.tell_erasure(case.request, number))
    )
    await recipients.settled(case, recipients_told)
    kept = tuple(line for plan in plans for line in plan.lines if line.stays)
    if not kept:
        return Outcome.FULFILLED
    await deed_steps.keep(RetainedOrder(request=case.request, number=case.erasing.plans + 1, lines=kept))
    return Outcome.PARTLY_FULFILLED


async def _planned_again(case: "DsarCase", systems: list[str]) -> Plan:
    """Plan the systems that are tried again. What nobody approved yet is put to the DPO."""
    state = case.erasing
    plan = await _put(case, systems)
    while not any(plan.within(other) for other in state.carried_out):
        decision = await case.concluded(APPROVE_PLAN, PLAN_AGAIN, plan=plan.digest)
        state.put = False
        if decision.kind == APPROVE_PLAN:
            break
        plan = await _put(case, systems)
    state.put = False
    return plan
