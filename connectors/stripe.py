"""Stripe: customers and what they paid.

Sources: docs.stripe.com/api (customers, search, lists by customer), /privacy/redaction and the official SDK
(redaction jobs, in public preview: `redaction_version` names the one that is asked for). `email=` compares
letter by letter (Stripe's OpenAPI description), so we ask for the address as given and in lower case.
Not confirmed against a live account: that a job fails, to be validated again, while a payment is younger than
90 days; that `redaction.status` shows it on a customer. Guests without a customer record are not found.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from math import ceil

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _escape, _http
from connectors._erasure import Done, Eraser, Way, done_by
from connectors._jobs import Standing, standing, stands
from connectors._marks import Marker, Rectifier
from connectors._paging import Batches, Cursor, LastId, Listing, dug
from connectors._reader import People, Question, Reader, Stream, field_is, listed, record_of, shown, value_of
from dsar.deeds import Method, Receipt
from dsar.holdings import Ability, Card, Collection, Enforcer, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

WINDOW = timedelta(days=90)  # a younger payment cannot be redacted: it may still be disputed
_AGAIN = timedelta(hours=1)
_GONE = frozenset({404})
_JOB = {
    **dict.fromkeys(("created", "validating", "ready", "redacting", "canceling"), Standing.RUNNING),
    "succeeded": Standing.DONE,
    **dict.fromkeys(("failed", "canceled"), Standing.FAILED),
}
# By the path of each list. The last three belong to the customer, the others are asked by customer.
_LISTS = {
    "charges": ("Your payments", Category.TRANSACTION),
    "payment_intents": ("Payments you began", Category.TRANSACTION),
    "setup_intents": ("Means of payment you set up", Category.FINANCIAL),
    "invoices": ("Your invoices", Category.TRANSACTION),
    "subscriptions": ("Your subscriptions", Category.TRANSACTION),
    "credit_notes": ("Your credit notes", Category.TRANSACTION),
    "checkout/sessions": ("Your checkouts", Category.TRANSACTION),
    "payment_methods": ("Your means of payment", Category.FINANCIAL),
    "tax_ids": ("Your tax numbers", Category.IDENTITY),
    "balance_transactions": ("Your balance", Category.FINANCIAL),
}
_OWNED = frozenset({"payment_methods", "tax_ids", "balance_transactions"})
_CUSTOMERS = Collection(name="customers", category=Category.CONTACT, title="Your customer record")
_FLAG = "dsar_restricted"


class Settings(BaseModel):
    """`api_key` is a restricted key: reads what is listed below, writes customers and redaction jobs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_key: SecretStr
    api_version: str = "2026-10-28.endive"
    redaction_version: str = "2026-10-28.preview"
    page_rows: int = Field(default=100, ge=1, le=100)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "Stripe":
    """Return the connector. Raises `InputError` for a key that cannot be taken."""
    headers = _http.bearer(settings.api_key.get_secret_value())
    headers["Stripe-Version"] = settings.api_version
    api = _http.Api(name, "https://api.stripe.com/v1", headers=headers, transport=transport)
    return Stripe(name, api, settings)


class Stripe:
    """A connected Stripe account."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._rows = settings.page_rows
        self._preview = {"Stripe-Version": settings.redaction_version}
        held = {path: _collection(path, title, kind) for path, (title, kind) in _LISTS.items()}
        self.card = _card(name, (_CUSTOMERS, *held.values()))
        self._reader = Reader(
            card=self.card,
            questions=(
                Question(kind=IdentifierKind.EMAIL, ask=self._by_email, shown=shown("email")),
                Question(kind=IdentifierKind.PHONE, ask=self._by_phone, shown=shown("phone"), fuzzy=True),
            ),
            person=self._customer,
            key_of=lambda row: api.text(row, "id"),
            streams=(
                Stream(collection=_CUSTOMERS, read=_record),
                *(
                    Stream(collection=c, read=self._list(path), mine=field_is("customer"))
                    for path, c in held.items()
                ),
            ),
            teaches=lambda row: ((k, row.get(k.value)) for k in (IdentifierKind.EMAIL, IdentifierKind.PHONE)),
        )
        marker = Marker(reader=self._reader, marked=_restricted, write=self._mark)
        every = tuple(c.name for c in self.card.collections)
        eraser = Eraser(
            reader=self._reader,
            ways=dict.fromkeys(every, Way(method=Method.REDACT, act=self._redact, takes=every)),
            markers={Verb.RESTRICT: marker, Verb.LIFT: marker},
        )
        rectifier = Rectifier(
            reader=self._reader,
            collection="customers",
            attributes={field: value_of(field) for field in ("name", "email", "phone", "description")},
            write=self._write,
        )
        self.find, self.export = self._reader.find, self._reader.export
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify
        self.restrict, self.lift = marker.restrict, marker.lift
        self.rectify, self.close = rectifier.rectify, api.close

    def __repr__(self) -> str:
        return f"Stripe({self.card.name})"

    async def check(self) -> None:
        """Ask for a customer who cannot exist. Raises as `_http.Api.get`."""
        asked = {"email": "dsar-check@nobody.invalid", "limit": "1"}
        self._api.records(self._api.record(await self._api.get("/customers", asked)), "data")

    async def poll(self, receipt: Receipt) -> Receipt:
        """Move a redaction job on: once it is valid it is run; if it was refused while a payment was too
        young, it is validated again when that time is over.

        Raises:
            OperatorError: `job_failed`; a person must look, for an unpaid invoice or an open dispute, say.
        """
        job, _, ripe = receipt.job.partition("@")
        path = _escape.url("privacy", "redaction_jobs", job)
        reply = await self._api.ask("GET", path, headers=self._preview)
        state = self._api.record(reply.body).get("status")
        if state == "ready":
            await self._api.ask("POST", f"{path}/run", headers=self._preview)
        if state == "failed" and ripe:
            if left := _left(int(ripe)):
                return replace(receipt, ready_after=left)
            await self._api.ask("POST", f"{path}/validate", headers=self._preview)
            return replace(receipt, job=job, ready_after=_AGAIN)
        return stands(receipt, standing(self.card.name, _JOB, state))

    async def _redact(self, people: People) -> Done:
        objects = {f"objects[customers][{n}]": key for n, key in enumerate(people)}
        form = {**objects, "validation_behavior": "error"}
        youngest = [await self._youngest(key) for key in people]
        once = hashlib.sha256(f"{people.keys()}".encode()).hexdigest()  # asked twice, it is one job
        headers = {**self._preview, "Idempotency-Key": once}
        reply = await self._api.ask("POST", "/privacy/redaction_jobs", data=form, headers=headers)
        job, ripe = (
            self._api.text(self._api.record(reply.body), "id"),
            max(youngest) + int(WINDOW.total_seconds()),
        )
        left = _left(ripe)
        return done_by([reply], job=f"{job}@{ripe}" if left else job, ready_after=left or _AGAIN)

    async def _youngest(self, customer: str) -> int:
        """Return when the customer last paid: the newest come first."""
        async for rows, _ in self._list("charges")(customer, {}, ""):
            made = [row.get("created") for row in rows]
            return max((at for at in made if isinstance(at, int)), default=0)
        return 0

    async def _customer(self, key: str) -> Row | None:
        path = _escape.url("customers", key)
        reply = await self._api.ask("GET", path, headers=self._preview, absent=_GONE)
        row = self._api.record(reply.body) if reply.body is not None else None
        return None if row is None or row.get("deleted") is True else row

    def _by_email(self, value: str) -> Batches:
        asks = {"email": value, "limit": self._rows}
        paging = LastId(into="starting_after", more="has_more")
        return Listing(api=self._api, path="/customers", rows="data", paging=paging, asks=asks).read()

    def _by_phone(self, value: str) -> Batches:
        asks = {"query": f"phone:{_escape.stripe_search(value)}", "limit": self._rows}
        paging = Cursor(at="next_page", into="page")
        return Listing(api=self._api, path="/customers/search", rows="data", paging=paging, asks=asks).read()

    def _list(self, path: str) -> Callable[[str, Row, str], Batches]:
        def read(key: str, row: Row, mark: str) -> Batches:
            if _redacted(row):
                return listed([])
            own = path in _OWNED
            where = _escape.url("customers", key, path) if own else f"/{path}"
            asks = {"limit": self._rows} | ({} if own else {"customer": key})
            asks |= {"status": "all"} if path == "subscriptions" else {}
            paging = LastId(into="starting_after", more="has_more")
            gone = _GONE if own else frozenset()
            return Listing(
                api=self._api, path=where, rows="data", paging=paging, asks=asks, absent=gone
            ).read(mark)

        return read

    async def _mark(self, key: str, on: bool) -> _http.Reply:  # noqa: FBT001 - the mark itself
        return await self._write(key, {f"metadata[{_FLAG}]": "true" if on else ""})

    async def _write(self, key: str, fields: Mapping[str, str]) -> _http.Reply:
        return await self._api.ask("POST", _escape.url("customers", key), data=dict(fields))


def _card(name: str, collections: tuple[Collection, ...]) -> Card:
    note = "Payments younger than 90 days are redacted when that time is over."
    return Card(
        name=name,
        vendor="Stripe",
        collections=collections,
        can=frozenset(Verb) - {Verb.SUPPRESS},
        finds_by=frozenset({IdentifierKind.EMAIL, IdentifierKind.PHONE}),
        teaches=frozenset({IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.RECORD_KEY}),
        notes="Payments by guests without a customer record are not part of this search.",
        abilities={
            Verb.ERASE: Ability(finishes_in=WINDOW, note=note),
            Verb.RESTRICT: Ability(reversible=True, enforced_by=Enforcer.US),
            Verb.RECTIFY: Ability(reversible=True),
        },
    )


def _collection(path: str, title: str, kind: Category) -> Collection:
    return Collection(name=path.replace("/", "_"), category=kind, title=title)


def _record(key: str, row: Row, mark: str) -> Batches:
    return record_of(key, {} if _redacted(row) else row, mark)


def _redacted(row: Row) -> bool:
    return bool(dug(row, "redaction.status") == "redacted")


def _restricted(row: Row) -> bool:
    return bool(dug(row, f"metadata.{_FLAG}") == "true")


def _left(instant: int) -> timedelta:
    return max(timedelta(seconds=ceil(instant - time.time())), timedelta())
