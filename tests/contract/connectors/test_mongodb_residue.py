"""The residue scan of a MongoDB: every document, and no place that names anybody."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from connectors import _map_reading, _mongo_scan
from connectors._mongo import Store
from dsar.errors import OperatorError, TemporaryError
from dsar.person import Identifier
from dsar.vocabulary import IdentifierKind
from tests.contract.connectors.mongo_shop import BASE, connecting, created
from tests.people import ADA, ADA_EMAIL, STRANGER


async def test_residue_is_found_anywhere_and_no_place_names_anybody(tmp_path: Path) -> None:
    """A collection and a field that no map names may be called after a person: `bob_smith`."""
    account = Identifier(kind=IdentifierKind.ACCOUNT_ID, value="ada_osei_7")
    with created() as shop:
        address = ADA_EMAIL.replace(".", "_")
        shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "bob_smith": {"of": ADA_EMAIL}})
        shop.audit.insert_many(
            [
                {"_id": 1, "event": {"from": [f"mail from {ADA_EMAIL.upper()}"]}},
                {"_id": 2, "likes": {address: 1, "x": {ADA_EMAIL: 1}}, "event": ADA_EMAIL},
                {"_id": 3, ADA_EMAIL: "read"},
                {"_id": 4, "raw": ADA_EMAIL.encode()},
                {"_id": 5, "event": "of somebody else"},
            ]
        )
        shop.bob_smith.insert_one({"_id": 1, "friend": ADA_EMAIL})
        shop.ada_osei_7.insert_one({"_id": 1, "text": "of a collection that is hers"})
        async with connecting(shop, tmp_path) as opened:
            system = opened(BASE % ", secret: {pin: government_id}, third_party: [note]")
            scan, nobody = await system.scan(ADA.merged([account])), await system.scan(STRANGER)

    places = {one.place: (one.count, one.collection) for one in scan.found}
    assert places == {"people.email": (1, "people"), "people.*": (1, "people"), "*": (6, "")}
    assert {one.place: {*one.keys} for one in scan.found if one.keys} == {
        "people.*": {"people.bob_smith"},
        "*": {
            *("audit.event", "audit.likes", f"audit.{ADA_EMAIL}", "audit.raw"),
            *("bob_smith.friend", "ada_osei_7"),
        },
    }
    assert ADA_EMAIL not in repr(scan)
    assert (scan.places, scan.records) == (6, 8)
    assert nobody.found == ()


class Unreadable(Store):
    """A database whose collections may be listed and not read."""

    async def names(self) -> list[str]:
        return ["bob_smith", "eve_smith", "people"]

    async def pages(self, name: str, *_: object, **__: object) -> AsyncIterator[list[dict[str, Any]]]:
        for page in ([{name: ADA_EMAIL}],):
            yield page
        if name == "people":
            raise TemporaryError("docs", "statement_timeout")
        raise OperatorError("docs", "permission_missing")


async def test_a_collection_that_cannot_be_read_is_named_only_if_the_map_names_it(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(BASE % "", "utf-8")

    store = Unreadable("docs", "mongodb://127.0.0.1/x", "")
    scan = await _mongo_scan.scan(store, _map_reading.read(path), ADA)

    assert {(one.place, one.count, one.reason, one.keys) for one in scan.found} == {
        ("*", 2, "", ("bob_smith.bob_smith", "eve_smith.eve_smith")),
        ("people.*", 1, "", ("people.people",)),
        ("*", 0, "permission_missing", ("bob_smith", "eve_smith")),
        ("people", 0, "statement_timeout", ()),
    }
