"""What goes wrong in an erasure is found out, told, and settled by hand; nothing is erased twice."""

from datetime import timedelta

from dsar.decision_kinds import (
    ACCEPT_GAP,
    MANUAL_DONE,
    RETRY,
)
from dsar.deeds import Verdict
from dsar.erasure import plans_of
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Found, Outcome, Right, Status, Verb
from tests.people import ADA_EMAIL
from tests.pretend_eraser import EVERY
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import (
    WORDS,
    approve,
    approved,
    entries,
    settle,
    system,
    told,
)


async def test_a_system_that_says_done_and_still_holds_it_is_found_out(house: House) -> None:
    crm = house.add(system(idle=1))
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await settle(house, case, RETRY)
        await house.until(case, Status.CLOSED)
    verdicts = [e.facts["verdict"] for e in entries(house, case, EvidenceKind.CHECKED)]

    assert [Verdict.STILL_PRESENT, Verdict.VERIFIED] == verdicts
    assert ADA_EMAIL not in crm.rows
    assert Outcome.FULFILLED is house.register.case(case).outcome


async def test_a_system_that_cannot_erase_waits_for_a_hand(house: House) -> None:
    house.add(system(verbs=EVERY - {Verb.ERASE}))
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await settle(house, case, MANUAL_DONE)
        await house.until(case, Status.CLOSED)

    answers = house.register.answers(case)
    assert [Found.MANUAL_DONE] == [answer.found for answer in answers]
    assert "done and checked by a person" in told(house)


async def test_a_system_that_is_down_is_not_done_by_hand_before_a_plan_names_it(house: House) -> None:
    crm = house.add(system(trouble=[OperatorError("crm", "credentials_refused")]))
    async with house.worker():
        case = await house.open(right=Right.ERASURE.value)
        await house.prove(case)
        await house.until(case, Status.BY_HAND)
        with refused("not_planned"):
            await settle(house, case, MANUAL_DONE)
        await settle(house, case, RETRY)
        await house.until(case, Status.DECIDING)
        await approve(house, case)
        await house.skip(case, days=8)
        await house.until(case, Status.CLOSED)

    assert ADA_EMAIL not in crm.rows
    assert Outcome.FULFILLED is house.register.case(case).outcome


async def test_a_gap_that_was_accepted_is_printed_with_its_reason(house: House) -> None:
    refusal = OperatorError("crm", "credentials_refused")
    crm = house.add(system(trouble=[refusal], trouble_after=4))  # after find, plan, restrict and a look
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await settle(house, case, ACCEPT_GAP)
        await house.until(case, Status.CLOSED)

    assert ADA_EMAIL in crm.rows
    assert WORDS in told(house)


async def test_more_data_than_was_approved_needs_another_approval(house: House) -> None:
    crm = house.add(system())
    async with house.worker():
        case = await approved(house)
        crm.rows[ADA_EMAIL].append({"page": "/new"})
        await house.skip(case, days=8)
        await settle(house, case, RETRY)
        await approve(house, case)
        await house.until(case, Status.CLOSED)

    assert ADA_EMAIL not in crm.rows
    assert [2, 3] == [p.lines[0].count for p in plans_of(house.register.evidence(case))]


async def test_a_vendors_job_is_waited_for_and_looked_at_when_the_vendor_is_ready(house: House) -> None:
    house.add(system(takes=timedelta(days=4), jobs=3))
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await house.skip(case, days=5)
        await house.skip(case, days=5)
        await house.skip(case, days=5)
        await house.until(case, Status.CLOSED)

    [begun], [ended] = (entries(house, case, kind) for kind in (EvidenceKind.RECEIPT, EvidenceKind.JOB_ENDED))
    assert ended.at - begun.at >= timedelta(days=4)  # it stands on the day on which it ended
