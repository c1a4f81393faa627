"""What Segment's regulations are: ordered by lists of 5,000 user ids, each destination with its own answer.

Source: the models of Segment's public API client (MIT). A listed regulation has `subjects`, `regulationType`,
`createdAt`; older ones have no type. A list is taken as a whole, or refused as a whole.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connectors import _escape
from connectors._erasure import Done, done_by
from connectors._http import Api
from connectors._jobs import Standing, standing, stands
from connectors._paging import Cursor, Listing, dug
from dsar.batches import Answer
from dsar.deeds import Receipt
from dsar.holdings import Row

AT_ONCE = 5000
DELETE, SUPPRESS = "DELETE_ONLY", "SUPPRESS_ONLY"
_AGAIN = timedelta(days=1)
_CLOCKS = timedelta(hours=1)  # by which Segment's may differ from ours
_NOT_OURS = frozenset({"NOT_SUPPORTED"})  # a destination that takes no erasures: connect it by itself
_JOB = {
    **dict.fromkeys(("initialized", "running"), Standing.RUNNING),
    "finished": Standing.DONE,
    **dict.fromkeys(("failed", "invalid", "partial_success", "not_supported"), Standing.FAILED),
}


class Regulations:
    """The regulations of one workspace."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def order(self, kind: str, keys: Sequence[str]) -> Done:
        """Order one regulation."""
        body = {"regulationType": kind, "subjectType": "USER_ID", "subjectIds": list(keys)}
        reply = await self._api.order("/regulations", body)
        job = self._api.text(self._api.record(dug(reply.body, "data")), "regulateId")
        return done_by([reply], job=job, ready_after=_AGAIN)

    async def erase(self, keys: Sequence[str]) -> Mapping[str, Answer]:
        """Order erasures, 5,000 ids a call."""
        said: dict[str, Answer] = {}
        for start in range(0, len(keys), AT_ONCE):
            asked = keys[start : start + AT_ONCE]
            done = await self.order(DELETE, asked)
            told = Answer(job=done.job, ready_after=done.ready_after, requests=done.requests)
            said |= dict.fromkeys(asked, told)
        return said

    async def erased(self, keys: Sequence[str], since: datetime) -> Mapping[str, Answer]:
        """Return which of these were ordered to be erased since then. What does not say its type is no
        proof of it: it may only have stopped the recording.
        """
        found: dict[str, Answer] = {}
        async for rows, _ in self.listing("/regulations", "regulations", 100).read():
            for row in rows:
                if row.get("regulationType") == DELETE and _made(row) >= since - _CLOCKS:
                    ids = {str(each) for each in row.get("subjects") or ()}
                    told = Answer(job=self._api.text(row, "id"), ready_after=_AGAIN)
                    found |= dict.fromkeys(ids.intersection(keys), told)
        return found

    async def suppressed(self) -> set[str]:
        """Return every user id of which nothing is recorded any more."""
        pages = self.listing("/suppressions", "suppressed", 200).read()
        return {self._api.text(row, "userId") async for rows, _ in pages for row in rows}

    async def poll(self, receipt: Receipt) -> Receipt:
        """Ask how far a regulation is, destination by destination.

        Raises:
            OperatorError: `job_failed`; a person must look.
        """
        path = _escape.url("regulations", receipt.job)
        said = self._api.record(dug(await self._api.get(path), "data.regulation"))
        overall = standing(self._api.system, _JOB, said.get("overallStatus"))
        streams = self._api.records({"rows": said.get("streamStatus") or []}, "rows")
        told = [d for s in streams for d in self._api.records(s, "destinationStatus")]
        ours = [d.get("status") for d in told if d.get("status") not in _NOT_OURS]
        if overall is Standing.FAILED and told:
            states = [standing(self._api.system, _JOB, status) for status in ours]
            overall = next((s for s in (Standing.FAILED, Standing.RUNNING) if s in states), Standing.DONE)
        return stands(receipt, overall)

    def listing(self, path: str, rows: str, count: int) -> Listing:
        """Return a list of this workspace, page by page."""
        paging = Cursor(at="data.pagination.next", into="pagination[cursor]")
        asks = {"pagination[count]": count}
        return Listing(api=self._api, path=path, rows=f"data.{rows}", paging=paging, asks=asks)


def _made(row: Row) -> datetime:
    """Return when a regulation was made; long ago, where it cannot be read."""
    try:
        at = datetime.fromisoformat(str(row.get("createdAt")))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
