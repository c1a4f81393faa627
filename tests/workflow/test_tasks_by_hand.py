"""Tasks by hand: listed with an owner and a deadline, chased, and ended with a proof (issue 4, line 8)."""

from datetime import timedelta

from desk.tasks import Shown, settle, take, tasks
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.tasks import PATIENCE
from dsar.vocabulary import Found, Outcome, Right, Status
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.test_no_system_is_left_unknown import HELD, WHY, found, proved

OBJECTS = Right.MARKETING_OBJECTION.value
SHOT = b"\x89PNG a screenshot of the console"


async def waiting(house: House) -> str:
    """An access case of which one system is broken."""
    house.add(PretendSystem("crm", rows=HELD, trouble=[OperatorError("crm", "credentials_refused")]))
    case = await proved(house)
    await house.until(case, Status.BY_HAND)
    await house.eventually(lambda: is_listed(house, case), "no task")
    return case


async def is_listed(house: House, case: str) -> bool:
    return bool(house.register.unsettled()) and any(
        e.key == "waiting:1" for e in house.register.evidence(case)
    )


async def test_a_task_has_an_owner_and_a_deadline_and_somebody_can_take_it(house: House) -> None:
    async with house.worker():
        case = await waiting(house)
        [first] = tasks(house.desk)
        take(house.desk, case, "crm", by="support-1")
        [mine] = tasks(house.desk, owner="support-1")
        with refused("no_such_task"):
            take(house.desk, case, "mail", by="support-1")
        await settle(house.desk, case, "crm", "done", by="support-1", note=WHY, shown=Shown(proof=SHOT))
        await house.until(case, Status.DECIDING)

    assert ("crm", "credentials_refused", "support") == (first.system, first.reason, first.owner)
    assert first.since_on + PATIENCE == first.deadline_on
    assert (first.system, "support-1") == (mine.system, mine.owner)
    assert () == tasks(house.desk)


async def test_a_proof_is_sealed_and_only_its_name_is_evidence(house: House) -> None:
    async with house.worker():
        case = await waiting(house)
        await settle(house.desk, case, "crm", "done", by="support-1", note=WHY, shown=Shown(proof=SHOT))
        await house.until(case, Status.DECIDING)

    [decided] = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.DECIDED]
    assert SHOT == house.vault.get(case, str(decided["proof"]))
    assert {"crm": Found.MANUAL_DONE} == found(house, case)


async def test_nothing_found_by_hand_is_an_answer_and_an_exception_is_the_dpo_s(house: House) -> None:
    async with house.worker():
        case = await waiting(house)
        with refused("role_refused"):
            await settle(house.desk, case, "crm", "exception", by="support-1", note=WHY)
        with refused("reason_missing"):
            await settle(house.desk, case, "crm", "not-found", by="support-1", note="no")
        with refused("outcome_unknown"):
            await settle(house.desk, case, "crm", "later", by="support-1", note=WHY)
        await settle(house.desk, case, "crm", "not-found", by="support-1", note=WHY)
        await house.until(case, Status.DECIDING)

    assert {"crm": Found.NOTHING_HELD} == found(house, case)


async def test_a_task_that_lies_about_climbs_from_owner_to_dpo(house: House) -> None:
    """Also where no search was made: a stop that only a person can carry out."""
    house.add(PretendSystem("crm"))
    async with house.worker():
        case = await house.open(right=OBJECTS)
        await house.until(case, Status.BY_HAND)
        await house.days(case, 3 * PATIENCE.days + 5)
        await settle(house.desk, case, "crm", "done", by="support-1", note=WHY)
        closing = await house.life(case).result()

    told = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.NOTICE_SENT]
    of_tasks = {f["milestone"]: f["sent"] for f in told if str(f["milestone"]).startswith("task")}
    assert {"task": 1, "task_late": 2, "task_stuck": 3} == of_tasks
    assert Outcome.FULFILLED is closing.outcome
    assert timedelta(days=5) == PATIENCE
