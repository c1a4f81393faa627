"""Opens a pretend system for every connector on the shelf."""

from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from connectors import kinds
from dsar.ports import Connector
from tests.contract.connectors import small_shop
from tests.contract.connectors.pretend import Pretend, Variants
from tests.contract.connectors.systems.sql import VARIANTS, PretendShop

SYSTEMS = "tests.contract.connectors.systems"
PRETENDS = "dsar.pretends"  # the entry points of outside connectors' pretend systems


def systems() -> list[tuple[str, str]]:
    """Return (kind, variant) of every pretend system; the variant is empty where a connector has none."""
    by_machine = [kind for kind in kinds() if kind not in by_hand()]
    return [(kind, variant) for kind in by_machine for variant in variants(kind) or [""]]


def by_hand() -> list[str]:
    """Return the kinds that hand every search to a person; `test_by_hand.py` says what they promise."""
    return [kind for kind in kinds() if hasattr(pretend_of(kind), "BY_HAND")]


def pretend_of(kind: str) -> ModuleType | None:
    """Return the module of a kind's pretend system: here, or where an outside package keeps it."""
    if find_spec(f"{SYSTEMS}.{kind}"):
        return import_module(f"{SYSTEMS}.{kind}")
    outside = [entry for entry in entry_points(group=PRETENDS) if entry.name == kind]
    return cast("ModuleType", outside[0].load()) if outside else None


def variants(kind: str) -> Variants:
    """Return how a kind's pretend system is opened; nothing where nobody wrote one."""
    return cast("Variants", getattr(pretend_of(kind), "VARIANTS", {}))


@pytest.fixture(scope="session", params=systems(), ids="-".join)
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pretend]:
    """Every pretend system in turn; one whose server is not here is skipped by its name."""
    kind, variant = request.param
    if not variant:
        missing = f"{SYSTEMS.replace('.', '/')}/{kind}.py"
        pytest.fail(f"connector {kind!r} has no pretend system: write {missing}", pytrace=False)
    folder = tmp_path_factory.mktemp(f"{kind}-{variant}")
    with variants(kind)[variant](folder) as pretend:
        yield pretend


@pytest.fixture
async def fresh(system: Pretend) -> AsyncIterator[Callable[[], Connector]]:
    """Open as many connectors as a test asks for, and close them after it."""
    opened: list[Connector] = []

    def connector() -> Connector:
        opened.append(system.connector())
        return opened[-1]

    yield connector
    for each in opened:
        await each.close()


@pytest.fixture
def connector(fresh: Callable[[], Connector]) -> Connector:
    return fresh()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return small_shop.build(tmp_path)


@pytest.fixture(scope="module", params=VARIANTS)
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PretendShop]:
    """The pretend shop on each database."""
    with VARIANTS[request.param](tmp_path_factory.mktemp(request.param)) as pretend:
        assert isinstance(pretend, PretendShop)
        yield pretend
