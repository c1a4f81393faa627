"""Our calls and the pretends' replies agree with the vendors' own descriptions, which we did not write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from dsar.deeds import Correction, Purpose
from dsar.vocabulary import Verb
from tests.contract.connectors.conftest import SYSTEMS
from tests.contract.connectors.descriptions import FOLDER, description
from tests.contract.connectors.reading import known, pages
from tests.contract.connectors.test_every_deed import settled
from tests.contract.connectors.vendor import PretendVendor


@dataclass(frozen=True)
class Truth:
    """Description files with where their paths begin, and what of our calls they do not describe."""

    files: Mapping[str, str]
    undescribed: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()  # where a description contradicts its vendor's own text
    at_least: int = 1  # operations that are described and used


TRUTHS: Mapping[str, Truth] = {
    "stripe": Truth({"stripe/spec3.yaml": ""}, ("/v1/privacy/redaction_jobs",), at_least=14),
    "intercom": Truth(
        {"intercom/api.intercom.io-2.16.yaml": ""},
        excused=("GET /events: query per_page is unknown",),  # named in the operation's text only
        at_least=10,
    ),
    "mixpanel": Truth(
        {
            "mixpanel/query.openapi.yaml": "/api/query",
            "mixpanel/export.openapi.yaml": "/api/2.0",
            "mixpanel/gdpr.openapi.yaml": "/api/app",
        },
        excused=("results/0/$distinct_id",),  # said to be a number; elsewhere, and in truth, a text
        at_least=4,
    ),
}


async def used(connector: Any) -> None:
    """Use everything that a connector can do, once."""
    await connector.check()
    who = await known(connector)
    for collection in connector.card.collections:
        await pages(connector, who, collection.name)
    can, names = connector.card.can, [c.name for c in connector.card.collections]
    if Verb.RESTRICT in can:
        await connector.restrict(who, names)
        await connector.lift(who, names)
    if Verb.SUPPRESS in can:
        await connector.suppress(who, frozenset(Purpose))
    if Verb.RECTIFY in can:
        rectifier = connector.rectify.__self__
        field = next(iter(rectifier.attributes))
        await connector.rectify(
            who, [Correction(collection=rectifier.collection, attribute=field, value="New")]
        )
    if Verb.ERASE in can:
        await settled(connector, await connector.erase(who, await connector.plan_erasure(who)))


@pytest.mark.parametrize("kind", TRUTHS)
async def test_every_call_is_as_the_vendor_describes_it(
    kind: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    truth = TRUTHS[kind]
    if missing := [name for name in truth.files if not (FOLDER / name).is_file()]:
        pytest.skip(f"no description {missing[0]}: DSAR_VENDOR_SPECS names the folder that has it")
    [opener] = import_module(f"{SYSTEMS}.{kind}").VARIANTS.values()
    with opener(tmp_path) as vendor:
        assert isinstance(vendor, PretendVendor)
        await used(vendor.connector())

    checked, wrong = set(), []
    for request, response, route in vendor.log:
        found = [description(name, prefix).wrong(request, response) for name, prefix in truth.files.items()]
        told = [each for each in found if each is not None]
        if not told and not request.url.path.startswith(truth.undescribed or ("never",)):
            wrong.append(f"{route}: nobody describes it")
        checked |= {route} if told else set()
        wrong += [f"{route}: {each}" for each in (told[0] if told else ())]

    wrong = [each for each in wrong if not any(excuse in each for excuse in truth.excused)]
    assert sorted(set(wrong)) == []
    assert len(checked) >= truth.at_least, sorted(checked)
    record_property("described", len(checked))  # read by `python -m bench.conformance`
    record_property("calls", len({route for _, _, route in vendor.log}))
