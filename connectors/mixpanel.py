"""Mixpanel: profiles, and the events of whoever has one.

Sources: Mixpanel's own API descriptions (query, export, GDPR; the tests check our calls against them) and
its page on end user data. Three credentials: a service account reads, a GDPR OAuth token (valid for a year,
from an owner's profile settings) erases, the project's token names the project. A deletion's reply says
`task_id` in the description and `tracking_id` in the address of the next call: both are read.
Not confirmed against a live project: that an export lists events in the same order every time. Events are
read by the raw export, because the format of a retrieval's file is not described. Whoever has events but no
profile is not found by address.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _escape, _http
from connectors._erasure import Done, Eraser, Way, done_by
from connectors._jobs import Standing, chunked, json_lines, lines, standing, stands
from connectors._paging import Batches, Listing, Session, dug
from connectors._reader import People, Question, Reader, Stream, record_of, shown
from dsar.deeds import Method, Receipt
from dsar.holdings import Ability, Card, Collection, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

FINISHES = timedelta(days=30)
_BEGIN = "2011-07-10"  # Mixpanel's raw export knows no earlier day
_AGAIN = timedelta(hours=6)
_JOB = {
    **dict.fromkeys(("pending", "staging", "started", "unknown"), Standing.RUNNING),
    "success": Standing.DONE,
    **dict.fromkeys(("failure", "revoked", "not_found"), Standing.FAILED),
}
_PREFIX = {"us": "", "eu": "eu.", "in": "in."}
_SUFFIX = {"us": "", "eu": "-eu", "in": "-in"}
_PROFILES = Collection(name="profiles", category=Category.PROFILE, title="Your analytics profile")
_EVENTS = Collection(name="events", category=Category.TECHNICAL_USAGE, title="What you did in our product")


class Settings(BaseModel):
    """`login` and `secret` are a service account's; `gdpr_token` erases in the project of `project_token`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project_id: int = Field(ge=1)
    project_token: SecretStr
    login: str
    secret: SecretStr
    gdpr_token: SecretStr
    region: Literal["us", "eu", "in"] = "us"
    page_rows: int = Field(default=1000, ge=1, le=1000)


def connect(
    name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None
) -> "Mixpanel":
    """Return the connector. Raises `InputError` for a token that cannot be taken."""
    basic = (settings.login, settings.secret.get_secret_value())
    app = f"https://{_PREFIX[settings.region]}mixpanel.com/api"
    data = f"https://data{_SUFFIX[settings.region]}.mixpanel.com/api/2.0"
    gdpr = _http.bearer(settings.gdpr_token.get_secret_value())
    return Mixpanel(
        settings,
        query=_http.Api(name, f"{app}/query", basic=basic, transport=transport),
        raw=_http.Api(name, data, basic=basic, transport=transport),
        gdpr=_http.Api(name, f"{app}/app", headers=gdpr, transport=transport),
    )


class Mixpanel:
    """A connected Mixpanel project."""

    def __init__(self, settings: Settings, *, query: _http.Api, raw: _http.Api, gdpr: _http.Api) -> None:
        self._query, self._raw, self._gdpr = query, raw, gdpr
        self._project = settings.project_id
        self._token = settings.project_token.get_secret_value()
        self._rows = settings.page_rows
        self.card = _card(query.system)
        reader = Reader(
            card=self.card,
            questions=(
                Question(kind=IdentifierKind.EMAIL, ask=self._by_email, shown=shown("$properties.$email")),
                Question(kind=IdentifierKind.DISTINCT_ID, ask=self._by_id, shown=shown("$distinct_id")),
            ),
            person=self._profile,
            key_of=lambda row: query.text(row, "$distinct_id"),
            streams=(
                Stream(collection=_PROFILES, read=record_of),
                Stream(collection=_EVENTS, read=self._events, mine=_is_of),
            ),
            teaches=lambda row: (
                (IdentifierKind.DISTINCT_ID, row.get("$distinct_id")),
                (IdentifierKind.EMAIL, dug(row, "$properties.$email")),
            ),
        )
        both = tuple(c.name for c in self.card.collections)
        ways = dict.fromkeys(both, Way(method=Method.REMOVE, act=self._forget, takes=both))
        eraser = Eraser(reader=reader, ways=ways)
        self.find, self.export = reader.find, reader.export
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify

    def __repr__(self) -> str:
        return f"Mixpanel({self.card.name})"

    async def check(self) -> None:
        """Ask for nobody's profile. Raises as `_http.Api.get`."""
        await self._profile("dsar-check")

    async def poll(self, receipt: Receipt) -> Receipt:
        """Ask how far a deletion is.

        Raises:
            OperatorError: `job_failed`; a person must look.
        """
        path = _escape.url("data-deletions", "v3.0", receipt.job)
        reply = self._gdpr.record(await self._gdpr.get(path, {"token": self._token}))
        return stands(receipt, standing(self.card.name, _JOB, dug(reply, "results.status")))

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        for api in (self._query, self._raw, self._gdpr):
            await api.close()

    def _by_email(self, value: str) -> Batches:
        return self._engage({"where": f'properties["$email"] == {_escape.mixpanel(value)}'}).read()

    def _by_id(self, value: str) -> Batches:
        return self._engage({"distinct_id": value}).read()

    def _engage(self, form: dict[str, str]) -> Listing:
        """Return a search for profiles. Its pages have a size of their own."""
        path = f"/engage?project_id={self._project}"
        return Listing(
            api=self._query, path=path, rows="results", paging=Session(1000), asks=form, sent_as="data"
        )

    async def _profile(self, key: str) -> Row | None:
        found = [row async for rows, _ in self._by_id(key) for row in rows]
        return next((row for row in found if str(row.get("$distinct_id")) == key), None)

    async def _events(self, key: str, _row: Row, mark: str) -> Batches:
        """Read every event of one id. A profile that is gone does not hide its events."""
        async for rows, place in chunked(self._lines(key), self._rows, int(mark or 0)):
            yield rows, str(place or "")

    def _lines(self, key: str) -> AsyncIterator[Row]:
        asked = {
            "project_id": self._project,
            "from_date": _BEGIN,
            "to_date": f"{datetime.now(UTC):%Y-%m-%d}",
            "where": f'properties["distinct_id"] == {_escape.mixpanel(key)}',
        }
        address = httpx.URL("/api/2.0/export", params=asked)
        return json_lines(self.card.name, lines(self._raw, str(address)))

    async def _forget(self, people: People) -> Done:
        body = {"distinct_ids": sorted(people), "compliance_type": "GDPR"}
        params = {"token": self._token}
        reply = await self._gdpr.ask("POST", "/data-deletions/v3.0", params=params, json=body)
        said = self._gdpr.record(reply.body).get("results")
        told = self._gdpr.record(said[0] if isinstance(said, list) and said else said)
        job = self._gdpr.text(told, "task_id" if "task_id" in told else "tracking_id")
        return done_by([reply], job=job, ready_after=_AGAIN)


def _card(name: str) -> Card:
    note = "Events that your devices send afterwards are recorded anew: switch tracking off there, too."
    return Card(
        name=name,
        vendor="Mixpanel",
        collections=(_PROFILES, _EVENTS),
        can=frozenset({Verb.FIND, Verb.EXPORT, Verb.ERASE, Verb.VERIFY}),
        finds_by=frozenset({IdentifierKind.EMAIL, IdentifierKind.DISTINCT_ID}),
        teaches=frozenset({IdentifierKind.EMAIL, IdentifierKind.DISTINCT_ID, IdentifierKind.RECORD_KEY}),
        notes="Session replays are not part of this export.",
        abilities={Verb.ERASE: Ability(finishes_in=FINISHES, note=note)},
    )


def _is_of(key: str, row: Row) -> bool:
    return str(dug(row, "properties.distinct_id")) == key
