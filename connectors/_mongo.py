"""House equipment for MongoDB: a client that reads from the primary, pages by `_id`, errors by their remedy.

Everything runs in threads, a page at a time.

Values stand in filters only behind `$eq`, `$in` or `$regex`, so that none is ever an operator. Nothing of a
filter, a document or an address ever reaches a message or a log.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import bson.errors
from pymongo import MongoClient, ReadPreference, UpdateOne, WriteConcern, errors
from pymongo.collection import Collection
from pymongo.read_concern import ReadConcern

from connectors._mongo_values import CODEC, Document, Filter, beyond, said
from connectors._threads import to_the_end
from dsar.errors import ContractError, DsarError, InputError, OperatorError, TemporaryError

PATIENCE = 5_000  # milliseconds until a server counts as away
STATEMENT = 120_000  # milliseconds that one question may take
PAGE_BYTES = 8 * 2**20  # of JSON: a page of fat documents ends early

T = TypeVar("T")
Remedy = tuple[type[OperatorError | TemporaryError], str]

# Codes of the server: its source, `src/mongo/base/error_codes.yml`. 16500 is how Azure says "too fast".
_CODES: dict[int, Remedy] = {
    13: (OperatorError, "permission_missing"),
    18: (OperatorError, "credentials_refused"),
    8000: (OperatorError, "credentials_refused"),
    24: (TemporaryError, "busy"),
    43: (TemporaryError, "cursor_lost"),
    50: (TemporaryError, "statement_timeout"),
    112: (TemporaryError, "busy"),
    121: (OperatorError, "constraint_refused"),
    11000: (OperatorError, "constraint_refused"),
    16500: (TemporaryError, "throttled"),
}
_ELSE: Remedy = (OperatorError, "statement_refused")
# The first that fits decides. A server that goes or comes is away; so is one that nobody answers for.
_KINDS: tuple[tuple[Any, Remedy], ...] = (
    (errors.ConnectionFailure, (TemporaryError, "unreachable")),
    (errors.DocumentTooLarge, (OperatorError, "statement_too_long")),
    (errors.ConfigurationError, (OperatorError, "credentials_refused")),
)


def _silent(_record: logging.LogRecord) -> bool:
    return False


for _name in ("command", "connection", "serverSelection", "client", "topology"):
    logging.getLogger(f"pymongo.{_name}").addFilter(
        _silent
    )  # at DEBUG they would print filters and addresses


class Store:
    """One database. Reads what a majority of its servers has, so that what is seen gone cannot come back."""

    def __init__(self, system: str, url: str, database: str) -> None:
        self.system = system
        self._client: MongoClient[Document] = _client(url)
        try:
            chosen = self._client.get_database(database or None)
        except errors.ConfigurationError:
            raise InputError("database_missing", "name it: mongodb://host/NAME", field="url") from None
        self._database = chosen.with_options(
            codec_options=CODEC,
            read_preference=ReadPreference.PRIMARY,
            write_concern=WriteConcern("majority"),
            read_concern=ReadConcern("majority"),
        )

    def __repr__(self) -> str:
        return f"Store({self.system})"

    async def names(self) -> list[str]:
        """Return the collections that hold documents themselves and may be seen. Raises as `by_remedy`."""

        def listed() -> list[str]:
            return self._database.list_collection_names(authorizedCollections=True)

        return sorted(name for name in await self._run(listed) if not name.startswith("system."))

    async def some(self, name: str, where: Filter, most: int, *, backwards: bool = False) -> list[Document]:
        """Return at most so many documents, by `_id`. Raises as `by_remedy`."""
        order = -1 if backwards else 1
        found = self._of(name).find(where, max_time_ms=STATEMENT).sort("_id", order).limit(most)
        return await self._run(found.to_list)

    async def count(self, name: str, where: Filter) -> int:
        """Count. Raises as `by_remedy`."""
        return await self._run(lambda: self._of(name).count_documents(where, maxTimeMS=STATEMENT))

    async def pages(
        self, name: str, where: Filter, most: int, *, fields: Filter | None = None, after: object = None
    ) -> AsyncIterator[list[Document]]:
        """Stream documents by `_id`, at most `most` or `PAGE_BYTES` at a time. Raises as `by_remedy`."""
        asked = {"$and": [where, beyond(after)]} if after is not None else where
        found = self._of(name).find(asked, fields, batch_size=most, max_time_ms=STATEMENT).sort("_id", 1)
        pages = _pages(found, most)
        try:
            while page := await self._run(lambda: next(pages, None)):
                yield page
        finally:
            await self._run(found.close)

    async def remove(self, name: str, where: Filter) -> int:
        """Remove documents. Returns how many it was. Raises as `by_remedy`."""
        return (await self._run(lambda: self._of(name).delete_many(where))).deleted_count

    async def write(self, name: str, new: Sequence[tuple[object, Filter, Document]]) -> None:
        """Set fields in documents: each by its `_id`, as long as it holds what the filter says."""
        updates = [UpdateOne({"_id": {"$eq": key}, **guard}, {"$set": fields}) for key, guard, fields in new]
        if updates:
            await self._run(lambda: self._of(name).bulk_write(updates, ordered=False))

    async def close(self) -> None:
        """Close all connections. Safe to repeat."""
        await self._run(self._client.close)

    async def _run(self, work: Callable[[], T]) -> T:
        with by_remedy(self.system):
            return await to_the_end(work)

    def _of(self, name: str) -> Collection[Document]:
        return self._database.get_collection(name)


def _pages(documents: Iterable[Document], most: int) -> Iterator[list[Document]]:
    page: list[Document] = []
    weight = 0
    for document in documents:
        page.append(document)
        weight += len(said(document))
        if len(page) >= most or weight >= PAGE_BYTES:
            yield page
            page, weight = [], 0
    if page:
        yield page


@contextmanager
def by_remedy(system: str) -> Iterator[None]:
    """Raise our error instead of the driver's.

    Raises:
        OperatorError: `credentials_refused`, `permission_missing`, `constraint_refused`, `statement_refused`,
            `statement_too_long`.
        TemporaryError: `unreachable`, `busy`, `throttled`, `statement_timeout`, `cursor_lost`.
        ContractError: `reply_malformed`.
    """
    try:
        yield
    except (errors.ProtocolError, bson.errors.BSONError):
        raise ContractError(system, "reply_malformed") from None
    except errors.PyMongoError as error:
        raise _translated(system, error) from None


def _translated(system: str, error: errors.PyMongoError) -> DsarError:
    kind, reason = next((remedy for kind, remedy in _KINDS if isinstance(error, kind)), _ELSE)
    if isinstance(error, errors.OperationFailure):
        kind, reason = _CODES.get(_code(error), (kind, reason))
    return kind(system, reason)


def _code(error: errors.OperationFailure) -> int:
    """Return the server's code; of updates sent together, that of the first which was refused."""
    refused = (error.details or {}).get("writeErrors") or [{}]
    return int(refused[0].get("code") or error.code or 0)


def _client(url: str) -> MongoClient[Document]:
    try:
        return MongoClient(
            url,
            serverSelectionTimeoutMS=PATIENCE,
            connectTimeoutMS=PATIENCE,
            socketTimeoutMS=STATEMENT + PATIENCE,
            appname="dsar",
            connect=False,
        )
    except (errors.PyMongoError, ValueError):
        hint = "write it as mongodb://name:password@host/database"
        raise InputError("url_unreadable", hint, field="url") from None
