"""Pages of every kind: all rows once, from any page on, and an end to systems that go in circles."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connectors import _http
from connectors._paging import (
    Cursor,
    LastId,
    LinkHeader,
    Listing,
    NextUrl,
    Number,
    Offset,
    Paging,
    Session,
    Whole,
)
from dsar.errors import ContractError

ROWS = [{"id": f"r{n:02d}"} for n in range(12)]
SIZE = 5
Answer = Callable[[httpx.QueryParams], httpx.Response]


def page(start: int, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"data": ROWS[start : start + SIZE], "total": 99, **more})


def by_cursor(asked: httpx.QueryParams) -> httpx.Response:
    start = int(asked.get("after", "0"))
    more = {"paging": {"next": {"after": start + SIZE}}} if start + SIZE < len(ROWS) else {}
    return page(start, **more)


def by_last_id(asked: httpx.QueryParams) -> httpx.Response:
    start = int(asked.get("starting_after", "r-1")[1:]) + 1
    return page(start, has_more=start + SIZE < len(ROWS))


def by_session(asked: httpx.QueryParams) -> httpx.Response:
    assert asked.get("session_id", "s1") == "s1"
    return page(SIZE * int(asked.get("page", "0")), session_id="s1")


def by_address(asked: httpx.QueryParams) -> httpx.Response:
    start = int(asked.get("from", "0"))
    more = start + SIZE < len(ROWS)
    return page(start, next=f"http://vendor.example:80/list?from={start + SIZE}" if more else None)


def by_header(asked: httpx.QueryParams) -> httpx.Response:
    start = int(asked.get("from", "0"))
    reply = page(start)
    if start + SIZE < len(ROWS):
        reply.headers["Link"] = (
            f'<https://vendor.example/list?from={start + SIZE}>; rel="next", </x>; rel="self"'
        )
    return reply


KINDS: dict[str, tuple[Paging, Answer]] = {
    "cursor": (Cursor(at="paging.next.after", into="after"), by_cursor),
    "last id": (LastId(into="starting_after", more="has_more"), by_last_id),
    "offset": (Offset(SIZE), lambda asked: page(int(asked["offset"]))),
    "number": (Number(SIZE), lambda asked: page(SIZE * (int(asked["page"]) - 1))),
    "session": (Session(SIZE), by_session),
    "address": (NextUrl(), by_address),
    "header": (LinkHeader(), by_header),
}


def listing(paging: Paging, answer: Answer) -> Listing:
    transport = httpx.MockTransport(lambda request: answer(request.url.params))
    api = _http.Api("vendor", "https://vendor.example", transport=transport)
    return Listing(api=api, path="/list", rows="data", paging=paging, asks={"size": SIZE})


@pytest.mark.parametrize("kind", KINDS)
async def test_every_row_comes_once_and_any_page_leads_to_the_rest(kind: str) -> None:
    pages = [batch async for batch in listing(*KINDS[kind]).read()]

    assert [row for rows, _ in pages for row in rows] == ROWS
    assert [len(rows) for rows, _ in pages] == [5, 5, 2]
    for place, (_, mark) in enumerate(pages[:-1], start=1):
        assert [batch async for batch in listing(*KINDS[kind]).read(mark)] == pages[place:]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_system_that_goes_in_circles_is_noticed(kind: str) -> None:
    paging, answer = KINDS[kind]
    told: list[httpx.Response] = []

    def remembering(asked: httpx.QueryParams) -> httpx.Response:
        told.append(answer(asked))
        return told[-1]

    def circling(_asked: httpx.QueryParams) -> httpx.Response:
        told.append(told.pop(0))
        return told[-1]

    _ = [batch async for batch in listing(paging, remembering).read()]
    told.pop()

    with pytest.raises(ContractError, match="pages_repeat"):
        _ = [batch async for batch in listing(paging, circling).read()]


@pytest.mark.parametrize("kind", ["address", "header"])
async def test_a_page_of_another_host_is_not_fetched(kind: str) -> None:
    def elsewhere(_asked: httpx.QueryParams) -> httpx.Response:
        away = "https://evil.example/list?from=5"
        body = json.dumps({"data": ROWS[:SIZE], "next": away}).encode()
        return httpx.Response(200, content=body, headers={"Link": f'<{away}>; rel="next"'})

    with pytest.raises(ContractError, match="page_elsewhere"):
        _ = [batch async for batch in listing(KINDS[kind][0], elsewhere).read()]


@pytest.mark.parametrize("body", [None, [], {}, {"data": None}, {"data": {}}, {"data": [1]}, "x", 3])
async def test_a_list_of_another_shape_breaks_the_contract(body: Any) -> None:
    answer = listing(Whole(), lambda _: httpx.Response(200, text=json.dumps(body)))

    with pytest.raises(ContractError, match="reply_unexpected"):
        _ = [batch async for batch in answer.read()]
