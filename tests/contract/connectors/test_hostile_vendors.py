"""Whatever a vendor answers, it comes as the truth or as one of our own errors, in time, and names nobody."""

import asyncio
import inspect
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from connectors import kinds
from dsar.errors import DsarError
from dsar.ports import Connector
from tests.contract.connectors.conftest import by_hand, pretend_of, variants
from tests.contract.connectors.hostile import ELSEWHERE, HOSTILITIES, Twisted
from tests.contract.connectors.pretend import Pretend
from tests.contract.connectors.reading import known, pages
from tests.contract.connectors.vendor import PretendVendor
from tests.people import ADA, ADA_EMAIL, ADA_NAME, ADA_PHONE

PATIENCE = 60  # a connector that never ends is caught by this
Opener = Callable[[Path], AbstractContextManager[Pretend]]


def http_vendors() -> list[str]:
    """Every kind whose pretend system is spoken to over HTTP."""
    found = {kind: pretend_of(kind) for kind in kinds() if kind not in by_hand()}
    return [kind for kind, module in found.items() if module and any(map(_is_vendor, vars(module).values()))]


def _is_vendor(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, PretendVendor) and value is not PretendVendor


@pytest.fixture(scope="module", params=http_vendors())
def vendor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PretendVendor]:
    [opener] = variants(request.param).values()
    with opener(tmp_path_factory.mktemp(request.param)) as pretend:
        assert isinstance(pretend, PretendVendor)
        yield pretend


@pytest.mark.parametrize("hostility", HOSTILITIES)
async def test_a_hostile_reply_comes_as_an_error_of_ours_or_as_the_truth(
    vendor: PretendVendor, hostility: str
) -> None:
    twist, expected = HOSTILITIES[hostility]
    who = await known(vendor.connector())
    for name, ask in _questions(vendor).items():
        way = Twisted(vendor, twist())
        connector = vendor.through(way)
        error = await _asked(lambda ask=ask, connector=connector: ask(connector, who))  # type: ignore[misc]
        await connector.close()

        assert not expected or (error and error.reason in expected), (name, error)
        assert ELSEWHERE.split("/")[2] not in way.hosts


async def test_pages_that_repeat_are_noticed(vendor: PretendVendor) -> None:
    twist, _ = HOSTILITIES["the first page again and again"]
    many = max(vendor.held, key=lambda name: vendor.held[name])
    who = await known(vendor.connector())
    if "pages" in vendor.cannot:
        return
    with pytest.raises(DsarError, match="pages_repeat"):
        await pages(vendor.through(Twisted(vendor, twist())), who, many)


@pytest.mark.parametrize("lie", [name for name in HOSTILITIES if name.startswith("totals")])
async def test_totals_that_lie_change_nothing(vendor: PretendVendor, lie: str) -> None:
    connector = vendor.through(Twisted(vendor, HOSTILITIES[lie][0]()))

    findings = await connector.find(ADA)

    assert {h.collection: h.count for h in findings.holdings} == vendor.held
    for collection, count in vendor.held.items():
        found = await pages(connector, await known(connector), collection)
        assert sum(len(page.rows) for page in found) == count


def _questions(vendor: PretendVendor) -> dict[str, Callable[[Connector, object], Awaitable[object]]]:
    asked: dict[str, Callable[[Connector, object], Awaitable[object]]] = {
        "check": lambda connector, _who: connector.check(),
        "find": lambda connector, _who: connector.find(ADA),
        "find again": lambda connector, who: connector.find(who),  # type: ignore[arg-type]
    }
    for name in vendor.held:
        asked[name] = lambda connector, who, name=name: pages(connector, who, name)  # type: ignore[misc]
    return asked


async def _asked(ask: Callable[[], Awaitable[object]]) -> DsarError | None:
    """Return our own error, if one came. Anything else that is raised fails the test."""
    try:
        async with asyncio.timeout(PATIENCE):
            await ask()
    except DsarError as error:
        told = "".join(traceback.format_exception(error)) + repr(error)
        assert not any(secret in told for secret in (ADA_EMAIL, ADA_NAME, ADA_PHONE))
        return error
    return None
