"""How the tests speak of marks: what waits, who was told, when it was over."""

from collections.abc import Callable

from desk import restricting
from desk.tasks import tasks
from dsar.decision_kinds import RESTRICT
from dsar.tasks import Task
from tests.pretend_eraser import PretendEraser
from tests.workflow.conftest import House
from tests.workflow.erasures import WORDS, system
from tests.workflow.test_what_is_restricted_stays_so import DAY, decided, lifted

DPO = "dpo@larkfield.example"


async def restricted(house: House, crm: PretendEraser | None = None) -> tuple[str, PretendEraser]:
    """A restriction that stands in one system, after its case was closed."""
    crm = crm or system()
    house.add(crm)
    case = await house.open(right="restriction")
    await house.prove(case)
    await decided(house, case, RESTRICT, "18_1_a")
    return case, crm


async def ends(house: House, case: str) -> None:
    await restricting.end(house.desk, case, "accuracy_decided", by="dpo", reason=WORDS)


async def skip(house: House, case: str, days: int) -> None:
    handle = house.environment.client.get_workflow_handle(f"restriction/{case}")
    await house.environment.fast_forward(handle, days * DAY)


async def waits(house: House, reason: str) -> Task:
    """Wait until this is the one task: what went before it may end a moment after it has begun."""

    async def there() -> bool:
        return [reason] == [task.reason for task in tasks(house.desk)]

    await house.eventually(there, f"no task: {reason}")
    [task] = tasks(house.desk)
    return task


async def is_lifted(house: House, case: str) -> None:
    await house.eventually(lambda: lifted(house, case), "it was never lifted")


async def comes(house: House, fact: Callable[[], bool], otherwise: str) -> None:
    async def there() -> bool:
        return fact()

    await house.eventually(there, otherwise)


def told(house: House, what: str) -> list[str]:
    """Return who got a notice whose subject begins so, each as often as they did."""
    return [to for to, notice in house.post.notices if notice.subject.startswith(what)]
