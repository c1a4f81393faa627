"""The health endpoint answers a prober, and outlives everybody else who knocks."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from socket import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import health
from dsar.errors import InputError, TemporaryError

IMPATIENT = 2.0  # seconds: long enough for whoever does not hang, also on a busy machine


def ready() -> None:
    pass


def away() -> None:
    raise TemporaryError("register", "unreachable")


def broken() -> None:
    raise ValueError("ada.osei@subject.example")


@asynccontextmanager
async def served(check: Callable[[], None] = ready, patience: float = 5.0) -> AsyncIterator[int]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    loop, complaints = asyncio.get_running_loop(), list[str]()
    loop.set_exception_handler(lambda _, context: complaints.append(context["message"]))
    async with health.serving(f"127.0.0.1:{port}", check, patience=patience):
        yield port
    loop.set_exception_handler(None)
    assert [] == complaints, "a request must not stumble into the process's log"


async def asked(port: int, request: bytes) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        writer.write_eof()
        return (await asyncio.wait_for(reader.read(), 10)).decode()
    except ConnectionError:
        return ""
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("path", "check", "status", "body"),
    [
        ("/live", away, "200 OK", "live\n"),
        ("/ready", ready, "200 OK", "ready\n"),
        ("/ready", away, "503 Service Unavailable", "register: unreachable\n"),
        ("/", ready, "404 Not Found", "ask for /live or /ready\n"),
        ("/live/../../etc/passwd", ready, "404 Not Found", "ask for /live or /ready\n"),
    ],
)
async def test_a_prober_learns_how_we_are(
    path: str, check: Callable[[], None], status: str, body: str
) -> None:
    async with served(check) as port:
        reply = await asked(port, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    head, _, said = reply.partition("\r\n\r\n")
    assert f"HTTP/1.1 {status}" == head.splitlines()[0]
    assert f"Content-Length: {len(said)}" in head.splitlines()
    assert body == said


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=60), max_size=4))
async def test_junk_is_answered_and_harms_nobody(junk: list[bytes]) -> None:
    async with served() as port:
        for request in junk:
            reply = await asked(port, request)
            assert not reply or reply.startswith(("HTTP/1.1 404", "HTTP/1.1 200"))
        assert "live" in await asked(port, b"GET /live HTTP/1.1\r\n\r\n")


async def test_an_endless_line_is_dropped() -> None:
    async with served() as port:
        assert "" == await asked(port, b"GET /" + b"x" * 200_000)
        assert "live" in await asked(port, b"GET /live HTTP/1.1\r\n\r\n")


async def test_a_client_that_hangs_blocks_nobody_and_is_dropped_in_time() -> None:
    async with served(patience=IMPATIENT) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert "live" in await asked(port, b"GET /live HTTP/1.1\r\n\r\n")
        assert b"" == await asyncio.wait_for(reader.read(), 10)
        writer.close()


async def test_a_register_that_never_answers_is_not_ready() -> None:
    answered = threading.Event()
    async with served(lambda: None if answered.wait(10) else away(), patience=IMPATIENT) as port:
        assert "" == await asked(port, b"GET /ready HTTP/1.1\r\n\r\n")
        assert "live" in await asked(port, b"GET /live HTTP/1.1\r\n\r\n")
        answered.set()


async def test_a_bug_is_not_ready_and_its_words_go_nowhere() -> None:
    async with served(broken) as port:
        assert "" == await asked(port, b"GET /ready HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize("address", ["", "here", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:-1"])
async def test_an_address_that_is_malformed_is_named(address: str) -> None:
    with pytest.raises(InputError, match="DSAR_HEALTH_ADDRESS"):
        async with health.serving(address, ready):
            pass


async def test_a_port_that_is_taken_is_named() -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="DSAR_HEALTH_ADDRESS"):
            async with health.serving(f"127.0.0.1:{taken.getsockname()[1]}", ready):
                pass
