"""Vendors whose replies are wrong in every way we could think of. Each twists what a good one answers."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx

from tests.contract.connectors.vendor import PretendVendor

Twist = Callable[[httpx.Request, httpx.Response], httpx.Response]
ANY: frozenset[str] = frozenset()  # the truth, or any of our own errors: but never a crash


class Twisted(httpx.AsyncBaseTransport):
    """Reaches a pretend vendor, and passes on its replies twisted."""

    def __init__(self, vendor: PretendVendor, twist: Twist) -> None:
        self._vendor = vendor
        self._twist = twist
        self.hosts: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.hosts.add(request.url.host)
        return self._twist(request, self._vendor.answer(request))


def first_page_again() -> Twist:
    """Whatever page is asked for, the first one comes."""
    seen: dict[str, httpx.Response] = {}

    def twist(request: httpx.Request, reply: httpx.Response) -> httpx.Response:
        return again(seen.setdefault(f"{request.method} {request.url.path}", reply))

    return twist


def again(reply: httpx.Response, body: bytes | None = None) -> httpx.Response:
    content = reply.content if body is None else body
    kept = {k: v for k, v in reply.headers.items() if k.lower() != "content-length"}
    return httpx.Response(reply.status_code, content=content, headers=kept)


def changed(change: Callable[[Any], Any]) -> Callable[[], Twist]:
    """Return what changes every good reply's JSON."""

    def twist(_request: httpx.Request, reply: httpx.Response) -> httpx.Response:
        try:
            said = json.loads(reply.content)
        except ValueError:
            return reply
        return again(reply, json.dumps(change(said)).encode())

    return lambda: twist


def everywhere(change: Callable[[str, Any], Any]) -> Callable[[], Twist]:
    """Return what changes every value, by its name, all the way in."""

    def walked(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            value = {key: walked(key, inner) for key, inner in value.items()}
        elif isinstance(value, list):
            value = [walked("", inner) for inner in value]
        return change(name, value)

    return changed(lambda said: walked("", said))


def bytes_of(body: Callable[[bytes], bytes]) -> Callable[[], Twist]:
    return lambda: lambda _request, reply: again(reply, body(reply.content))


def always(odd: Callable[[], httpx.Response]) -> Callable[[], Twist]:
    return lambda: lambda _request, _reply: odd()


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b"[" * 2**20


def _total(name: str, value: Any, lie: int) -> Any:
    return lie if name in {"total", "total_count", "total_items", "count", "totalSize"} else value


def _id(name: str, value: Any, lie: Any) -> Any:
    return (
        lie
        if name in {"id", "uuid", "Id", "user_id", "toObjectId", "$distinct_id", "amplitude_id"}
        else value
    )


def _when(kind: type, lie: Any) -> Callable[[str, Any], Any]:
    return lambda _name, value: lie if type(value) is kind else value


ELSEWHERE = "https://evil.example/collect"
EVIL_IDS = ("../../admin", "..", "", " ", "a/b?c=d#e", "\ud800", "\0", "x" * 5000, "ada.osei@subject.example")

HOSTILITIES: dict[str, tuple[Callable[[], Twist], frozenset[str]]] = {
    "the first page again and again": (first_page_again, ANY),
    "totals far too high": (everywhere(lambda n, v: _total(n, v, 10**9)), ANY),
    "totals of nothing": (everywhere(lambda n, v: _total(n, v, 0)), ANY),
    "totals below nothing": (everywhere(lambda n, v: _total(n, v, -1)), ANY),
    "cut in the middle": (bytes_of(lambda b: b[: len(b) // 2]), frozenset({"reply_malformed"})),
    "nothing at all": (bytes_of(lambda _: b""), frozenset({"reply_malformed", "reply_unexpected"})),
    "no text": (bytes_of(lambda _: b"\xff\xfe\x00\xd8"), frozenset({"reply_malformed"})),
    "another encoding": (bytes_of(lambda b: b.decode(errors="replace").encode("utf-16")), ANY),
    "brackets without end": (bytes_of(lambda _: b"[" * 10**6), frozenset({"reply_malformed"})),
    "a number without end": (
        bytes_of(lambda _: b'{"id":' + b"9" * 10**5 + b"}"),
        frozenset({"reply_malformed"}),
    ),
    "null": (bytes_of(lambda _: b"null"), frozenset({"reply_unexpected"})),
    "a word": (bytes_of(lambda _: b'"ok"'), frozenset({"reply_unexpected"})),
    "an empty list": (bytes_of(lambda _: b"[]"), ANY),
    "an empty object": (bytes_of(lambda _: b"{}"), frozenset({"reply_unexpected"})),
    "an error with status 200": (
        bytes_of(lambda _: b'{"status":"error","error":"no","errors":[{"message":"no"}]}'),
        frozenset({"reply_unexpected"}),
    ),
    "every number a text": (everywhere(_when(int, "many")), ANY),
    "every text a number": (everywhere(_when(str, 7)), ANY),
    "every text null": (everywhere(_when(str, None)), ANY),
    "every text half a character": (everywhere(_when(str, "\ud800")), ANY),
    "every list an object": (everywhere(_when(list, {})), ANY),
    "every list of nulls": (everywhere(_when(list, [None, None])), ANY),
    "every truth a text": (everywhere(_when(bool, "yes")), ANY),
    "every truth true": (everywhere(_when(bool, True)), ANY),
    "a redirect to another host": (
        always(lambda: httpx.Response(302, headers={"Location": ELSEWHERE})),
        frozenset({"redirected"}),
    ),
    "a reply without end": (
        always(lambda: httpx.Response(200, content=endless())),
        frozenset({"reply_too_large"}),
    ),
    "packed nonsense": (
        always(
            lambda: httpx.Response(
                200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip")
            )
        ),
        frozenset({"reply_malformed"}),
    ),
    "a status nobody knows": (always(lambda: httpx.Response(299, json={"odd": 1})), ANY),
    "a teapot": (always(lambda: httpx.Response(418, json={})), frozenset({"request_refused"})),
    **{
        f"ids that are {lie!r:.20}": (everywhere(lambda n, v, lie=lie: _id(n, v, lie)), ANY)  # type: ignore[misc]
        for lie in EVIL_IDS
    },
    "ids that are objects": (everywhere(lambda n, v: _id(n, v, {"a": 1})), ANY),
    "ids that are all the same": (everywhere(lambda n, v: _id(n, v, "1")), ANY),
}
