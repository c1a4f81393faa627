"""What only a store of documents can do wrong: paths, arrays, operators that somebody stored."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bson import Int64, ObjectId

from connectors.mongodb import MongoDb
from dsar.corrections import text_of
from dsar.deeds import Correction, Method, Result, Verdict
from dsar.errors import OperatorError, UnsupportedError
from dsar.person import Identifier, Identity
from dsar.vocabulary import IdentifierKind
from tests.contract.connectors.mongo_shop import BASE, Opened, connecting, created
from tests.contract.connectors.reading import known, pages
from tests.people import ADA, ADA_EMAIL, identity

NOTES = "\n  notes: {category: support, via: {who: people.ref}%s}\n"


@pytest.fixture
def shop() -> Iterator[Any]:
    with created() as database:
        yield database


@pytest.fixture
async def opened(shop: Any, tmp_path: Path) -> AsyncIterator[Opened]:
    async with connecting(shop, tmp_path) as connect:
        yield connect


async def rows(system: MongoDb, collection: str = "people") -> list[Mapping[str, Any]]:
    who = await known(system)
    return [row for page in await pages(system, who, collection) for row in page.rows]


async def test_only_chosen_fields_leave(shop: Any, opened: Opened) -> None:
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "home": {"city": "Ely", "code": "x"}, "pin": "0"})

    assert await rows(opened(BASE % ", columns: [home.city]")) == [{"home": {"city": "Ely"}}]
    assert await rows(opened(BASE % ", except: [home.code, pin, _id]")) == [
        {"email": ADA_EMAIL, "home": {"city": "Ely"}}
    ]


@pytest.mark.parametrize("stored", [None, {"$gt": ""}, {"$oid": "65f000000000000000000001"}, True, []])
async def test_what_somebody_stored_is_never_an_operator(shop: Any, opened: Opened, stored: object) -> None:
    """A link that is no plain value leads nowhere: `null` would lead to every document without the field."""
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "ref": stored})
    shop.people.insert_one({"_id": 2, "email": "other@subject.example", "ref": "r2"})
    shop.notes.insert_many([{"_id": 1, "who": "r2"}, {"_id": 2}])

    findings = await opened(BASE % "" + NOTES % "").find(ADA)

    assert {h.collection: h.count for h in findings.holdings} == {"people": 1}


@pytest.mark.parametrize("key", ['{"$gt": ""}', '{"$ne": null}', '{"$where": "1"}'])
async def test_a_key_is_never_an_operator(shop: Any, opened: Opened, key: str) -> None:
    """The emulator cannot compare documents and refuses; a server would find nothing."""
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL})
    forged = Identifier(kind=IdentifierKind.RECORD_KEY, value=key, system="docs")

    with pytest.raises(OperatorError, match="statement_refused"):
        await opened(BASE % "").find(Identity(identifiers=(forged,)))


@pytest.mark.parametrize("address", [".*", "ada.osei.subject.example", "^", "(?i)ADA.*", "a|b", "$where"])
async def test_an_address_is_never_a_pattern(shop: Any, opened: Opened, address: str) -> None:
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL})

    assert (await opened(BASE % "").find(identity(address))).holdings == ()


async def test_keys_of_several_types_are_all_exported_and_resumed(shop: Any, opened: Opened) -> None:
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "ref": "r"})
    shop.notes.insert_many([{"_id": key, "who": "r"} for key in (1, 2, 3, "a", "b", "c")])
    system = opened(BASE % "" + NOTES % "", page_rows=2)
    who = await known(system)

    whole = await pages(system, who, "notes")
    rest = await pages(system, who, "notes", whole[0].cursor)

    assert [row["_id"] for page in whole for row in page.rows] == [1, 2, 3, "a", "b", "c"]
    assert rest == whole[1:]


async def test_fields_are_emptied_replaced_and_hashed_at_their_paths(shop: Any, opened: Opened) -> None:
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "ref": "r"})
    note = {"who": "r", "text": {"body": "secret", "kind": "call"}, "ip": "192.0.2.1", "cookie": "abc"}
    shop.notes.insert_many([{"_id": 1, **note}, {"_id": 2, "who": "r"}, {"_id": 3, "who": "x", "ip": "y"}])
    erase = ", erase: {text.body: null, ip: {replace: 0.0.0.0}, cookie: hash}"
    system = opened(BASE % "" + NOTES % erase, hash_key="k" * 32)
    who = await known(system)

    plan = await system.plan_erasure(who)
    receipts = await system.erase(who, plan)  # type: ignore[attr-defined]  # taken up at the start
    [seen] = await system.verify(who, receipts)  # type: ignore[attr-defined]  # as above

    assert [(step.collection, step.count, step.method) for step in plan] == [("notes", 1, Method.KEYED_HASH)]
    assert (seen.verdict, seen.count) == (Verdict.VERIFIED, 0)
    first, second, third = shop.notes.find().sort("_id", 1)
    assert (first["text"], first["ip"]) == ({"body": None, "kind": "call"}, "0.0.0.0")  # noqa: S104  # a value
    assert first["cookie"].startswith("keyed:")
    assert (second, third) == ({"_id": 2, "who": "r"}, {"_id": 3, "who": "x", "ip": "y"})


async def test_a_field_within_an_array_is_left_to_a_person(shop: Any, opened: Opened) -> None:
    """Elements may move between the look and the deed, so nothing is written and somebody is told where."""
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "lines": [{"note": "x"}]})
    before = shop.people.find_one()
    system = opened(BASE % ", erase: {lines.note: null}")

    with pytest.raises(OperatorError, match="field_in_array:people"):
        await system.plan_erasure(await known(system))

    assert shop.people.find_one() == before


async def test_a_new_value_keeps_the_type_of_the_old(shop: Any, opened: Opened) -> None:
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "born": {"year": 1980}})
    system: Any = opened(BASE % ", rectify: [born.year, title]")
    who = await known(system)

    await system.rectify(who, [Correction(collection="people", attribute="born.year", value="1981")])
    await system.rectify(who, [Correction(collection="people", attribute="title", value="Dr", old="")])
    with pytest.raises(OperatorError, match="value_unfit"):
        await system.rectify(who, [Correction(collection="people", attribute="born.year", value="soon")])

    assert shop.people.find_one() == {"_id": 1, "email": ADA_EMAIL, "born": {"year": 1981}, "title": "Dr"}


@pytest.mark.parametrize(
    ("stood", "value"), [(1980, "10" * 10), (Int64(2**40), "9" * 5000), (1.5, "nan"), (1.5, "1e999")]
)
async def test_a_number_that_its_field_cannot_hold_is_unfit_at_once(
    shop: Any, opened: Opened, stood: object, value: str
) -> None:
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "size": stood})
    system: Any = opened(BASE % ", rectify: [size]")

    with pytest.raises(OperatorError, match="value_unfit"):
        await system.rectify(
            await known(system), [Correction(collection="people", attribute="size", value=value)]
        )

    assert shop.people.find_one()["size"] == stood


async def test_a_long_number_stays_one(shop: Any, opened: Opened) -> None:
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "size": Int64(2**40)})
    system: Any = opened(BASE % ", rectify: [size]")

    new = Correction(collection="people", attribute="size", value=str(2**41), old=str(2**40))
    await system.rectify(await known(system), [new])

    assert 2**41 == shop.people.find_one()["size"]


@pytest.mark.parametrize(
    "stood",
    [datetime(1980, 5, 1, tzinfo=UTC), ObjectId("65f000000000000000000001"), b"1", ["a"], {"a": "b"}],
    ids=["a date", "an ObjectId", "bytes", "a list", "a document"],
)
async def test_what_is_no_text_and_no_number_is_corrected_by_hand(
    shop: Any, opened: Opened, stood: object
) -> None:
    """Text in its place would spoil the document for the programs that wrote it."""
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "born": stood})
    before = shop.people.find_one()
    system: Any = opened(BASE % ", rectify: [born]")
    who = await known(system)
    [shown] = [text_of(row["born"]) for page in await pages(system, who, "people") for row in page.rows]

    for old in (None, shown):
        with pytest.raises(UnsupportedError, match="attribute_by_hand"):
            await system.rectify(
                who, [Correction(collection="people", attribute="born", value="1981-05-01", old=old)]
            )
    other = Correction(collection="people", attribute="born", value="1981-05-01", old="another")
    assert [Result.ALREADY] == [receipt.result for receipt in await system.rectify(who, [other])]

    assert shop.people.find_one() == before


async def test_a_renamed_collection_or_field_is_told(shop: Any, opened: Opened) -> None:
    shop.people.insert_one({"_id": 1, "email": ADA_EMAIL, "ref": "r"})
    with pytest.raises(OperatorError, match="collection_missing:notes"):
        await opened(BASE % "" + NOTES % "").check()
    shop.notes.insert_one({"_id": 1, "owner": "r"})
    with pytest.raises(OperatorError, match=r"field_missing:notes\.who"):
        await opened(BASE % "" + NOTES % "").check()
    with pytest.raises(OperatorError, match=r"field_missing:people\.pn"):
        await opened(BASE % ", except: [pn]").check()
