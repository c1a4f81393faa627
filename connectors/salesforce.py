"""Salesforce: contacts and leads, and what belongs to them.

Sources: Salesforce's object reference, its help on hard deletion, and a community client's source for Bulk
2.0. Lists are read by id (`Id > …`), never by the server's cursors, which end after days. A contact and a
lead with one address are two people here: a person must choose. `FIELDS(ALL)` gives every field that the
integration user may see (Salesforce's SOQL reference, on SELECT): what it may not see is in no answer.
Not confirmed against a live org: how a job reports rows that went meanwhile. Erasing for good needs the
permission "Bulk API Hard Delete", which not even an administrator has by default; without it (`hard_delete:
false`) records go to the recycle bin for 15 days. Field history, files, chatter and custom objects are not
searched.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _auth, _escape, _http
from connectors._erasure import Done, Eraser, Way, done_by, keys_of
from connectors._jobs import Standing, standing, stands
from connectors._marks import Marker, Rectifier, Suppressor
from connectors._paging import Batches, dug, walked
from connectors._reader import People, Question, Reader, Stream, record_of, shown, value_of
from dsar.deeds import Method, Purpose, Receipt
from dsar.holdings import Ability, Card, Collection, Enforcer, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

_AGAIN = timedelta(minutes=10)
_BIN = timedelta(days=15)
_ABSENT = frozenset({404})
_JOB = {
    **dict.fromkeys(("open", "uploadcomplete", "inprogress"), Standing.RUNNING),
    "jobcomplete": Standing.DONE,
    **dict.fromkeys(("failed", "aborted"), Standing.FAILED),
}
_OBJECTS = {"003": "Contact", "00Q": "Lead"}  # whose ids begin so
_OWN = {"contacts": ("003", "Your contact record"), "leads": ("00Q", "What we know of you as a prospect")}
# By collection: the object, and by which field it belongs to a contact or to a lead.
_CHILDREN = {
    "cases": ("Case", {"003": "ContactId"}, "Your requests for help", Category.SUPPORT),
    "tasks": ("Task", {"003": "WhoId", "00Q": "WhoId"}, "Calls and tasks concerning you", Category.SUPPORT),
    "events": ("Event", {"003": "WhoId", "00Q": "WhoId"}, "Meetings with you", Category.SUPPORT),
    "campaign_members": (
        "CampaignMember",
        {"003": "ContactId", "00Q": "LeadId"},
        "Campaigns you were part of",
        Category.MARKETING_COMMS,
    ),
}


class Settings(BaseModel):
    """`client_id` and `secret` are a connected app's with the client credentials flow, whose user may read
    and change what is listed below; `domain` is My Domain, such as company.my.salesforce.com.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    domain: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*\.salesforce\.com$")
    client_id: str
    secret: SecretStr
    api_version: str = Field(default="v62.0", pattern=r"^v\d+\.0$")
    hard_delete: bool = True
    page_rows: int = Field(default=200, ge=1, le=200)


def connect(
    name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None
) -> "Salesforce":
    """Return the connector."""
    base = f"https://{settings.domain}"
    grant = _auth.client_credentials(settings.client_id, settings.secret.get_secret_value())
    auth = _auth.TokenAuth(name, f"{base}/services/oauth2/token", grant)
    url = f"{base}/services/data/{settings.api_version}"
    return Salesforce(name, _http.Api(name, url, auth=auth, transport=transport), settings)


class Salesforce:
    """A connected Salesforce org."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._rows = settings.page_rows
        self._hard = settings.hard_delete
        own = {n: Collection(name=n, category=Category.CONTACT, title=t) for n, (_, t) in _OWN.items()}
        children = {
            n: Collection(name=n, category=c, title=t, third_party=("*",) if c is Category.SUPPORT else ())
            for n, (_, _, t, c) in _CHILDREN.items()
        }
        self.card = _card(name, (*own.values(), *children.values()))
        reader = Reader(
            card=self.card,
            questions=tuple(
                Question(kind=IdentifierKind.EMAIL, ask=self._by_email(kind), shown=shown("Email"))
                for kind in _OBJECTS.values()
            ),
            person=self._person,
            key_of=lambda row: api.text(row, "Id"),
            streams=(
                *(Stream(collection=c, read=_record(_OWN[n][0])) for n, c in own.items()),
                *(Stream(collection=c, read=self._children(n), mine=_is_of(n)) for n, c in children.items()),
            ),
            teaches=lambda row: [
                (IdentifierKind.EMAIL, row.get("Email")),
                (IdentifierKind.PHONE, row.get("Phone")),
            ],
        )
        self.find, self.export, self.close = reader.find, reader.export, api.close
        self._offer(reader)

    def _offer(self, reader: Reader) -> None:
        method = Method.REMOVE if self._hard else Method.TRASH
        acts = {n: self._forget(_CHILDREN[n][0], self._children(n)) for n in _CHILDREN}
        acts |= {n: self._forget(_OBJECTS[prefix], _record(prefix)) for n, (prefix, _) in _OWN.items()}
        marker = Marker(reader=reader, marked=_opted_out, write=self._opt_out)
        eraser = Eraser(
            reader=reader,
            ways={n: Way(method=method, act=act) for n, act in acts.items()},
            markers={Verb.SUPPRESS: marker},
        )
        rectifier = Rectifier(
            reader=reader,
            collection="contacts",
            attributes={f: value_of(f) for f in ("FirstName", "LastName", "Phone", "MobilePhone", "Title")},
            write=self._write,
        )
        suppressor = Suppressor(marker=marker, collection="contacts", serves=frozenset({Purpose.MARKETING}))
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify
        self.suppress, self.rectify = suppressor.suppress, rectifier.rectify

    def __repr__(self) -> str:
        return f"Salesforce({self.card.name})"

    async def check(self) -> None:
        """Search contacts and leads for nobody. Raises as `_http.Api.get`."""
        for kind in _OBJECTS.values():
            async for _ in self._by_email(kind)("dsar-check@nobody.invalid"):
                break

    async def poll(self, receipt: Receipt) -> Receipt:
        """Ask how far a job is. One that is complete may have failed for some rows.

        Raises:
            OperatorError: `job_failed`; a person must look.
        """
        job = self._api.record(await self._api.get(_escape.url("jobs", "ingest", receipt.job)))
        now = standing(self.card.name, _JOB, job.get("state"))
        partly = now is Standing.DONE and job.get("numberRecordsFailed") != 0
        return stands(receipt, Standing.FAILED if partly else now)

    def _by_email(self, kind: str) -> Callable[[str], Batches]:
        return lambda value: self._select(kind, "Email", value)

    def _select(self, kind: str, field: str, value: str, mark: str = "") -> Batches:
        """Read by id, page after page: what is written meanwhile shifts nothing."""

        async def fetch(after: str) -> tuple[list[Row], str]:
            further = f" AND Id > {_escape.soql(after)}" if after else ""
            where = f"{field} = {_escape.soql(value)}{further}"
            query = f"SELECT FIELDS(ALL) FROM {kind} WHERE {where} ORDER BY Id LIMIT {self._rows}"  # noqa: S608
            reply = self._api.record(await self._api.get("/query", {"q": query}))
            rows = [*self._api.records(reply, "records")]
            return rows, self._api.text(rows[-1], "Id") if len(rows) == self._rows else ""

        return walked(self.card.name, fetch, mark)

    async def _person(self, key: str) -> Row | None:
        kind = _OBJECTS.get(key[:3])
        self._api.demand(kind, "record_key_unexpected")
        row = await self._api.get(_escape.url("sobjects", kind, key), optional=True)
        return None if row is None else self._api.record(row)

    def _children(self, name: str) -> Callable[[str, Row, str], Batches]:
        kind, fields, _, _ = _CHILDREN[name]

        async def read(key: str, _row: Row, mark: str) -> Batches:
            if field := fields.get(key[:3]):
                async for batch in self._select(kind, field, key, mark):
                    yield batch

        return read

    def _forget(self, kind: str, read: Callable[[str, Row, str], Batches]) -> Callable[[People], Any]:
        async def act(people: People) -> Done:
            keys = await keys_of(self._api, read, people, field="Id")
            if self._hard:
                return await self._job(kind, keys)
            paths = [_escape.url("sobjects", kind, key) for key in keys]
            replies = [await self._api.ask("DELETE", path, absent=_ABSENT) for path in paths]
            return done_by(replies, ready_after=_BIN)

        return act

    async def _job(self, kind: str, keys: list[str]) -> Done:
        """Order that these be removed for good: open a job, hand it the ids, close it."""
        order = {"object": kind, "operation": "hardDelete", "contentType": "CSV", "lineEnding": "LF"}
        opened = await self._api.ask("POST", "/jobs/ingest", json=order)
        job = self._api.text(self._api.record(opened.body), "id")
        path = _escape.url("jobs", "ingest", job)
        csv = "\n".join(("Id", *keys, ""))
        await self._api.ask("PUT", f"{path}/batches", content=csv, headers={"Content-Type": "text/csv"})
        closed = await self._api.ask("PATCH", path, json={"state": "UploadComplete"})
        return done_by([opened, closed], job=job, ready_after=_AGAIN)

    async def _opt_out(self, key: str, on: bool) -> _http.Reply:  # noqa: FBT001 - the mark itself
        return await self._patch(key, {"HasOptedOutOfEmail": on, "DoNotCall": on})

    async def _write(self, key: str, fields: Mapping[str, str]) -> _http.Reply:
        return await self._patch(key, fields)

    async def _patch(self, key: str, fields: Mapping[str, object]) -> _http.Reply:
        path = _escape.url("sobjects", _OBJECTS[key[:3]], key)
        return await self._api.ask("PATCH", path, json=dict(fields))


def _card(name: str, collections: tuple[Collection, ...]) -> Card:
    return Card(
        name=name,
        vendor="Salesforce",
        collections=collections,
        can=frozenset(Verb) - {Verb.RESTRICT, Verb.LIFT},
        finds_by=frozenset({IdentifierKind.EMAIL}),
        teaches=frozenset({IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.RECORD_KEY}),
        notes="Files, chatter, field history and objects of your own are not part of this search.",
        abilities={
            Verb.SUPPRESS: Ability(
                enforced_by=Enforcer.NOBODY, reversible=True, note="E-mail and telephone."
            ),
            Verb.RECTIFY: Ability(reversible=True),
        },
    )


def _record(prefix: str) -> Callable[[str, Row, str], Batches]:
    return lambda key, row, mark: record_of(key, row if key.startswith(prefix) else {}, mark)


def _is_of(name: str) -> Callable[[str, Row], bool]:
    fields = _CHILDREN[name][1]
    return lambda key, row: dug(row, fields.get(key[:3], "")) == key


def _opted_out(row: Row) -> bool:
    return row.get("HasOptedOutOfEmail") is True and row.get("DoNotCall") is True
