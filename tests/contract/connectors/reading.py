"""Reading a system as the engine does: from the last place that was kept, after every wait."""

import json
from typing import Any

from dsar.errors import TemporaryError
from dsar.holdings import File, Page
from dsar.person import Identity
from dsar.ports import Connector
from tests.people import ADA

MOST_WAITS = 20


async def pages(connector: Connector, who: Identity, collection: str, cursor: str = "") -> list[Page]:
    """Return the pages that have rows. A page without any keeps a place: where a job was ordered, say."""
    found: list[Page] = []
    for wait in range(MOST_WAITS):
        try:
            async for page in connector.export(who, collection, cursor):
                cursor = page.cursor
                found += [page] if page.rows else []
        except TemporaryError as error:
            if error.reason != "job_pending" or wait == MOST_WAITS - 1:
                raise
        else:
            return found
    return found


async def known(connector: Connector, who: Identity = ADA) -> Identity:
    """Return somebody with what a first search learned of them."""
    return who.merged((await connector.find(who)).learned)


def text_of(value: object, **how: Any) -> str:
    """Return rows as JSON; a file stands there by its name."""
    return json.dumps(value, default=_named, **how)


def _named(value: object) -> str:
    assert isinstance(value, File)
    return value.name
