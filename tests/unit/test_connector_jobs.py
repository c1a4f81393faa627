"""What takes a vendor days: ordered once, asked about, fetched; a place that is kept, and links with care."""

import gzip
import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import httpx
import pytest

from connectors import _http
from connectors._jobs import JobExport, Standing, lines, standing, stands
from dsar.deeds import Receipt, Result
from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError
from dsar.holdings import Row
from dsar.vocabulary import Verb

FILES = {"one": 7, "two": 4}
AGAIN = timedelta(minutes=15)
STORE = "https://files.store.example/part"


class Vendor:
    """A vendor whose job is done when it was asked three times."""

    def __init__(self) -> None:
        self.orders, self.looks = 0, 0
        self.now = Standing.DONE

    def export(self) -> JobExport:
        return JobExport(
            system="vendor", order=self._order, look=self._look, fetch=self._fetch, again=AGAIN, page_rows=3
        )

    async def _order(self) -> str:
        self.orders += 1
        return f"job-{self.orders}"

    async def _look(self, job: str) -> tuple[Standing, Sequence[str]]:
        assert job == "job-1"
        self.looks += 1
        return (self.now, list(FILES)) if self.looks >= 3 else (Standing.RUNNING, [])

    async def _fetch(self, file: str) -> AsyncIterator[Row]:
        for n in range(FILES[file]):
            yield {"file": file, "n": n}


async def read(vendor: Vendor) -> list[tuple[list[Row], str]]:
    """Read as the engine does: from the last place that was kept, after every wait."""
    kept: list[tuple[list[Row], str]] = []
    mark = ""
    while True:
        try:
            async for rows, following in vendor.export().read(mark):
                kept.append(([*rows], following))
                mark = following
        except TemporaryError as error:
            waits = error.after
        else:
            return kept
        assert waits == AGAIN


async def test_a_job_is_ordered_once_and_its_place_is_kept_before_anything_is_waited_for() -> None:
    vendor = Vendor()

    pages = await read(vendor)

    assert vendor.orders == 1
    assert pages[0][0] == []
    assert [len(rows) for rows, _ in pages] == [0, 3, 3, 1, 3, 1]
    assert [(row["file"], row["n"]) for rows, _ in pages for row in rows] == [
        (file, n) for file, count in FILES.items() for n in range(count)
    ]
    for place, (_, mark) in enumerate(pages[:-1], start=1):
        rest = [([*rows], mark) async for rows, mark in vendor.export().read(mark)]
        assert rest == pages[place:]


@pytest.mark.parametrize("now", [Standing.FAILED, Standing.ENDED])
async def test_a_job_that_brings_nothing_goes_to_a_person(now: Standing) -> None:
    vendor = Vendor()
    vendor.now = now

    with pytest.raises(OperatorError, match=f"job_{now}"):
        await read(vendor)


def test_a_receipt_follows_its_job() -> None:
    receipt = Receipt(
        system="v", collection="c", verb=Verb.ERASE, result=Result.ACCEPTED, job="j", ready_after=AGAIN
    )

    assert stands(receipt, Standing.RUNNING) == receipt
    assert (stands(receipt, Standing.DONE).result, stands(receipt, Standing.DONE).ready_after) == (
        Result.DONE,
        None,
    )
    with pytest.raises(OperatorError, match="job_failed"):
        stands(receipt, Standing.FAILED)


def test_a_state_that_nobody_knows_breaks_the_contract() -> None:
    assert standing("v", {"done": Standing.DONE}, "DONE") is Standing.DONE
    with pytest.raises(ContractError, match="job_state_unknown"):
        standing("v", {"done": Standing.DONE}, "paused for ada@subject.example")


def served(*replies: httpx.Response) -> tuple[_http.Api, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return replies[min(len(asked), len(replies)) - 1]

    headers = _http.bearer("s3cret")
    transport = httpx.MockTransport(answer)
    base = "https://vendor.example/api"
    api = _http.Api("vendor", base, headers=headers, transport=transport, links=(".store.example",))
    return api, asked


def in_two_members(data: bytes) -> bytes:
    """Pack as many writers do: one gzip file behind another is one gzip file (RFC 1952, 2.2); some pad."""
    half = len(data) // 2
    return gzip.compress(data[:half]) + gzip.compress(data[half:]) + bytes(512)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, in_two_members])
async def test_a_download_is_followed_to_its_store_without_our_credential(pack: type[bytes]) -> None:
    body = b"\n".join(json.dumps({"n": n}).encode() for n in range(1000)) + b"\n"
    api, asked = served(
        httpx.Response(302, headers={"Location": STORE}), httpx.Response(200, content=pack(body))
    )

    found = [json.loads(line) async for line in lines(api, "/api/outputs/1")]

    assert [row["n"] for row in found] == list(range(1000))
    assert [str(r.url) for r in asked] == ["https://vendor.example/api/outputs/1", STORE]
    assert ["Authorization" in r.headers for r in asked] == [True, False]


PACKED = {"Content-Encoding": "gzip"}
BAD = [
    (httpx.Response(302, headers={"Location": "https://evil.example/"}), "download_elsewhere"),
    (httpx.Response(302, headers={"Location": "/api/outputs/1"}), "download_elsewhere"),
    (httpx.Response(302), "download_elsewhere"),
    (httpx.Response(200, content=gzip.compress(b"x" * 999)[:-9]), "reply_malformed"),
    (httpx.Response(200, content=b"\x1f\x8bnonsense"), "reply_malformed"),
    (httpx.Response(200, content=gzip.compress(b"x" * (40 * 2**20))), "reply_too_large"),
    (httpx.Response(200, stream=httpx.ByteStream(b"this is no gzip"), headers=PACKED), "reply_malformed"),
]


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        *((reply, ContractError, reason) for reply, reason in BAD),
        (httpx.Response(403, text="expired"), TemporaryError, "link_ended"),
        (httpx.Response(429), TemporaryError, "throttled"),
        (httpx.Response(503), TemporaryError, "http_503"),
        (httpx.Response(401), OperatorError, "credentials_refused"),
    ],
    ids=str,
)
async def test_a_download_that_goes_wrong_comes_as_its_remedy(
    reply: httpx.Response, error: type[DsarError], reason: str
) -> None:
    api, asked = served(reply)

    with pytest.raises(error, match=reason):
        _ = [line async for line in lines(api, "/api/outputs/1")]

    assert all(r.url.host == "vendor.example" for r in asked)
