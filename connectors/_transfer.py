"""House equipment: a file sent to whom a person names. Nothing follows a redirect, and a name is looked up
once: what it means is checked, and the connection is opened to exactly that address (`_guard.py`).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx

from connectors._guard import stays_inside, transport
from connectors._http import REPLY_SECONDS  # that module also silences what would print addresses
from dsar.errors import OperatorError, TemporaryError
from dsar.transfers import TRANSFER, Delivered

_WAIT = frozenset({408, 425, 429})
_LATER = timedelta(minutes=10)


class HttpsCarrier:
    """Fills the port `Carrier`."""

    async def put(self, url: str, chunks: Iterator[bytes], size: int, *, inside: bool) -> Delivered:
        """Send `size` bytes by HTTP PUT, as a presigned address of an S3 store expects them."""
        address = httpx.URL(url)
        if address.scheme != "https" and not (inside and stays_inside(address.host)):
            raise OperatorError(TRANSFER, "transfer_insecure")
        digest = hashlib.sha256()
        headers = {"Content-Length": str(size), "Content-Type": "application/zip"}
        way = transport(TRANSFER, inside=inside)
        try:
            async with httpx.AsyncClient(transport=way, timeout=REPLY_SECONDS, trust_env=False) as client:
                body = _body(chunks, digest)
                async with client.stream("PUT", address, content=body, headers=headers) as reply:
                    status = reply.status_code
        except httpx.HTTPError:
            raise TemporaryError(TRANSFER, "unreachable") from None
        _judge(status)
        return Delivered(status=status, size=size, sha256=digest.hexdigest())


async def _body(chunks: Iterator[bytes], digest: "hashlib._Hash") -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(next, chunks, b""):
        digest.update(chunk)
        yield chunk


def _judge(status: int) -> None:
    if status in _WAIT or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise TemporaryError(TRANSFER, f"http_{status}", after=_LATER)
    if status >= httpx.codes.BAD_REQUEST:
        raise OperatorError(TRANSFER, "transfer_refused")
    if status >= httpx.codes.MULTIPLE_CHOICES:
        raise OperatorError(TRANSFER, "transfer_redirected")
