"""The careful client: pages that end, waits that are bounded, and errors that keep quiet."""

import gzip
import traceback
import tracemalloc
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest

from connectors import _http, _throttle
from dsar.errors import ContractError, DsarError, InputError, OperatorError, TemporaryError
from tests.people import ADA_EMAIL

ADDRESS = "https://vendor.example"
SECRET = "s3cret"
Answer = Callable[[httpx.Request], httpx.Response]


def api(answer: Answer, base_url: str = ADDRESS) -> _http.Api:
    return _http.Api("vendor", base_url, headers=_http.bearer(SECRET), transport=httpx.MockTransport(answer))


async def refusal(answer: Answer) -> DsarError:
    with pytest.raises(DsarError) as caught:
        await api(answer).get("/people", {"email": ADA_EMAIL})
    told = "".join(traceback.format_exception(caught.value))
    assert [said for said in (ADA_EMAIL, "ada.osei", SECRET, ADDRESS) if said in told] == []
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (204, ContractError, "reply_malformed"),
        (301, OperatorError, "redirected"),
        (400, ContractError, "request_refused"),
        (401, OperatorError, "credentials_refused"),
        (403, OperatorError, "credentials_refused"),
        (404, OperatorError, "address_unknown"),
        (408, TemporaryError, "http_408"),
        (422, ContractError, "request_refused"),
        (429, TemporaryError, "throttled"),
        (500, TemporaryError, "http_500"),
        (503, TemporaryError, "http_503"),
    ],
)
async def test_every_status_has_its_remedy(status: int, kind: type[DsarError], reason: str) -> None:
    error = await refusal(lambda _: httpx.Response(status, text=ADA_EMAIL))

    assert (type(error), error.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("0", timedelta()),
        ("86400", timedelta(hours=1)),
        ("9" * 400, timedelta(hours=1)),
        ("Wed, 21 Oct 2026 07:28:09 GMT", timedelta(seconds=9)),
        ("Wed, 21 Oct 2020 07:28:00 GMT", timedelta()),
        ("Wed, 21 Oct 2099 07:28:00 GMT", timedelta(hours=1)),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("1e3", None),
        ("\u0667", None),
    ],
)
async def test_a_wait_is_what_the_system_asked_within_bounds(header: str, wait: timedelta | None) -> None:
    headers = {"Retry-After": header.encode(), "Date": b"Wed, 21 Oct 2026 07:28:00 GMT"}

    error = await refusal(
        lambda _: httpx.Response(429, headers=[(k.encode(), v) for k, v in headers.items()])
    )

    assert isinstance(error, TemporaryError)
    assert error.after == wait


@pytest.mark.parametrize("status", [200, 400, 403])
@pytest.mark.parametrize(
    "body", [{"code": "throttled"}, {"error": "ratelimited"}, {"errorCode": "REQUEST_LIMIT_EXCEEDED"}]
)
async def test_throttling_is_known_by_its_body_too(status: int, body: dict[str, str]) -> None:
    error = await refusal(lambda _: httpx.Response(status, json=body, headers={"Retry-After": "3"}))

    assert (error.reason, getattr(error, "after", None)) == ("throttled", timedelta(seconds=3))


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout]
)
async def test_a_broken_connection_passes(error: type[httpx.TransportError]) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise error(f"could not reach {request.url}")

    assert isinstance(await refusal(broken), TemporaryError)


async def test_a_reply_without_end_is_cut_off() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 2**20

    error = await refusal(lambda _: httpx.Response(200, content=endless()))

    assert (type(error), error.reason) == (ContractError, "reply_too_large")
    assert sent == _http.MOST_BYTES // 2**20 + 1


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"\xff", b"[" * 100_000])
async def test_what_is_not_json_breaks_the_contract(body: bytes) -> None:
    error = await refusal(lambda _: httpx.Response(200, content=body))

    assert (type(error), error.reason) == (ContractError, "reply_malformed")


async def test_what_is_packed_in_packages_is_not_unpacked() -> None:
    """Each layer of gzip makes a thousand of one: 64 KiB with three are 64 TiB."""
    bomb = b"0" * 10**8
    for _ in range(3):
        bomb = gzip.compress(bomb)
    packed = {"Content-Encoding": "gzip, gzip, gzip"}

    tracemalloc.start()
    error = await refusal(lambda _: httpx.Response(200, headers=packed, stream=httpx.ByteStream(bomb)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (type(error), error.reason) == (ContractError, "reply_malformed")
    assert most < 10**7


async def test_a_redirect_is_never_followed() -> None:
    asked = []

    def away(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"Location": "https://elsewhere.example/people"})

    await refusal(away)

    assert asked == ["vendor.example"]


def listing(following: Callable[[int], str | None]) -> tuple[Answer, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"results": [], "next": following(len(asked))})

    return answer, asked


async def test_pages_are_followed_to_their_end() -> None:
    answer, asked = listing(
        lambda n: f"http://vendor.example:8000/people?after={n}&email=a%2Bb" if n < 4 else None
    )

    pages = [page async for page in api(answer).pages("/people", {"email": "a+b"})]

    assert len(pages) == 4
    assert {str(request.url)[:29] for request in asked} == {"https://vendor.example/people"}
    assert [request.url.params["email"] for request in asked] == ["a+b"] * 4


@pytest.mark.parametrize(
    ("following", "reason"),
    [
        ("https://vendor.example/people?after=1", "pages_repeat"),
        ("https://elsewhere.example/people", "page_elsewhere"),
        ("//elsewhere.example/people", "page_elsewhere"),
        ("https://vendor.example@elsewhere.example/", "page_elsewhere"),
        ("http://[broken", "page_elsewhere"),
    ],
)
async def test_pages_that_lead_astray_break_the_contract(following: str, reason: str) -> None:
    answer, asked = listing(lambda _: following)

    with pytest.raises(ContractError, match=reason):
        _ = [page async for page in api(answer).pages("/people", {})]
    assert {request.url.host for request in asked} == {"vendor.example"}


@pytest.mark.parametrize(
    "url",
    [
        "vendor.example",
        "ftp://vendor.example",
        "https://",
        "https://me:pw@vendor.example",
        "https://[",
        "https://v.example?a=b",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="base_url: write it as"):
        api(lambda _: httpx.Response(200), url)


@pytest.mark.parametrize(
    "url", ["http://vendor.example", "http://203.0.113.7", "http://127.0.0.1.vendor.example"]
)
def test_a_credential_never_travels_in_clear(url: str) -> None:
    with pytest.raises(InputError, match="use https"):
        api(lambda _: httpx.Response(200), url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8", "http://[::1]:8", "http://posthog:8000", "https://203.0.113.7"]
)
def test_it_may_stay_plain_where_it_stays_inside(url: str) -> None:
    assert repr(api(lambda _: httpx.Response(200), url)) == "Api(vendor)"


@pytest.mark.parametrize("token", ["", " ", "a\nb", "ключ", "a\x00b"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(InputError) as caught:
        _http.bearer(token)

    assert not token.strip() or token not in str(caught.value)


def test_the_longest_wait_is_an_hour() -> None:
    hour = timedelta(hours=1)

    assert hour == _throttle.LONGEST_WAIT
