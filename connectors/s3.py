"""Objects in S3, or what speaks its protocol, whose keys name the person: uploads, scans, recordings.

Every version of an object is held data, so every one is counted, handed over and erased, with the markers of
earlier deletions. What an object lock keeps cannot be erased: `object_locked` is a task.
Sources: the API reference of Amazon S3 (ListObjectVersions, DeleteObjects, GetObject). Tested against
SeaweedFS; not confirmed against AWS itself.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _store_scan
from connectors._bucket import Bucket, Place
from connectors._erasure import Done, Eraser, Way
from connectors._prefix import Prefix
from connectors._reader import People
from connectors._traces import Traces
from connectors._values import key_from, key_text
from dsar.deeds import Method
from dsar.errors import ContractError, InputError
from dsar.holdings import Card, Collection, File, Findings, Holding, Page, Row
from dsar.person import Identifier, Identity
from dsar.residue import Scan
from dsar.vocabulary import Category, IdentifierKind, Verb

_MANY = 1000  # the most that S3 lists in one call


class Kept(BaseModel):
    """One kind of objects. `prefix` has one placeholder, such as `uploads/{account_id}/`.

    `encoded` says that ids stand there as in a web address (`a%2Fb%40c.example`). Without it an id with a `/`
    in it is a task (`id_not_in_keys`), because its objects could be somebody else's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefix: str
    category: Category
    encoded: bool = False
    title: str = ""


class Settings(BaseModel):
    """`access_key` and `secret` may list and read versions and, to erase, delete them; without them the AWS
    SDK finds credentials by itself. `endpoint` is a store other than AWS, `self_hosted` if it is plain http.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bucket: str
    collections: Mapping[str, Kept] = Field(min_length=1)
    region: str = "eu-west-2"
    endpoint: str | None = None
    self_hosted: bool = False
    access_key: str | None = None
    secret: SecretStr | None = None
    page_rows: int = Field(default=500, ge=1, le=1000)


def connect(name: str, settings: Settings) -> "S3":
    """Return the connector.

    Raises:
        InputError: `prefix_unusable`, or `url_insecure` where a secret would travel in clear.
    """
    if settings.endpoint and not settings.endpoint.startswith("https://") and not settings.self_hosted:
        raise InputError("url_insecure", "use https, or say self_hosted: true", field="endpoint")
    secret = settings.secret.get_secret_value() if settings.secret else None
    bucket = Bucket(
        name,
        settings.bucket,
        region=settings.region,
        endpoint=settings.endpoint,
        access_key=settings.access_key,
        secret=secret,
    )
    return S3(name, bucket, settings)


class S3:
    """A connected bucket. A person is whatever ids the prefixes name; their keys are these ids."""

    def __init__(self, name: str, bucket: Bucket, settings: Settings) -> None:
        self._bucket, self._rows = bucket, settings.page_rows
        self._prefixes = {
            key: Prefix.read(key, kept.prefix, encoded=kept.encoded)
            for key, kept in settings.collections.items()
        }
        kinds = frozenset(prefix.kind for prefix in self._prefixes.values())
        self.card = Card(
            name=name,
            vendor=f"Object store ({settings.bucket})",
            collections=tuple(
                Collection(name=key, category=kept.category, title=kept.title or key)
                for key, kept in settings.collections.items()
            ),
            can=frozenset({Verb.FIND, Verb.EXPORT, Verb.ERASE, Verb.VERIFY}),
            finds_by=kinds,
            teaches=frozenset({IdentifierKind.RECORD_KEY}),
        )
        ways = {key: Way(method=Method.REMOVE, act=partial(self._remove, key)) for key in self._prefixes}
        eraser = Eraser(reader=self, ways=ways)
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify

    def __repr__(self) -> str:
        return f"S3({self.card.name})"

    async def check(self) -> None:
        """List nothing. Raises as `Bucket.page`."""
        await asyncio.to_thread(self._bucket.page, "dsar-check/", Place(), 1)

    async def find(self, identity: Identity) -> Findings:
        """Count every version of every object under the person's prefixes."""
        people = await self.people(identity)
        counts = {name: await self.count(name, people) for name in self._prefixes}
        return Findings(
            holdings=tuple(
                Holding(system=self.card.name, collection=c.name, category=c.category, count=counts[c.name])
                for c in self.card.collections
                if counts[c.name]
            ),
            learned=tuple(
                Identifier(kind=IdentifierKind.RECORD_KEY, value=key, system=self.card.name) for key in people
            ),
        )

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream the versions by key, each with its bytes.

        Raises:
            ContractError: `collection_unknown`, `cursor_unreadable`, `pages_repeat`.
        """
        if collection not in self._prefixes:
            raise ContractError(self.card.name, "collection_unknown")
        at, key, version = map(str, key_from(self.card.name, cursor, width=3)) if cursor else ("", "", "")
        for prefix in self._under(collection, await self.people(identity)):
            if prefix < at:
                continue
            place = Place(key, version) if prefix == at else Place()
            whose = self._prefixes[collection].id_in(prefix)
            async for found, place in self._bucket.pages(prefix, place, self._rows):  # noqa: B020  # where it goes on
                rows = tuple(self._row(whose, each) for each in found)
                yield Page(rows=rows, cursor=key_text((prefix, place.key, place.version)))

    def _row(self, whose: str, found: Mapping[str, Any]) -> Row:
        key, version = str(found["Key"]), str(found["VersionId"])
        chunks = self._bucket.chunks(key, version)
        return {
            "stored_under": whose,
            "key": key,
            "version": version,
            "current": bool(found["IsLatest"]),
            "last_modified": found["LastModified"].isoformat(),
            "size": int(found["Size"]),
            "file": File(name=key.rpartition("/")[2] or key, chunks=chunks),
        }

    async def scan(self, identity: Identity) -> Scan:
        """Look for the person in everybody's objects under the prefixes, old versions included."""
        people = await self._held(identity)
        ground = _store_scan.Ground(
            roots={name: prefix.before for name, prefix in self._prefixes.items()},
            own={name: self._under(name, people) for name in self._prefixes},
        )
        return await _store_scan.scan(self._bucket, ground, Traces(identity))

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        await asyncio.to_thread(self._bucket.close)

    async def people(self, identity: Identity) -> People:
        """Return the ids under which something is held; those that were learned here, if any were.

        Raises:
            OperatorError: `id_not_in_keys`: an id cannot be looked for; a person must.
        """
        if not self._frozen(identity):
            for prefix in self._prefixes.values():
                prefix.demand_spelled(self.card.name, identity)
        return await self._held(identity)

    def _frozen(self, identity: Identity) -> Sequence[str]:
        return sorted(identity.of(IdentifierKind.RECORD_KEY, system=self.card.name))

    async def _held(self, identity: Identity) -> People:
        if frozen := self._frozen(identity):
            return {key: {} for key in frozen}
        asked = {
            key_text((prefix.kind.value, value))
            for prefix in self._prefixes.values()
            for value in prefix.spellings(identity)
        }
        held: dict[str, Row] = {}
        for key in sorted(asked):
            found = [
                await self._holds(prefix) for name in self._prefixes for prefix in self._under(name, [key])
            ]
            if any(found):
                held[key] = {}
        return held

    known = people  # an id in a key is one person's: several cannot share it

    async def count(self, collection: str, people: People) -> int:
        """Count the versions of one collection."""
        count = 0
        for prefix in self._under(collection, people):
            async for found, _ in self._bucket.pages(prefix, Place(), _MANY):
                count += len(found)
        return count

    async def _holds(self, prefix: str) -> bool:
        """Look for one version; markers of deletions may come first, and are none."""
        async for _ in self._bucket.pages(prefix, Place(), _MANY):
            return True
        return False

    def _under(self, collection: str, people: Sequence[str] | People) -> Sequence[str]:
        """Return the prefixes of these ids in one collection, in order."""
        return sorted(self._written(self._prefixes[collection], people))

    def _written(self, prefix: Prefix, people: Sequence[str] | People) -> Iterator[str]:
        for key in people:
            kind, value = map(str, key_from(self.card.name, key, width=2))
            if kind == prefix.kind and prefix.spells(value):
                yield prefix.of(value)

    async def _remove(self, collection: str, people: People) -> Done:
        for prefix in self._under(collection, people):
            await asyncio.to_thread(self._bucket.remove, prefix)
        return Done()
