"""Zendesk Support: end users, their identities, and the tickets they asked for with every comment.

Sources: Zendesk's API descriptions (users, deleted users, tickets, deleted tickets, search, job statuses) as
mirrored in 2026. A person is erased in two steps, and so is a ticket; then each Zendesk product erases on its
own (`compliance_deletion_statuses`), and only when all are complete is the person gone. The states of a job
are those of its API reference (queued, working, failed, completed).
Not confirmed against a live account: that a user's requested tickets include archived ones; that a person
with open tickets is refused with status 422. Tickets in which somebody was only copied, and what help centre
and chat hold elsewhere, are not searched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _escape, _http
from connectors._erasure import Done, Eraser, Way, done_by, keys_of
from connectors._jobs import Standing, standing, stands
from connectors._marks import Marker, Rectifier
from connectors._paging import Batches, Cursor, Listing, Number, dug
from connectors._reader import People, Question, Reader, Stream, field_is, record_of, shown, value_of
from dsar.deeds import Method, Receipt
from dsar.errors import OperatorError
from dsar.holdings import Ability, Card, Collection, Enforcer, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

_TRASH = timedelta(days=30)  # what a crash left between the two steps is gone by then
_AGAIN = timedelta(minutes=5)
_ABSENT = frozenset({404})
_OPEN_TICKETS = 422
_AT_ONCE = 100
_STATUSES = "compliance_deletion_statuses"
_MARK = "dsar_restricted"
_NEXT = Cursor(at="meta.after_cursor", into="page[after]", more="meta.has_more")
_JOB = {
    **dict.fromkeys(("queued", "working"), Standing.RUNNING),
    "completed": Standing.DONE,
    **dict.fromkeys(("failed", "killed"), Standing.FAILED),
}
_USERS = Collection(name="users", category=Category.CONTACT, title="Your profile at our help desk")
_IDENTITIES = Collection(name="identities", category=Category.CONTACT, title="Addresses we know you by")
_TICKETS = Collection(
    name="tickets", category=Category.SUPPORT, title="Your requests for help", third_party=("*",)
)


class Settings(BaseModel):
    """`token` is an API token of the admin whose address is `login`; `subdomain` is before .zendesk.com."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subdomain: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    login: str
    token: SecretStr
    page_rows: int = Field(default=100, ge=1, le=100)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "Zendesk":
    """Return the connector."""
    basic = (f"{settings.login}/token", settings.token.get_secret_value())
    base = f"https://{settings.subdomain}.zendesk.com/api/v2"
    return Zendesk(name, _http.Api(name, base, basic=basic, transport=transport), settings)


class Zendesk:
    """A connected Zendesk account."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._rows = settings.page_rows
        self.card = _card(name)
        reader = Reader(
            card=self.card,
            questions=(
                Question(kind=IdentifierKind.EMAIL, ask=self._search, shown=shown("email"), fuzzy=True),
                Question(kind=IdentifierKind.PHONE, ask=self._search, shown=shown("phone"), fuzzy=True),
            ),
            person=self._user,
            key_of=lambda row: api.text(row, "id"),
            streams=(
                Stream(collection=_USERS, read=record_of),
                Stream(collection=_IDENTITIES, read=self._identities, mine=field_is("user_id")),
                Stream(
                    collection=_TICKETS,
                    read=self._tickets,
                    mine=field_is("requester_id"),
                    dress=self._with_comments,
                ),
            ),
            teaches=lambda row: ((k, row.get(k.value)) for k in (IdentifierKind.EMAIL, IdentifierKind.PHONE)),
        )
        self.find, self.export, self.close = reader.find, reader.export, api.close
        self._offer(reader)

    def __repr__(self) -> str:
        return f"Zendesk({self.card.name})"

    def _offer(self, reader: Reader) -> None:
        marker = Marker(reader=reader, marked=_marked, write=self._mark)
        forget = Way(method=Method.REMOVE, act=self._forget)
        eraser = Eraser(
            reader=reader,
            ways={
                "tickets": Way(method=Method.REMOVE, act=self._remove_tickets),
                "identities": replace(forget, takes=("users",)),
                "users": replace(forget, takes=("identities",)),
            },
            markers={Verb.RESTRICT: marker, Verb.LIFT: marker},
        )
        rectifier = Rectifier(
            reader=reader,
            collection="users",
            attributes={field: value_of(field) for field in ("name", "phone", "notes", "details")},
            write=self._write,
        )
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify
        self.restrict, self.lift = marker.restrict, marker.lift
        self.rectify = rectifier.rectify

    async def check(self) -> None:
        """Search for nobody. Raises as `_http.Api.get`."""
        async for _ in self._search("dsar-check@nobody.invalid"):
            break

    async def poll(self, receipt: Receipt) -> Receipt:
        """Ask how far the jobs are that remove tickets for good.

        Raises:
            OperatorError: `job_failed`; a person must look.
        """
        states = [await self._job(job) for job in receipt.job.split(",")]
        worst = next((s for s in (Standing.FAILED, Standing.RUNNING) if s in states), Standing.DONE)
        return stands(receipt, worst)

    async def _job(self, job: str) -> Standing:
        reply = self._api.record(await self._api.get(_escape.url("job_statuses", job)))
        results = dug(reply, "job_status.results")
        refused = isinstance(results, list) and any(dug(each, "success") is False for each in results)
        now = standing(self.card.name, _JOB, dug(reply, "job_status.status"))
        return Standing.FAILED if now is Standing.DONE and refused else now

    def _search(self, value: str) -> Batches:
        """Search every field for a phrase: neighbours come along, and are left out when they are compared."""
        asks = {"query": _escape.zendesk(value), "per_page": self._rows}
        paging = Number(self._rows)
        return Listing(
            api=self._api, path=_escape.url("users", "search"), rows="users", paging=paging, asks=asks
        ).read()

    async def _user(self, key: str) -> Row | None:
        """Read a user: one who was only moved to the trash is there still, and so is one whom a Zendesk
        product has not yet erased.
        """
        reply = await self._api.get(_escape.url("users", key), optional=True)
        row = self._api.record(self._api.record(reply).get("user")) if reply is not None else {}
        if row.get("active") is True:
            return row
        trash = await self._api.get(_escape.url("deleted_users", key), optional=True)
        if trash is not None:
            return self._api.record(self._api.record(trash).get("deleted_user"))
        return {"id": key, "erasing": True} if await self._erasing(key) else None

    async def _erasing(self, key: str) -> bool:
        path = _escape.url("users", key, _STATUSES)
        reply = await self._api.get(path, optional=True)
        rows = self._api.records(self._api.record(reply), _STATUSES) if reply is not None else []
        begun = {row.get("application") for row in rows}
        return bool(begun - {row.get("application") for row in rows if row.get("action") == "complete"})

    def _identities(self, key: str, _row: Row, mark: str) -> Batches:
        return self._listing(_escape.url("users", key, "identities"), "identities").read(mark)

    def _tickets(self, key: str, _row: Row, mark: str) -> Batches:
        return self._listing(_escape.url("users", key, "tickets", "requested"), "tickets").read(mark)

    def _listing(self, path: str, rows: str) -> Listing:
        asks = {"page[size]": self._rows}
        return Listing(api=self._api, path=path, rows=rows, paging=_NEXT, asks=asks, absent=_ABSENT)

    async def _with_comments(self, row: Row) -> Row:
        path = _escape.url("tickets", self._api.text(row, "id"), "comments")
        comments = [each async for page, _ in self._listing(path, "comments").read() for each in page]
        return {**row, "comments": comments}

    async def _remove_tickets(self, people: People) -> Done:
        """Move each to the trash, then order that the trash be emptied of them."""
        keys = await keys_of(self._api, self._tickets, people)
        replies = [await self._api.ask("DELETE", _escape.url("tickets", k), absent=_ABSENT) for k in keys]
        jobs = []
        for start in range(0, len(keys), _AT_ONCE):
            asked = {"ids": ",".join(keys[start : start + _AT_ONCE])}
            reply = await self._api.ask("DELETE", "/deleted_tickets/destroy_many", params=asked)
            jobs.append(self._api.text(self._api.record(dug(reply.body, "job_status")), "id"))
            replies.append(reply)
        return done_by(replies, job=",".join(jobs), ready_after=_AGAIN)

    async def _forget(self, people: People) -> Done:
        """Take the two steps. The first is skipped where it was taken before."""
        replies: list[_http.Reply] = []
        for key in (k for k, row in people.items() if row and not row.get("erasing")):
            soft = await self._api.ask("DELETE", _escape.url("users", key), absent={*_ABSENT, _OPEN_TICKETS})
            if soft.status == _OPEN_TICKETS:
                raise OperatorError(self.card.name, "open_tickets")
            hard = await self._api.ask("DELETE", _escape.url("deleted_users", key), absent=_ABSENT)
            replies += [soft, hard]
        return done_by(replies, ready_after=_TRASH)

    async def _mark(self, key: str, on: bool) -> _http.Reply:  # noqa: FBT001 - the mark itself
        tags = set(_tags(await self._user(key) or {})) - {_MARK}
        return await self._put(key, {"tags": sorted({*tags, _MARK} if on else tags)})

    async def _write(self, key: str, fields: Mapping[str, str]) -> _http.Reply:
        return await self._put(key, fields)

    async def _put(self, key: str, fields: Mapping[str, str | Sequence[str]]) -> _http.Reply:
        return await self._api.ask("PUT", _escape.url("users", key), json={"user": dict(fields)})


def _card(name: str) -> Card:
    note = "Each Zendesk product erases on its own; the person counts as gone when all have done so."
    return Card(
        name=name,
        vendor="Zendesk",
        collections=(_USERS, _IDENTITIES, _TICKETS),
        can=frozenset(Verb) - {Verb.SUPPRESS},
        finds_by=frozenset({IdentifierKind.EMAIL, IdentifierKind.PHONE}),
        teaches=frozenset({IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.RECORD_KEY}),
        notes="Conversations in which you were only copied are not part of this search.",
        abilities={
            Verb.ERASE: Ability(finishes_in=_TRASH, note=note),
            Verb.RESTRICT: Ability(
                reversible=True, enforced_by=Enforcer.NOBODY, note="A tag that agents see."
            ),
            Verb.RECTIFY: Ability(reversible=True),
        },
    )


def _tags(row: Row) -> list[str]:
    found = row.get("tags")
    return [tag for tag in found if isinstance(tag, str)] if isinstance(found, list) else []


def _marked(row: Row) -> bool:
    return _MARK in _tags(row)
