"""A file goes to exactly the address named, whole, and nowhere else."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from connectors._transfer import HttpsCarrier
from dsar.errors import DsarError, OperatorError, TemporaryError

BODY = b"x" * 300_000


class Receiver:
    """An HTTP server of one reply. It keeps what it was sent."""

    def __init__(self, reply: str) -> None:
        self.reply, self.head, self.body = reply, b"", b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.head = await reader.readuntil(b"\r\n\r\n")
        self.body = await reader.readexactly(len(BODY))
        writer.write(self.reply.encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(reply: str) -> AsyncIterator[tuple[Receiver, str]]:
    receiver = Receiver(reply)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    async with server:
        yield receiver, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in?key=k"


def chunks() -> Iterator[bytes]:
    yield from (BODY[at : at + 65_536] for at in range(0, len(BODY), 65_536))


async def test_the_whole_file_arrives_with_its_length_and_is_receipted() -> None:
    async with receiving("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n") as (receiver, url):
        done = await HttpsCarrier().put(url, chunks(), len(BODY), inside=True)

    assert BODY == receiver.body
    assert b"content-length: 300000" in receiver.head.lower()
    assert b"chunked" not in receiver.head.lower()
    assert (201, len(BODY), hashlib.sha256(BODY).hexdigest()) == (done.status, done.size, done.sha256)


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        ("HTTP/1.1 307 Go\r\nLocation: http://169.254.169.254/\r\n", OperatorError, "transfer_redirected"),
        ("HTTP/1.1 403 No\r\n", OperatorError, "transfer_refused"),
        ("HTTP/1.1 503 Later\r\n", TemporaryError, "http_503"),
        ("HTTP/1.1 429 Slowly\r\n", TemporaryError, "http_429"),
        ("nonsense\r\n", TemporaryError, "unreachable"),
    ],
)
async def test_what_goes_wrong_is_told_by_its_remedy(reply: str, kind: type[DsarError], reason: str) -> None:
    async with receiving(f"{reply}Content-Length: 0\r\n\r\n") as (_, url):
        with pytest.raises(kind) as failure:
            await HttpsCarrier().put(url, chunks(), len(BODY), inside=True)

    assert reason == failure.value.reason


@pytest.mark.parametrize(
    ("url", "inside", "reason"),
    [
        ("https://127.0.0.1:1/", False, "address_private"),
        ("https://localhost:1/", False, "address_private"),
        ("http://127.0.0.1:1/", False, "transfer_insecure"),
        ("http://meadow.example/", True, "transfer_insecure"),
    ],
)
async def test_nothing_goes_to_a_private_address_or_in_clear(url: str, inside: bool, reason: str) -> None:  # noqa: FBT001
    with pytest.raises(OperatorError) as failure:
        await HttpsCarrier().put(url, chunks(), len(BODY), inside=inside)

    assert reason == failure.value.reason
