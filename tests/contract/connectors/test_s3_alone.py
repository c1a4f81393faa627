"""What only keys of objects can do to us: ids inside ids, old versions, markers, locks."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import s3
from connectors._prefix import Prefix
from dsar.errors import InputError, OperatorError
from dsar.holdings import File
from dsar.person import Identifier, Identity
from dsar.ports import Connector
from dsar.vocabulary import IdentifierKind
from tests.contract.connectors.reading import known, pages
from tests.contract.connectors.systems.s3 import PretendBucket, _opened


@pytest.fixture
def bucket() -> Iterator[PretendBucket]:
    with _opened(versioned=True) as found:
        yield found


def by_number(bucket: PretendBucket) -> Any:
    kept = {"scans": {"prefix": f"{bucket.root}scans/{{account_id}}/", "category": "support"}}
    return bucket.connector(collections=kept)


def numbered(value: str) -> Identity:
    return Identity(identifiers=(Identifier(kind=IdentifierKind.ACCOUNT_ID, value=value),))


async def bytes_of(connector: Connector, who: Identity) -> list[bytes]:
    found = []
    for page in await pages(connector, await known(connector, who), "scans"):
        for row in page.rows:
            assert isinstance(row["file"], File)
            found.append(b"".join([piece async for piece in row["file"].chunks]))
    return found


async def test_an_id_is_not_the_beginning_of_another(bucket: PretendBucket) -> None:
    for key in ("7/a", "70/b", "7/photos/c"):
        bucket.put(f"scans/{key}", b"x")
    connector = by_number(bucket)

    counts = [
        sum(h.count for h in (await connector.find(numbered(value))).holdings)
        for value in ("7", "70", "", "*", "7" * 1025)
    ]
    await connector.close()

    assert counts == [2, 1, 0, 0, 0]


@pytest.mark.parametrize("value", ["7/photos", "../scans/7", "/"])
async def test_an_id_that_would_lead_into_a_folder_is_a_task_and_never_nothing(
    bucket: PretendBucket, value: str
) -> None:
    """Nobody looked, so the answer cannot be that nothing is held; a look would find a stranger's."""
    bucket.put("scans/7/photos/c", b"x")
    connector = by_number(bucket)
    both = numbered("8").merged(numbered(value).identifiers)

    for who in (numbered(value), both):
        with pytest.raises(OperatorError, match="id_not_in_keys"):
            await connector.find(who)
    await connector.close()


async def test_each_collection_spells_an_id_in_its_own_way(bucket: PretendBucket) -> None:
    """What an encoded key says of one person may be another's whole id where keys are not encoded."""
    bucket.put("scans/a%40b/strangers", b"x")
    bucket.put("sheets/a%40b/theirs", b"x")
    scans = {"prefix": f"{bucket.root}scans/{{account_id}}/", "category": "support"}
    sheets = {"prefix": f"{bucket.root}sheets/{{account_id}}/", "category": "support", "encoded": True}
    connector: Any = bucket.connector(collections={"scans": scans, "sheets": sheets})

    found = await connector.find(numbered("a@b"))
    who = numbered("a@b").merged(found.learned)
    [page] = await pages(connector, who, "sheets")
    await connector.close()

    assert {"sheets": 1} == {h.collection: h.count for h in found.holdings}
    assert ["a@b"] == [row["stored_under"] for row in page.rows]


async def test_a_number_with_a_slash_is_looked_for_without_it(bucket: PretendBucket) -> None:
    bucket.put("calls/03012345/a", b"x")
    kept = {"calls": {"prefix": f"{bucket.root}calls/{{phone}}/", "category": "support"}}
    connector = bucket.connector(collections=kept)
    written = Identifier(kind=IdentifierKind.PHONE, value="030/12345")

    found = await connector.find(Identity(identifiers=(written,)))
    await connector.close()

    assert [1] == [h.count for h in found.holdings]


async def test_every_version_is_handed_over_with_its_bytes_and_none_outlives_an_erasure(
    bucket: PretendBucket,
) -> None:
    """What somebody deleted before is still there in a bucket with versions: it is the person's, too."""
    for data in (b"first", b"second"):
        bucket.put("scans/7/a", data)
    bucket.client.delete_object(Bucket=bucket.bucket, Key=f"{bucket.root}scans/7/a")
    bucket.put("scans/8/a", b"somebody else's")
    connector = by_number(bucket)
    who = await known(connector, numbered("7"))

    copied = await bytes_of(connector, numbered("7"))
    await connector.erase(who, await connector.plan_erasure(who))
    left = [key for key, _ in bucket.listed() if "/scans/" in key]
    await connector.close()

    assert sorted(copied) == [b"first", b"second"]
    assert left == [f"{bucket.root}scans/8/a"]


async def test_what_a_lock_keeps_is_a_task_and_the_rest_goes(bucket: PretendBucket) -> None:
    bucket.put("scans/7/a", b"x")
    connector = by_number(bucket)
    who = await known(connector, numbered("7"))
    plan = await connector.plan_erasure(who)
    client = connector._bucket._s3

    class Locked:
        def __getattr__(self, name: str) -> Any:
            return getattr(client, name)

        def delete_objects(self, **_: object) -> dict[str, object]:
            return {"Errors": [{"Code": "AccessDenied", "Key": "scans/7/a"}]}

    connector._bucket._s3 = Locked()
    with pytest.raises(OperatorError, match="object_locked"):
        await connector.erase(who, plan)
    await connector.close()


@pytest.mark.parametrize("prefix", ["uploads/", "{account_id}", "{name}/", "{email}/{phone}/"])
def test_a_prefix_that_cannot_tell_people_apart_is_refused(prefix: str) -> None:
    with pytest.raises(InputError, match="write one of"):
        Prefix.read("uploads", prefix)


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("sign", "-_.~%7a")
def test_a_sign_that_may_stand_in_an_id_ends_none(sign: str, *, encoded: bool) -> None:
    """`7-` is also the beginning of what belongs to the id `7-foo`."""
    with pytest.raises(InputError, match="end the id by") as caught:
        Prefix.read("uploads", f"uploads/{{account_id}}{sign}", encoded=encoded)

    assert ("prefix_unusable", "collections.uploads.prefix") == (caught.value.reason, caught.value.field)


@given(ids=st.tuples(st.text(min_size=1), st.text(min_size=1)), sign=st.sampled_from("/=:@+ !é"))
def test_encoded_ids_never_share_a_prefix(ids: tuple[str, str], sign: str) -> None:
    prefix = Prefix.read("uploads", f"uploads/{{account_id}}{sign}", encoded=True)
    one, other = (prefix.spellings(numbered(value)) for value in ids)

    assert all(a == b for a in one for b in other if prefix.of(b).startswith(prefix.of(a)))


def test_a_secret_does_not_travel_in_clear() -> None:
    kept = {"scans": {"prefix": "scans/{account_id}/", "category": "support"}}
    settings = s3.Settings.model_validate(
        {"bucket": "b", "collections": kept, "endpoint": "http://x.example"}
    )

    with pytest.raises(InputError, match="https"):
        s3.connect("files", settings)
