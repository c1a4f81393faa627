"""Opens a pretend system for every connector on the shelf."""

from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from connectors import kinds
from dsar.ports import Connector
from tests.contract.connectors import small_shop
from tests.contract.connectors.pretend import Pretend
from tests.contract.connectors.systems.sql import VARIANTS, PretendShop

SYSTEMS = "tests.contract.connectors.systems"


def systems() -> list[tuple[str, str]]:
    """Return (kind, variant) of every pretend system; the variant is empty where a connector has none."""
    found = []
    for kind in kinds():
        module = f"{SYSTEMS}.{kind}"
        variants = import_module(module).VARIANTS if find_spec(module) else [""]
        found += [(kind, variant) for variant in variants]
    return found


@pytest.fixture(scope="session", params=systems(), ids="-".join)
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pretend]:
    """Every pretend system in turn; one whose server is not here is skipped by its name."""
    kind, variant = request.param
    if not variant:
        missing = f"{SYSTEMS.replace('.', '/')}/{kind}.py"
        pytest.fail(f"connector {kind!r} has no pretend system: write {missing}", pytrace=False)
    folder = tmp_path_factory.mktemp(f"{kind}-{variant}")
    with import_module(f"{SYSTEMS}.{kind}").VARIANTS[variant](folder) as pretend:
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
