"""A pretend processor that reads letters. No promise of machines can be asked of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors import mail
from dsar.ports import Connector
from tests.contract.connectors.pretend import Variants

SETTINGS = {
    "vendor": "Post Mill Mailing Ltd",
    "address": "privacy@mill.example",
    "owner": "mill_desk",
    "collections": {
        "mailings": {"category": "marketing_comms", "title": "Letters that were printed for you"},
        "returned_letters": {"category": "contact", "title": "Letters that came back"},
    },
}


@contextmanager
def opened(_folder: Path) -> Iterator[Connector]:
    yield mail.connect("mill", mail.Settings.model_validate(SETTINGS))


VARIANTS: Variants = {}
BY_HAND = {"mill": opened}
