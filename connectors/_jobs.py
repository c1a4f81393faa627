"""House equipment for what takes a vendor hours or days: ordered, asked about, fetched. Nobody waits here.

A deed's receipt carries the job. An export carries it in its cursor: the first page has no rows and holds
the place of the order, sealed like any other; while the vendor works, a `TemporaryError` says when to ask
again. So a worker that dies loses nothing, and none is held for days.
"""

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import httpx

from connectors import _pace, _throttle
from connectors._http import MOST_BYTES, Api
from connectors._paging import Batches
from connectors._values import key_from, key_text
from dsar.deeds import Receipt, Result
from dsar.errors import ContractError, OperatorError, TemporaryError
from dsar.holdings import Row

_MOST_HOPS = 5
_GONE = frozenset({400, 403, 404, 410})  # what stores answer to a link that has ended
_REDIRECTS = range(300, 400)
_BROKEN = range(500, 600)
_GZIP = b"\x1f\x8b"


class Standing(StrEnum):
    """How far a vendor's job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # also: cancelled, or done in part
    ENDED = "ended"  # done, but its result is not kept any more


def standing(system: str, known: Mapping[str, Standing], said: object) -> Standing:
    """Return what a vendor's word for a job's state means.

    Raises:
        ContractError: `job_state_unknown`.
    """
    found = known.get(str(said).lower())
    if found is None:
        raise ContractError(system, "job_state_unknown")
    return found


def stands(receipt: Receipt, now: Standing) -> Receipt:
    """Return a receipt as its job stands.

    Raises:
        OperatorError: `job_failed`; a person must look.
    """
    if now is Standing.FAILED:
        raise OperatorError(receipt.system, "job_failed")
    if now is Standing.RUNNING:
        return receipt
    return replace(receipt, result=Result.DONE, ready_after=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobExport:
    """An export that the vendor prepares. `order` returns the job's handle; `look` how it stands and, when it
    is done, what its files are called; `fetch` yields the rows of one file.
    """

    system: str
    order: Callable[[], Awaitable[str]]
    look: Callable[[str], Awaitable[tuple[Standing, Sequence[str]]]]
    fetch: Callable[[str], AsyncIterator[Row]]
    again: timedelta
    page_rows: int

    async def read(self, mark: str) -> Batches:
        """Yield pages from a mark on.

        Raises:
            TemporaryError: `job_pending`, until the vendor is done.
            OperatorError: `job_failed`, `job_ended`: to be asked for anew, by `retry`.
        """
        job, file, line = key_from(self.system, mark, width=3) if mark else ("", 0, 0)
        if not job:
            job = await self.order()
            yield (), key_text((job, 0, 0))
        files = await self._files(job)
        for number in range(int(file), len(files)):
            start = int(line) if number == file else 0
            last = number + 1 == len(files)
            async for rows, place in chunked(self.fetch(files[number]), self.page_rows, start):
                following = key_text((job, number, place)) if place else key_text((job, number + 1, 0))
                yield rows, "" if last and not place else following

    async def _files(self, job: str) -> Sequence[str]:
        now, files = await self.look(job)
        if now is Standing.RUNNING:
            raise TemporaryError(self.system, "job_pending", after=self.again)
        if now in {Standing.FAILED, Standing.ENDED}:
            raise OperatorError(self.system, f"job_{now}")
        return files


async def lines(api: Api, address: str) -> AsyncIterator[bytes]:
    """Yield the lines of a file of any size, unpacked where it is gzip, following redirects with care.

    Our credential goes to the system's own host alone; other hosts must have been named as `links`.

    Raises:
        TemporaryError: `link_ended`, `unreachable`, `timed_out`, `http_5xx`.
        ContractError: `download_elsewhere`, `reply_malformed`, `reply_too_large` (of one line).
    """
    patience = httpx.Timeout(60, connect=10)
    bare = httpx.AsyncClient(transport=api.way, trust_env=False, timeout=patience, event_hooks=api.hooks)
    here, trusted = api.guard.hop(api.client.base_url, address)
    try:
        for _ in range(_MOST_HOPS):
            client, pace = (api.client, api.pace) if trusted else (bare, _pace.Free())
            async with pace.call(api.system), client.stream("GET", here) as reply:
                if reply.status_code not in _REDIRECTS:
                    async for line in _split(api.system, _good(api.system, reply)):
                        yield line
                    return
                here, trusted = api.guard.hop(here, reply.headers.get("Location", ""))
    except httpx.TimeoutException:
        raise TemporaryError(api.system, "timed_out") from None
    except (httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
        raise ContractError(api.system, "reply_malformed") from None
    except httpx.HTTPError:
        raise TemporaryError(api.system, "unreachable") from None
    raise ContractError(api.system, "download_elsewhere")


def _good(system: str, reply: httpx.Response) -> AsyncIterator[bytes]:
    status = reply.status_code
    if status in _GONE:
        raise TemporaryError(system, "link_ended")
    if _throttle.throttled(status, None):
        raise TemporaryError(system, _pace.THROTTLED, after=_throttle.wait(reply.headers))
    if status in _BROKEN:
        raise TemporaryError(system, f"http_{status}")
    if status == httpx.codes.UNAUTHORIZED:
        raise OperatorError(system, "credentials_refused")
    return reply.aiter_bytes()


async def _split(system: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    left = b""
    async for data in _unpacked(system, chunks):
        *whole, left = (left + data).split(b"\n")
        for line in whole:
            if line.strip():
                yield line
        if len(left) > MOST_BYTES:
            raise ContractError(system, "reply_too_large")
    if left.strip():
        yield left


async def _unpacked(system: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Unpack a bounded piece at a time: a small file may hold a very long line. A gzip file may be several,
    one behind the other, with zeros at its end.
    """
    gzip = None
    first = True
    async for chunk in chunks:
        if first and chunk:
            gzip, first = (zlib.decompressobj(31) if chunk[:2] == _GZIP else None), False
        if gzip is None:
            yield chunk
            continue
        left = chunk
        try:
            while left := left.lstrip(b"\0") if gzip.eof else left:
                gzip = zlib.decompressobj(31) if gzip.eof else gzip
                yield gzip.decompress(left, MOST_BYTES)
                left = gzip.unused_data if gzip.eof else gzip.unconsumed_tail
        except zlib.error:
            raise ContractError(system, "reply_malformed") from None
    if gzip is not None and not gzip.eof:
        raise ContractError(system, "reply_malformed")


async def chunked(
    rows: AsyncIterator[Row], size: int, start: int = 0
) -> AsyncIterator[tuple[list[Row], int]]:
    """Yield rows from number `start` on, `size` at a time, with the number of the row that follows; with 0
    the rest, which may be nothing.
    """
    page: list[Row] = []
    number = 0
    async for row in rows:
        number += 1
        if number > start:
            page.append(row)
        if len(page) == size:
            yield page, number
            page = []
    yield page, 0


async def json_lines(system: str, lines_of: AsyncIterator[bytes]) -> AsyncIterator[Row]:
    """Yield the object in each line.

    Raises:
        ContractError: `reply_malformed`.
    """
    async for line in lines_of:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise ContractError(system, "reply_malformed")
        yield row
