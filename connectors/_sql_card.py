"""What a data map says of a database, as a card; and its rows, as pages."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from connectors._map import DataMap
from connectors._values import key_text, plain
from dsar.holdings import Card, Collection, Page
from dsar.vocabulary import IdentifierKind


def page_of(rows: Sequence[sa.Row[Any]], width: int, names: Sequence[str]) -> Page:
    """Return rows as a page; the first `width` columns of each are its key."""
    return Page(
        rows=tuple(dict(zip(names, map(plain, row[width:]), strict=True)) for row in rows),
        cursor=key_text(tuple(rows[-1][:width])),
    )


def card_of(name: str, data_map: DataMap) -> Card:
    """Return the card that a map describes, before anything is said of deeds."""
    return Card(
        name=name,
        vendor=data_map.vendor,
        collections=tuple(
            Collection(
                name=key,
                category=entry.category,
                title=entry.title or key,
                third_party=entry.of_others,
                corrects=tuple(sorted(entry.correctable)),
                client=entry.client,
                secrets=entry.secret,
            )
            for key, entry in data_map.collections.items()
        ),
        finds_by=frozenset({*data_map.person.finds_by}),
        teaches=frozenset({IdentifierKind.RECORD_KEY, *data_map.person.teaches}),
        notes=data_map.notes,
    )
