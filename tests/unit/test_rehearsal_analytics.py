"""The sample analytics service behaves like the vendor's where a client could trip, and can only be read."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rehearsal import analytics, people
from rehearsal.posthog_server import Dials, app

PROJECT = "/api/projects/1"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    path = tmp_path / "posthog.sqlite"
    analytics.build(path)
    transport = httpx.ASGITransport(app(path, "key", Dials()))
    headers = {"Authorization": "Bearer key"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://ph.example", headers=headers
    ) as opened:
        yield opened


async def ask(client: httpx.AsyncClient, query: object, **values: object) -> httpx.Response:
    body = {"query": {"kind": "HogQLQuery", "query": query, "values": values}}
    return await client.post(f"{PROJECT}/query/", json=body)


async def test_everybody_is_listed_once_in_linked_pages(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    address = f"{PROJECT}/persons/?limit=37"
    while address:
        page: dict[str, Any] = (await client.get(address)).json()
        seen += [person["id"] for person in page["results"]]
        address = page["next"]

    assert len(seen) == len(set(seen)) == len(analytics.visitors())


@pytest.mark.parametrize(
    ("path", "key", "status", "kind"),
    [
        ("/api/projects/1/persons/", "wrong", 401, "authentication_error"),
        ("/api/projects/2/persons/", "key", 404, "invalid_request"),
        ("/api/projects/1/persons/nobody/", "key", 404, "invalid_request"),
        ("/api/projects/1/persons/?limit=many", "key", 400, "validation_error"),
    ],
)
async def test_a_problem_has_the_vendors_shape(
    client: httpx.AsyncClient, path: str, key: str, status: int, kind: str
) -> None:
    reply = await client.get(path, headers={"Authorization": f"Bearer {key}"})

    assert (reply.status_code, reply.json()["type"]) == (status, kind)
    assert set(reply.json()) == {"type", "code", "detail", "attr"}


async def test_values_fill_placeholders_and_are_only_values(client: httpx.AsyncClient) -> None:
    ada = people.ada().visitor_id
    query = "select count() from events where distinct_id in {ids} and event <> {other}"

    known = await ask(client, query, ids=[ada, "' or 1 --"], other="' or 1 --")

    assert known.json()["results"] == [[930]]


@pytest.mark.parametrize(
    "query",
    [
        "delete from events",
        "select * from sqlite_master",
        "select * from distinct_ids",
        "select load_extension('x')",
        "attach database '/tmp/x' as x",
        "pragma table_info(events)",
        "select {missing}",
        "select 1; select 2",
        "selct",
        None,
        42,
    ],
)
async def test_a_query_beyond_reading_events_and_persons_is_refused(
    client: httpx.AsyncClient, query: object
) -> None:
    assert (await ask(client, query)).status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b'{"query": 1}'])
async def test_a_body_that_is_no_query_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    assert (await client.post(f"{PROJECT}/query/", content=body)).status_code == 400


def test_the_cast_has_namesakes_shared_mailboxes_and_one_ada() -> None:
    everybody = people.everybody()
    emails = [person.email for person in everybody]
    ada = people.ada()

    assert len(everybody) == 300
    assert (ada.email, ada.phone) == ("ada.osei@subject.example", "+442079460101")
    assert [person.name for person in everybody].count(ada.name) == 4
    assert emails.count(ada.email) == 1
    assert len(emails) - len(set(emails)) == 2
    assert len({person.phone for person in everybody}) == 300
