"""Amplitude: a user's properties, and their events by a data subject access request that takes days.

Sources: Amplitude's own documentation (user privacy v1, DSAR, dashboard REST) of 2026-03. Two pairs of keys:
a project's for searching and deleting, the organisation's (from Amplitude's support) for access requests.
Not confirmed against a live project: which fields a match of `usersearch` has besides `amplitude_id` and
`user_id`; that `useractivity` tells the number of events as `num_events`. The second version of the deletion
API is not used: its documentation is still moving. A user with more than 100,000 events a month cannot be
exported. Amplitude mails every administrator of a deletion.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _escape, _http
from connectors._amplitude import AT_ONCE, JOB, Deletions
from connectors._erasure import Done, Eraser, Way
from connectors._jobs import JobExport, Standing, json_lines, lines, standing, stands
from connectors._paging import Batches, Listing, Whole, dug
from connectors._reader import People, Question, Reader, Stream, record_of, shown
from dsar.batches import Answer
from dsar.deeds import Method, Receipt
from dsar.holdings import Ability, Card, Collection, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

FINISHES = timedelta(days=30)
_DSAR_AGAIN = timedelta(minutes=20)
_BEGIN = "2012-01-01"
_HOSTS = {"us": "amplitude.com", "eu": "analytics.eu.amplitude.com"}
_STORES = (".amazonaws.com", ".amplitude.com")  # where a finished file may lie
_USERS = Collection(name="users", category=Category.PROFILE, title="Your analytics profile")
_EVENTS = Collection(name="events", category=Category.TECHNICAL_USAGE, title="What you did in our product")
_SHOWN = shown("user_id", "amplitude_id", "last_device_id")


class Settings(BaseModel):
    """`api_key` and `secret` are the project's, `org_key` and `org_secret` the organisation's. `requester` is
    the address that Amplitude notes beside a deletion: the DPO's, never the data subject's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_key: SecretStr
    secret: SecretStr
    org_key: SecretStr
    org_secret: SecretStr
    requester: str
    region: Literal["us", "eu"] = "us"
    page_rows: int = Field(default=1000, ge=1, le=10_000)


def connect(
    name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None
) -> "Amplitude":
    """Return the connector."""
    base = f"https://{_HOSTS[settings.region]}/api/2"
    pairs = ((settings.api_key, settings.secret), (settings.org_key, settings.org_secret))
    project, org = (
        _http.Api(
            name,
            base,
            basic=(key.get_secret_value(), secret.get_secret_value()),
            transport=transport,
            links=_STORES,
        )
        for key, secret in pairs
    )
    return Amplitude(name, settings, project=project, org=org)


class Amplitude:
    """A connected Amplitude project."""

    def __init__(self, name: str, settings: Settings, *, project: _http.Api, org: _http.Api) -> None:
        self._project, self._org = project, org
        self._deletions = Deletions(project, settings.requester)
        self._rows = settings.page_rows
        self.card = _card(name)
        kinds = (IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID, IdentifierKind.DISTINCT_ID)
        reader = Reader(
            card=self.card,
            questions=tuple(Question(kind=k, ask=self._search, shown=_SHOWN, fuzzy=True) for k in kinds),
            person=self._user,
            key_of=lambda row: project.text(row, "amplitude_id"),
            streams=(
                Stream(collection=_USERS, read=record_of),
                Stream(collection=_EVENTS, read=self._events, count=self._counted),
            ),
            teaches=lambda row: [(IdentifierKind.ACCOUNT_ID, row.get("user_id"))],
        )
        both = tuple(c.name for c in self.card.collections)
        ways = dict.fromkeys(both, Way(method=Method.REMOVE, act=self._forget, takes=both))
        eraser = Eraser(reader=reader, ways=ways)
        self.find, self.export = reader.find, reader.export
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify
        self.at_once, self.prepare_erasure, self.month = AT_ONCE, eraser.prepare, project.pace.month

    def __repr__(self) -> str:
        return f"Amplitude({self.card.name})"

    async def check(self) -> None:
        """Search for nobody, and list no deletions. Raises as `_http.Api.get`."""
        async for _ in self._search("dsar-check"):
            break
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        await self._deletions.listed(today, today)

    async def poll(self, receipt: Receipt) -> Receipt:
        """Ask how far the deletions of that day are: Amplitude gathers them by day.

        Raises:
            OperatorError: `job_failed`; a person must look.
        """
        jobs = await self._deletions.listed(receipt.job, receipt.job)
        found = [standing(self.card.name, JOB, job.get("status")) for job in jobs]
        worst = next((s for s in (Standing.FAILED, Standing.RUNNING) if s in found), Standing.DONE)
        return stands(receipt, worst if found else Standing.RUNNING)

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await self._project.close()
        await self._org.close()

    def _search(self, value: str) -> Batches:
        """Search by id, device or user id: whose id only begins alike comes along, and is left out."""
        asks = {"user": value}
        return Listing(
            api=self._project, path="/usersearch", rows="matches", paging=Whole(), asks=asks
        ).read()

    async def _user(self, key: str) -> Row | None:
        found = [row async for rows, _ in self._search(key) for row in rows]
        user = next((row for row in found if str(row.get("amplitude_id")) == key), None)
        return {**user, "userData": dug(await self._activity(key), "userData")} if user else None

    async def _activity(self, key: str) -> Row:
        return self._project.record(await self._project.get("/useractivity", {"user": key, "limit": 1}))

    async def _counted(self, key: str, row: Row) -> int:
        if not row:
            return 0
        activity = await self._activity(key)
        count, shown = dug(activity, "userData.num_events"), activity.get("events")
        self._project.demand(isinstance(count, int) and count >= 0, "reply_unexpected")
        return max(int(count), len(shown) if isinstance(shown, list) else 0)  # "none", and yet here is one

    def _events(self, key: str, row: Row, mark: str) -> Batches:
        async def order() -> str:
            self._org.demand(row, "person_vanished")
            body = {"amplitudeId": int(key), "startDate": _BEGIN, "endDate": f"{datetime.now(UTC):%Y-%m-%d}"}
            reply = self._org.record(await self._org.post("/dsar/requests", body))
            return self._org.text(reply, "requestId")

        return JobExport(
            system=self.card.name,
            order=order,
            look=self._look,
            fetch=self._file,
            again=_DSAR_AGAIN,
            page_rows=self._rows,
        ).read(mark)

    async def _look(self, job: str) -> tuple[Standing, Sequence[str]]:
        reply = await self._org.get(_escape.url("dsar", "requests", job), optional=True)
        if reply is None:
            return Standing.ENDED, ()
        said = self._org.record(reply)
        now, urls = standing(self.card.name, JOB, said.get("status")), said.get("urls")
        files = [url for url in urls if isinstance(url, str)] if isinstance(urls, list) else []
        self._org.demand(now is not Standing.DONE or isinstance(urls, list), "reply_unexpected")
        return now, files

    def _file(self, address: str) -> AsyncIterator[Row]:
        return json_lines(self.card.name, lines(self._org, address))

    async def erase_together(self, keys: Sequence[str]) -> Mapping[str, Answer]:
        """Order the deletion of many people. One that the project does not know is answered `id_unknown`."""
        return await self._deletions.order(keys)

    async def erased_before(self, keys: Sequence[str], since: datetime) -> Mapping[str, Answer]:
        """Look into the deletions of the days from then on: each job lists its ids."""
        return await self._deletions.known(keys, since)

    async def _forget(self, people: People) -> Done:
        """Erase one person alone. An id that is unknown is looked for again, as all are."""
        said = await self._deletions.order([*people])
        told = [answer for answer in said.values() if not answer.reason] or [Answer()]
        return Done(job=told[-1].job, ready_after=told[-1].ready_after, requests=told[-1].requests)


def _card(name: str) -> Card:
    note = "Events that your devices send afterwards are recorded anew: switch tracking off there, too."
    return Card(
        name=name,
        vendor="Amplitude",
        collections=(_USERS, _EVENTS),
        can=frozenset({Verb.FIND, Verb.EXPORT, Verb.ERASE, Verb.VERIFY}),
        finds_by=frozenset({IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID, IdentifierKind.DISTINCT_ID}),
        teaches=frozenset({IdentifierKind.ACCOUNT_ID, IdentifierKind.RECORD_KEY}),
        notes="An address is found only where it is the id by which Amplitude knows somebody.",
        abilities={
            Verb.EXPORT: Ability(finishes_in=timedelta(days=3)),
            Verb.ERASE: Ability(finishes_in=FINISHES, note=note),
        },
    )
