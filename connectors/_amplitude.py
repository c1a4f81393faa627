"""What Amplitude's deletions are: ordered by lists of a hundred ids, gathered by day; each job names its ids.

Source: Amplitude's documentation of the User Privacy API, version 1. A list with an unknown id is refused
as a whole unless it says `ignore_invalid_id`; then the reply names such ids as `invalid_ids`. With
`delete_from_org` the reply is a list: a job for each project. A deletion is scheduled within thirty days.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from connectors._erasure import done_by
from connectors._http import Api, Reply
from connectors._jobs import Standing, standing
from dsar.batches import Answer
from dsar.holdings import Row

AT_ONCE = 100
UNKNOWN = "id_unknown"
JOB = {
    **dict.fromkeys(("staging", "submitted"), Standing.RUNNING),
    "done": Standing.DONE,
    "failed": Standing.FAILED,
}
_PATH = "/deletions/users"
_AGAIN = timedelta(days=1)
_SCHEDULED = timedelta(days=32)  # a deletion runs within thirty days
_TIME_ZONES = timedelta(days=1)  # whichever one Amplitude's days are of


class Deletions:
    """The deletions of one project. `requester` is the address that Amplitude notes beside each."""

    def __init__(self, api: Api, requester: str) -> None:
        self._api, self._requester = api, requester

    async def order(self, keys: Sequence[str]) -> Mapping[str, Answer]:
        """Order deletions, a hundred ids a call. An id that the project does not know spoils no list."""
        said: dict[str, Answer] = {}
        for start in range(0, len(keys), AT_ONCE):
            asked = keys[start : start + AT_ONCE]
            reply = await self._ordered(asked)
            jobs = self._jobs(reply.body if isinstance(reply.body, list) else [reply.body])
            taken = {key for job in jobs for key in self._ids(job)}
            unknown = {str(each) for job in jobs for each in job.get("invalid_ids") or ()} - taken
            day = max((self._api.text(job, "day") for job in jobs), default="")
            self._api.demand(day, "reply_unexpected")
            known = Answer(job=day, ready_after=_AGAIN, requests=done_by([reply]).requests)
            said |= {key: Answer(reason=UNKNOWN) if key in unknown else known for key in asked}
        return said

    async def known(self, keys: Sequence[str], since: datetime) -> Mapping[str, Answer]:
        """Return which of these were ordered since then, by the jobs that list them."""
        first, asked = since.date() - _TIME_ZONES, {*keys}
        found: dict[str, Answer] = {}
        for job in await self.listed(f"{first}", f"{first + _SCHEDULED}"):
            if standing(self._api.system, JOB, job.get("status")) is not Standing.FAILED:
                ids = {key for key, day in self._ids(job).items() if day >= f"{first}"}
                told = Answer(job=self._api.text(job, "day"), ready_after=_AGAIN)
                found |= dict.fromkeys(asked & ids, told)
        return found

    async def listed(self, first: str, last: str) -> list[Row]:
        """Return the jobs that are scheduled from one day to another."""
        return self._jobs(await self._api.get(_PATH, {"start_day": first, "end_day": last}))

    async def _ordered(self, keys: Sequence[str]) -> Reply:
        body = {
            "amplitude_ids": [int(key) for key in keys],
            "requester": self._requester,
            "ignore_invalid_id": "True",
            "delete_from_org": "True",
        }
        return await self._api.order(_PATH, body)

    def _jobs(self, reply: object) -> list[Row]:
        return list(self._api.records({"jobs": reply}, "jobs"))

    def _ids(self, job: Row) -> Mapping[str, str]:
        """Return the ids of a job, each with the day on which it was asked for."""
        rows = self._api.records({"ids": job.get("amplitude_ids") or []}, "ids")
        return {self._api.text(row, "amplitude_id"): str(row.get("requested_on_day")) for row in rows}
