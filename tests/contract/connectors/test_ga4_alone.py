"""Google Analytics is asked to erase, in Google's own words, and nobody pretends to know more."""

import json
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors import ga4
from dsar.deeds import Result
from dsar.errors import ContractError, DsarError, InputError, OperatorError, TemporaryError
from dsar.person import Identifier, Identity
from dsar.vocabulary import IdentifierKind, Verb
from tests.contract.connectors.descriptions import FOLDER
from tests.contract.connectors.hostile import HOSTILITIES, Twisted
from tests.contract.connectors.systems.ga4 import PretendGoogleAnalytics, key_file, opened
from tests.people import ADA, ADA_EMAIL, HOSTILE, identity

GOOGLE = "googlemail.com"  # where dots before the @ mean nothing
WHO = identity(
    f"Ada.Osei@{GOOGLE.title()} ", phone="+44 20 7946 0101", account_id="7001", distinct_id="GA1.2.3.4"
)
DISCOVERY = FOLDER / "google-analytics" / "analyticsadmin.v1alpha.json"


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[PretendGoogleAnalytics]:
    with opened(tmp_path) as pretend:
        yield pretend


async def erased(vendor: PretendGoogleAnalytics, who: Identity) -> Any:
    connector: Any = vendor.connector()
    receipts = await connector.erase(who, await connector.plan_erasure(who))
    await connector.close()
    return receipts


async def test_each_id_is_asked_for_once_as_google_spells_it(vendor: PretendGoogleAnalytics) -> None:
    twice = WHO.merged([Identifier(kind=IdentifierKind.EMAIL, value=f"adaosei@{GOOGLE}")])

    [receipt] = await erased(vendor, twice)

    assert (receipt.result, receipt.count, receipt.ready_after) == (Result.ACCEPTED, 4, ga4.FINISHES)
    assert sorted(vendor.store["asked"], key=str) == [
        {"clientId": "GA1.2.3.4"},
        {"userId": "7001"},
        {"userProvidedData": "+442079460101"},
        {"userProvidedData": f"adaosei@{GOOGLE}"},
    ]


async def test_nobody_known_there_is_nobody_asked_for_and_nothing_new_is_slipped_in(
    vendor: PretendGoogleAnalytics,
) -> None:
    connector: Any = vendor.connector(known_by=("distinct_id",))
    assert await connector.plan_erasure(identity(ADA_EMAIL)) == ()
    [step] = await connector.plan_erasure(WHO)
    [nothing] = await connector.erase(Identity(), [step])
    more = WHO.merged([Identifier(kind=IdentifierKind.DISTINCT_ID, value="GA1.9")])
    with pytest.raises(OperatorError, match="plan_outgrown"):
        await connector.erase(more, [step])
    with pytest.raises(ContractError, match="step_unknown"):
        await connector.erase(WHO, [replace(step, collection="elsewhere")])
    await connector.close()

    assert nothing.result is Result.ALREADY
    assert vendor.store["asked"] == []
    assert Verb.VERIFY not in connector.card.can


async def test_every_call_is_as_google_describes_it(
    vendor: PretendGoogleAnalytics, record_property: Callable[[str, object], None]
) -> None:
    if not DISCOVERY.is_file():
        pytest.skip(f"no description {DISCOVERY.name}: DSAR_VENDOR_SPECS names the folder that has it")
    said = json.loads(DISCOVERY.read_text("utf-8"))
    methods = said["resources"]["properties"]["methods"]
    deleting = methods["submitUserDeletion"]
    body = said["schemas"][deleting["request"]["$ref"]]["properties"]
    answer = said["schemas"][deleting["response"]["$ref"]]["properties"]
    connector = vendor.connector()
    await connector.check()
    await connector.close()
    await erased(vendor, WHO)

    paths = {method["path"].replace("{+name}", "properties/7"): method for method in methods.values()}
    for request, _, _ in vendor.log:
        described = paths[request.url.path.removeprefix("/")]
        assert f"https://{request.url.host}/" == said["rootUrl"]
        assert ga4._SCOPE in described["scopes"]
    assert {key for asked in vendor.store["asked"] for key in asked} <= {*body}
    assert {*answer} == {"deletionRequestTime"}
    routes = {route for _, _, route in vendor.log}
    record_property("described", len(routes))  # read by `python -m bench.conformance`
    record_property("calls", len(routes))


@pytest.mark.parametrize("hostility", HOSTILITIES)
async def test_a_hostile_reply_comes_as_an_error_of_ours_or_as_the_truth(
    vendor: PretendGoogleAnalytics, hostility: str
) -> None:
    connector: Any = vendor.through(Twisted(vendor, HOSTILITIES[hostility][0]()))
    try:
        await connector.check()
        receipts = await connector.erase(ADA, await connector.plan_erasure(ADA))
    except DsarError as error:
        told = "".join(traceback.format_exception(error)) + repr(error)
    else:
        told = repr(receipts)
    await connector.close()

    assert ADA_EMAIL not in told


async def test_troubles_come_as_their_remedies(vendor: PretendGoogleAnalytics) -> None:
    for name, opening in vendor.troubles():
        if name == "refusal":  # its credential is the assertion that it signs
            continue
        with opening as trouble, pytest.raises(trouble.error) as caught:
            await trouble.connector.check()
        assert caught.value.reason == trouble.reason, name
        if isinstance(caught.value, TemporaryError):
            assert caught.value.after == trouble.after
        await trouble.connector.close()


@pytest.mark.parametrize("person", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_address_is_only_an_address(vendor: PretendGoogleAnalytics, person: Identity) -> None:
    receipts = await erased(vendor, person)

    assert [r.count for r in receipts] == [len(vendor.store["asked"])]


def test_a_key_that_is_none_is_refused_without_being_shown() -> None:
    settings = ga4.Settings(property_id=7, key="{}", known_by=("email",))
    with pytest.raises(InputError, match="service account"):
        ga4.connect("ga", settings)
    assert "private_key" not in repr(ga4.Settings(property_id=7, key=key_file(), known_by=("email",)))
