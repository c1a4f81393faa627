"""How the tests speak of copies that a person makes by hand: handed in, reviewed by two people, released."""

from collections.abc import Mapping
from pathlib import Path

from connectors import manual
from desk import cases, redacting, reviewing
from desk.copies import Copy
from desk.tasks import Shown, settle, tasks
from dsar.decision_kinds import RELEASE
from dsar.errors import OperatorError
from dsar.holdings import Collection
from dsar.vocabulary import Category, Status
from tests.contract.connectors.systems.manual import SETTINGS
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House
from tests.workflow.test_no_system_is_left_unknown import HELD, WHY, by_dpo

EVE = "Eve Brandt"
SCAN = f"%PDF-1.7 three contracts, one of them with {EVE}".encode()
CONTRACTS = Collection(name="contracts", category=Category.TRANSACTION)


def furnished(house: House, **collections: Mapping[str, object]) -> House:
    """A house with an attic, which may hold other kinds of things than contracts."""
    settings = SETTINGS | ({"collections": collections} if collections else {})
    house.systems["attic"] = manual.connect("attic", manual.Settings.model_validate(settings))  # type: ignore[assignment]  # as good as a pretend
    return house


def file(folder: Path, data: bytes = SCAN, name: str = "copy.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def waiting(house: House, case: str, system: str = "attic") -> None:
    """Wait until this system stands on the desk as a task."""

    async def listed() -> bool:
        return any(task.system == system for task in tasks(house.desk))

    await house.until(case, Status.BY_HAND)
    await house.eventually(listed, "no task")


async def hand_in(
    house: House,
    case: str,
    *paths: Path,
    system: str = "attic",
    outcome: str = "done",
    by: str = "support-1",
    of: Collection = CONTRACTS,
) -> None:
    copies = [Copy(collection=of, path=path) for path in paths]
    await settle(house.desk, case, system, outcome, by=by, note=WHY, shown=Shown(copies=copies))


async def begun(house: House, case: str) -> None:
    """Wait until what was handed in waits for its review, and for nothing else."""

    async def there() -> bool:
        return any(task.system == "review" and task.case_id == case for task in tasks(house.desk))

    await house.eventually(there, "nothing waits for a review")
    await house.until(case, Status.DECIDING)


async def released(house: House, case: str) -> None:
    """One person finds nothing to cut, another clears it all, and the DPO releases."""
    await begun(house, case)
    for item in range(1, reviewing.listed(house.desk, case).items + 1):
        if reviewing.listed(house.desk, case, after=item - 1, limit=1).lines[0].standing == "open":
            await redacting.keep(house.desk, case, str(item), by="reviewer-1")
    await redacting.clear(house.desk, case, "all", by="dpo")
    await cases.decide(house.desk, case, by_dpo(RELEASE))


def down(name: str = "crm", **more: object) -> PretendSystem:
    """A system that a machine cannot reach: what it holds is copied by hand."""
    trouble: list[Exception] = [OperatorError(name, "credentials_refused")]
    return PretendSystem(name, rows=HELD, trouble=trouble, **more)  # type: ignore[arg-type]  # its own dials
