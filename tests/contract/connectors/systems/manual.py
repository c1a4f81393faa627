"""A pretend archive: boxes that its owner reads. No promise of machines can be asked of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors import manual
from dsar.ports import Connector
from tests.contract.connectors.pretend import Variants

SETTINGS = {
    "vendor": "The attic",
    "owner": "attic_desk",
    "instructions": "Boxes are sorted by customer number.",
    "collections": {"contracts": {"category": "transaction", "title": "Your contracts on paper"}},
}


@contextmanager
def opened(_folder: Path) -> Iterator[Connector]:
    yield manual.connect("attic", manual.Settings.model_validate(SETTINGS))


VARIANTS: Variants = {}
BY_HAND = {"attic": opened}
