"""A database of MongoDB's emulator for one test, and connectors to it by maps written there."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from pymongo import MongoClient

from connectors import load
from connectors.mongodb import MongoDb
from tests.contract.connectors.mongo_servers import running

Opened = Callable[..., MongoDb]
BASE = """
person: {table: people, finds_by: {email: email}}
collections:
  people: {category: identity%s}
"""


@contextmanager
def created() -> Iterator[Any]:
    with MongoClient[dict[str, Any]](f"{running().url}/alone_{uuid4().hex[:12]}") as client:
        database = client.get_default_database()
        yield database
        client.drop_database(database.name)


@asynccontextmanager
async def connecting(shop: Any, folder: Path) -> AsyncIterator[Opened]:
    found: list[MongoDb] = []
    url = f"{running().url}/{shop.name}"

    def connect(text: str, **more: Any) -> MongoDb:
        path = folder / f"{len(found)}.yaml"
        path.write_text(text, "utf-8")
        system = load("mongodb", "docs", {"url": url, "write_url": url, "map": path, **more})
        assert isinstance(system, MongoDb)
        found.append(system)
        return system

    yield connect
    for each in found:
        await each.close()
