"""PostHog servers that lie, and identifiers that only one side knows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors import posthog, sql
from dsar.errors import ContractError, DsarError, TemporaryError, UnsupportedError
from dsar.person import Identifier, Identity
from dsar.ports import Connector
from dsar.vocabulary import IdentifierKind
from rehearsal import analytics, crm, posthog_server
from tests.people import ADA, ADA_EMAIL, STRANGER, identity

KEY = "8efd7f07-659f-5392-a281-9087847af5ea"
Json = dict[str, Any]


def ada(**changed: object) -> Json:
    return {"uuid": KEY, "distinct_ids": ["v-1"], "properties": {"email": ADA_EMAIL}, **changed}


def connector(persons: object, query: Callable[[Json], object] = lambda _: {"results": [[1]]}) -> Connector:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, text=json.dumps(query(json.loads(request.content)["query"])))
        return httpx.Response(200, text=json.dumps(persons))

    settings = posthog.Settings(base_url="https://ph.example", project_id=1, api_key="k", page_rows=2)
    return posthog.connect("analytics", settings, transport=httpx.MockTransport(answer))


def remembering() -> tuple[list[Json], Callable[[Json], object]]:
    """Return a list that fills with queries, and a server that has nothing."""
    asked: list[Json] = []

    def nothing(query: Json) -> object:
        asked.append(query)
        return {"results": [[0]]}

    return asked, nothing


async def raised(found: Connector, collection: str = "events") -> DsarError:
    with pytest.raises(DsarError) as caught:
        _ = [page async for page in found.export(ADA, collection)]
    return caught.value


@pytest.mark.parametrize("who", [STRANGER, identity(ADA_EMAIL, distinct_id="v-2")], ids=["email", "id"])
async def test_a_server_that_ignores_the_filter_discloses_nobody(who: Identity) -> None:
    """An unknown parameter is ignored by many servers, and then everybody comes back."""
    other = ada(distinct_ids=["v-9"], properties={"email": "someone.else@subject.example"})

    with pytest.raises(ContractError, match="filter_ignored"):
        await connector({"results": [ada(), other], "next": None}).find(who)


@pytest.mark.parametrize(
    "person",
    [
        ada(uuid="../../users/@me"),
        ada(uuid=42),
        ada(uuid=None),
        ada(properties=None),
        ada(properties={"email": ["x"]}),
        "person",
        None,
    ],
)
async def test_a_person_of_another_shape_breaks_the_contract(person: object) -> None:
    with pytest.raises(ContractError):
        await connector({"results": [person]}).find(identity(ADA_EMAIL))


@pytest.mark.parametrize("persons", [None, [], 3, {}, {"results": None}, {"results": {"a": 1}}])
async def test_a_listing_of_another_shape_breaks_the_contract(persons: object) -> None:
    with pytest.raises(ContractError, match="reply_unexpected"):
        await connector(persons).find(ADA)


@pytest.mark.parametrize(
    "reply",
    [
        None,
        [],
        {},
        {"results": None},
        {"results": 1},
        {"results": [1]},
        {"results": [[1, 2]]},
        {"results": [[1]], "error": "x"},
    ],
)
async def test_a_count_of_another_shape_breaks_the_contract(reply: object) -> None:
    with pytest.raises(ContractError, match="reply_unexpected"):
        await connector({"results": [ada()]}, lambda _: reply).find(ADA)


async def test_a_query_that_is_still_running_is_asked_again_later() -> None:
    pending = {"query_status": {"id": "q", "complete": False}, "results": None}

    assert isinstance(await raised(connector({"results": [ada()]}, lambda _: pending)), TemporaryError)


async def test_pages_of_events_that_repeat_are_noticed() -> None:
    row = ["2024-01-01 00:00:00.000000", "a", "$pageview", "2024", "v-1", "{}", ""]

    error = await raised(connector({"results": [ada()]}, lambda _: {"results": [row]}))

    assert (type(error), error.reason) == (ContractError, "pages_repeat")


async def test_values_never_stand_in_the_text_of_a_query() -> None:
    asked, none = remembering()
    hostile = ada(distinct_ids=["v-1", "') or 1=1 --"])

    await connector({"results": [hostile]}, none).find(ADA)

    assert [query["query"] for query in asked] == [
        "select count() from events where person_id in {person_id} or distinct_id in {distinct_id}"
    ]
    assert asked[0]["values"] == {"person_id": [KEY], "distinct_id": ["') or 1=1 --", "v-1"]}


async def test_an_id_taught_elsewhere_counts_no_events_beside_a_known_person() -> None:
    """It may belong to another person here, who is not the one we found."""
    asked, none = remembering()
    found = connector(ada(), none)
    known = Identifier(kind=IdentifierKind.RECORD_KEY, value=KEY, system="analytics")
    foreign = Identifier(kind=IdentifierKind.DISTINCT_ID, value="v-other", system="crm")

    await found.find(Identity(identifiers=(known, foreign)))

    assert asked[0]["values"]["distinct_id"] == ["v-1"]


async def test_an_erased_person_is_still_looked_for_by_what_was_learned() -> None:
    """PostHog clears events days after the person: until then they are held."""
    asked: list[Json] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(404, json={"code": "not_found"})
        asked.append(json.loads(request.content)["query"]["values"])
        return httpx.Response(200, json={"results": [[5]]})

    settings = posthog.Settings(base_url="https://ph.example", project_id=1, api_key="k")
    found = posthog.connect("analytics", settings, transport=httpx.MockTransport(answer))
    learned = [(IdentifierKind.RECORD_KEY, KEY), (IdentifierKind.DISTINCT_ID, "v-1")]
    who = Identity(identifiers=tuple(Identifier(kind=k, value=v, system="analytics") for k, v in learned))

    findings = await found.find(who)

    assert [(h.collection, h.count) for h in findings.holdings] == [("events", 5)]
    assert asked == [{"person_id": [KEY], "distinct_id": ["v-1"]}]


async def test_what_one_sample_system_teaches_lets_the_other_find_ada(tmp_path: Path) -> None:
    crm.build(tmp_path / "crm.sqlite")
    analytics.build(tmp_path / "posthog.sqlite")
    shop = sql.connect("crm", sql.Settings(url=f"sqlite:///{tmp_path}/crm.sqlite", map=crm.MAP))
    server = httpx.ASGITransport(posthog_server.app(tmp_path / "posthog.sqlite", "k"))
    settings = posthog.Settings(base_url="http://localhost", project_id=1, api_key="k")
    visits = posthog.connect("analytics", settings, transport=server)
    given = identity(ADA_EMAIL)

    first = [await system.find(given) for system in (shop, visits)]
    second = await visits.find(given.merged(i for findings in first for i in findings.learned))
    await shop.close()

    assert [bool(findings.holdings) for findings in first] == [True, False]
    assert [(h.collection, h.count) for h in second.holdings] == [("persons", 1), ("events", 1240)]


def test_the_sample_systems_are_the_same_at_every_build(tmp_path: Path) -> None:
    for build in (crm.build, analytics.build):
        for name in ("one", "two"):
            build(tmp_path / name)
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


async def test_events_of_nobody_go_to_a_person() -> None:
    """There is nobody to remove them with: saying "accepted" would be a lie."""
    orphaned = connector({"results": []})
    who = Identity(identifiers=(Identifier(kind=IdentifierKind.DISTINCT_ID, value="v-1"),))
    plan = await orphaned.plan_erasure(who)  # type: ignore[attr-defined]

    with pytest.raises(UnsupportedError, match="events_of_nobody"):
        await orphaned.erase(who, plan)  # type: ignore[attr-defined]
    assert [("events", 1)] == [(step.collection, step.count) for step in plan]
