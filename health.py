"""The health endpoint: GET /live says that the process turns, GET /ready that the register answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from dsar.errors import DsarError, InputError

_REPLY = (
    "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n"
    "Connection: close\r\n\r\n{body}"
)
PATIENCE = 5.0  # seconds for one request


@asynccontextmanager
async def serving(
    address: str, ready: Callable[[], None], *, patience: float = PATIENCE
) -> AsyncIterator[None]:
    """Serve health on `host:port` while the context lasts. `ready` raises a `DsarError` if we are not.

    A request that takes longer than `patience` seconds is dropped: it must not hold up a shutdown.

    Raises:
        InputError: the address is malformed or its port is taken.
    """
    host, _, port = address.rpartition(":")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, ValueError):  # silent or gone; endless
                async with asyncio.timeout(patience):
                    await _answer(reader, writer, ready)
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(answer, host, int(port))
    except (OSError, ValueError, OverflowError):
        hint = "is taken or malformed: use another host:port"
        raise InputError("address_unusable", hint, field="DSAR_HEALTH_ADDRESS") from None
    async with server:
        yield


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ready: Callable[[], None]
) -> None:
    line = await reader.readline()
    status, body = await _health(line.split(b" ")[1:2], ready)
    writer.write(_REPLY.format(status=status, length=len(body), body=body).encode())
    await writer.drain()


async def _health(path: list[bytes], ready: Callable[[], None]) -> tuple[str, str]:
    if path == [b"/live"]:
        return "200 OK", "live\n"
    if path != [b"/ready"]:
        return "404 Not Found", "ask for /live or /ready\n"
    try:
        await asyncio.to_thread(ready)
    except DsarError as error:
        return "503 Service Unavailable", f"{error.system}: {error.reason}\n"
    return "200 OK", "ready\n"
