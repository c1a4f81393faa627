"""Segment: a profile and its newest events; erasing and stopping by regulations that take days.

Sources: Segment's own documentation (deletion and suppression, Profile API) and its public API clients (also
the paging of `/suppressions`, and the host in the EU). Two tokens: the Public API's regulates, the Profile
API's reads one space. No call was made to a live workspace.
The Profile API shows events of fourteen days; what warehouses and destinations got is theirs (connect them,
too). Segment promises thirty days for its own stores. It forwards an erasure to destinations that take it;
one that does not makes the whole regulation "failed", so each destination's own answer counts.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _escape, _http
from connectors._erasure import Done, Eraser, Way
from connectors._marks import seen_as
from connectors._paging import Batches, Cursor, Listing, dug
from connectors._reader import People, Question, Reader, Stream, record_of
from connectors._segment import AT_ONCE, DELETE, SUPPRESS, Regulations
from dsar.batches import Answer
from dsar.deeds import Method, Purpose, Receipt, Result, Seen, Verdict
from dsar.holdings import Ability, Card, Collection, Row
from dsar.person import Identity
from dsar.vocabulary import Category, IdentifierKind, Verb

FINISHES = timedelta(days=30)
_ABSENT = frozenset({404})
_HOSTS = {
    "us": ("api.segmentapis.com", "profiles.segment.com"),
    "eu": ("eu1.api.segmentapis.com", "profiles.euw1.segment.com"),
}
_PROFILES = Collection(name="profiles", category=Category.PROFILE, title="Your profile")
_EVENTS = Collection(name="events", category=Category.TECHNICAL_USAGE, title="What you did lately")
_QUESTIONS = {IdentifierKind.EMAIL: "email", IdentifierKind.ACCOUNT_ID: "user_id"}


class Settings(BaseModel):
    """`public_token` is a Public API token of a workspace owner; `profile_token` opens the Profile API of
    the space `space_id`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    public_token: SecretStr
    profile_token: SecretStr
    space_id: str = Field(pattern=r"^[A-Za-z0-9_-]+$")
    region: Literal["us", "eu"] = "us"
    page_rows: int = Field(default=100, ge=1, le=200)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "Segment":
    """Return the connector. Raises `InputError` for a token that cannot be taken."""
    public, profile = (f"https://{host}" for host in _HOSTS[settings.region])
    headers = _http.bearer(settings.public_token.get_secret_value())
    headers["Accept"] = "application/vnd.segment.v1+json"
    basic = (settings.profile_token.get_secret_value(), "")
    users = f"{profile}/v1/spaces/{settings.space_id}/collections/users"
    return Segment(
        settings,
        public=_http.Api(name, public, headers=headers, transport=transport),
        profiles=_http.Api(name, users, basic=basic, transport=transport),
    )


class Segment:
    """A connected Segment workspace. A person is a user id: only that can be regulated."""

    def __init__(self, settings: Settings, *, public: _http.Api, profiles: _http.Api) -> None:
        self._public, self._profiles = public, profiles
        self._regulations = Regulations(public)
        self._rows = settings.page_rows
        self.card = _card(public.system)
        reader = Reader(
            card=self.card,
            questions=tuple(
                Question(kind=kind, ask=self._asking(name), shown=_shown(name))
                for kind, name in _QUESTIONS.items()
            ),
            person=self._profile,
            key_of=lambda row: profiles.text(row, "user_id"),
            streams=(
                Stream(collection=_PROFILES, read=record_of),
                Stream(collection=_EVENTS, read=self._events),
            ),
            teaches=lambda row: [
                (IdentifierKind.ACCOUNT_ID, row.get("user_id")),
                (IdentifierKind.EMAIL, dug(row, "traits.email")),
            ],
        )
        both = tuple(c.name for c in self.card.collections)
        ways = dict.fromkeys(both, Way(method=Method.REMOVE, act=self._forget, takes=both))
        self._reader, self._eraser = reader, Eraser(reader=reader, ways=ways)
        self.find, self.export = reader.find, reader.export
        self.plan_erasure, self.erase = self._eraser.plan, self._eraser.erase
        self.at_once, self.prepare_erasure, self.month = AT_ONCE, self._eraser.prepare, public.pace.month
        self.poll = self._regulations.poll

    def __repr__(self) -> str:
        return f"Segment({self.card.name})"

    async def check(self) -> None:
        """Ask for nobody's profile, and list one suppression. Raises as `_http.Api.get`."""
        await self._profile("dsar-check")
        async for _ in self._regulations.listing("/suppressions", "suppressed", 1).read():
            break

    async def suppress(self, identity: Identity, purposes: frozenset[Purpose]) -> Sequence[Receipt]:
        """Stop recording: Segment itself refuses what comes in under these user ids from then on."""
        if not purposes & {Purpose.COLLECTION, Purpose.CONSENT}:
            return ()
        people = await self._reader.known(identity)
        new = sorted({*people} - await self._regulations.suppressed() if people else ())
        done = await self._regulations.order(SUPPRESS, new) if new else Done()
        return [
            Receipt(
                system=self.card.name,
                collection=_EVENTS.name,
                verb=Verb.SUPPRESS,
                result=Result.ACCEPTED if new else Result.ALREADY,
                count=len(people),
                job=done.job,
                ready_after=done.ready_after,
                requests=done.requests,
            )
        ]

    async def verify(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        """Count again, or look whether the user ids stand on Segment's own list."""
        seen: list[Seen] = []
        for receipt in receipts:
            if receipt.verb is Verb.SUPPRESS:
                left = len({*await self._reader.people(identity)} - await self._regulations.suppressed())
                seen.append(seen_as(receipt, Verdict.STILL_PRESENT if left else Verdict.VERIFIED, left))
            else:
                seen += await self._eraser.verify(identity, [receipt])
        return seen

    async def erase_together(self, keys: Sequence[str]) -> Mapping[str, Answer]:
        """Order one regulation for many people. Segment takes a list as a whole, or refuses it as a whole."""
        return await self._regulations.erase(keys)

    async def erased_before(self, keys: Sequence[str], since: datetime) -> Mapping[str, Answer]:
        """Look into the workspace's regulations: each lists its user ids."""
        return await self._regulations.erased(keys, since)

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await self._public.close()
        await self._profiles.close()

    def _asking(self, name: str) -> Callable[[str], Batches]:
        async def ask(value: str) -> Batches:
            row = await self._by(name, value)
            yield [row] if row else [], ""

        return ask

    async def _by(self, name: str, value: str) -> Row | None:
        """Return the profile that one external id leads to, with its user id; None if there is none."""
        path = _escape.url("profiles", f"{name}:{value.lower()}")
        listing = self._listing(f"{path}/external_ids", 100)
        found = [row async for rows, _ in listing.read() for row in rows]
        users = [self._profiles.text(row, "id") for row in found if row.get("type") == "user_id"]
        if not users:
            return None
        traits = self._profiles.record(await self._profiles.get(f"{path}/traits", {"limit": 200}))
        return {"user_id": users[0], "traits": traits.get("traits"), "external_ids": found}

    async def _profile(self, key: str) -> Row | None:
        return await self._by("user_id", key)

    def _events(self, key: str, _row: Row, mark: str) -> Batches:
        path = _escape.url("profiles", f"user_id:{key.lower()}", "events")
        return self._listing(path, self._rows).read(mark)

    def _listing(self, path: str, size: int) -> Listing:
        paging = Cursor(at="cursor.next", into="next", more="cursor.has_more")
        asks = {"limit": size}
        return Listing(api=self._profiles, path=path, rows="data", paging=paging, asks=asks, absent=_ABSENT)

    async def _forget(self, people: People) -> Done:
        return await self._regulations.order(DELETE, sorted(people))


def _card(name: str) -> Card:
    kinds = frozenset(_QUESTIONS)
    return Card(
        name=name,
        vendor="Segment",
        collections=(_PROFILES, _EVENTS),
        can=frozenset({Verb.FIND, Verb.EXPORT, Verb.ERASE, Verb.SUPPRESS, Verb.VERIFY}),
        finds_by=kinds,
        teaches=kinds | {IdentifierKind.RECORD_KEY},
        notes="Events older than fourteen days lie in the stores that Segment fills, not in Segment.",
        abilities={
            Verb.ERASE: Ability(
                finishes_in=FINISHES, note="Stores and tools behind Segment are asked as well."
            ),
            Verb.SUPPRESS: Ability(finishes_in=timedelta(days=1), note="Nothing new is recorded."),
        },
    )


def _shown(name: str) -> Callable[[Row], list[object]]:
    """Return what reads the external ids of one type in a profile."""
    return lambda row: [each.get("id") for each in row["external_ids"] if each.get("type") == name]
