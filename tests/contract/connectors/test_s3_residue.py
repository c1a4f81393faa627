"""The residue scan of a store, on a real S3 server: everybody's objects, old versions, labels and keys."""

import gzip
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from connectors._contents import PACKED
from dsar.errors import OperatorError, TemporaryError
from dsar.person import Identifier, Identity
from dsar.residue import MOST_KEYS, Scan
from dsar.vocabulary import IdentifierKind
from tests.contract.connectors.reading import known
from tests.contract.connectors.systems.s3 import PretendBucket, _opened
from tests.people import ADA_EMAIL, ADA_PHONE, STRANGER

UPLOADS, PROFILES = "uploads/", "profiles/"
OTHERS = f"{UPLOADS}another%40subject.example/"
HERS = quote(ADA_EMAIL, safe="")


@pytest.fixture
def bucket() -> Iterator[PretendBucket]:
    with _opened(versioned=True) as found:
        yield found


@pytest.fixture
async def erased(bucket: PretendBucket) -> tuple[PretendBucket, Any, Identity]:
    """A store from which her own objects have gone, and what was known of her then."""
    connector: Any = bucket.connector()
    who = await known(connector)
    await connector.erase(who, await connector.plan_erasure(who))
    return bucket, connector, who


def places(bucket: PretendBucket, scan: Scan) -> dict[str, int]:
    return {one.place.removeprefix(bucket.root): one.count for one in scan.found if one.count}


def unread(bucket: PretendBucket, scan: Scan) -> dict[str, str]:
    return {one.place.removeprefix(bucket.root): one.reason for one in scan.found if one.reason}


async def test_what_lies_among_others_objects_is_found_by_prefix_kind_and_count(
    erased: tuple[PretendBucket, Any, Identity],
) -> None:
    bucket, connector, who = erased
    clean = await connector.scan(who)
    for name in ("1.csv", "2.csv"):
        bucket.put(f"{OTHERS}{name}", f"id,mail\n7,{ADA_EMAIL.upper()}\n".encode())
    bucket.put(f"{OTHERS}log.gz", gzip.compress(f"to={HERS}".encode()) + gzip.compress(b"more"))
    bucket.put(f"{PROFILES}list.txt", f"\ufeff{ADA_EMAIL}".encode("utf-16-le"))
    found = await connector.scan(who)
    await connector.close()

    assert () == clean.found
    assert {"uploads/*.txt": 2, "uploads/*.gz": 1, "profiles/*.txt": 1} == places(bucket, found)
    assert (2, clean.records + 4) == (found.places, found.records)
    assert ADA_EMAIL not in repr(found).lower()
    (csv,) = (one.keys for one in found.found if one.count == 2)
    assert tuple(f"{bucket.root}{OTHERS}{n}.csv" for n in (1, 2)) == csv, "staff can go where it lies"


async def test_a_version_that_somebody_wrote_over_or_deleted_still_holds_her(
    erased: tuple[PretendBucket, Any, Identity],
) -> None:
    bucket, connector, who = erased
    bucket.put(f"{OTHERS}a.txt", f"call {ADA_PHONE}, {ADA_EMAIL}".encode())
    bucket.put(f"{OTHERS}a.txt", b"nothing")
    bucket.client.delete_object(Bucket=bucket.bucket, Key=f"{bucket.root}{OTHERS}a.txt")
    found = await connector.scan(who)
    await connector.close()

    assert {"uploads/*.txt": 1} == places(bucket, found)


async def test_a_key_a_marker_and_a_label_may_name_her_too(
    erased: tuple[PretendBucket, Any, Identity],
) -> None:
    bucket, connector, who = erased
    bucket.put(f"{PROFILES}old/{HERS}.csv", b"{}")
    marked = {"Bucket": bucket.bucket, "Key": f"{bucket.root}{UPLOADS}by/{ADA_EMAIL}.txt"}
    version = bucket.client.put_object(**marked, Body=b"")["VersionId"]
    bucket.client.delete_object(**marked)
    bucket.client.delete_object(**marked, VersionId=version)
    label = {"uploaded-by": ADA_EMAIL}
    bucket.client.put_object(
        Bucket=bucket.bucket, Key=f"{bucket.root}{OTHERS}b.bin", Body=b"\0", Metadata=label
    )
    bucket.put(f"{PROFILES}for.pdf", b"%PDF-1.7")
    found = await connector.scan(who)
    await connector.close()

    assert {"uploads/*": 1, "uploads/*.bin": 1, "profiles/*.txt": 1} == places(bucket, found)
    assert {"profiles/*.pdf": PACKED} == unread(bucket, found)


async def test_before_the_erasure_her_own_objects_are_called_by_their_collection(
    bucket: PretendBucket,
) -> None:
    """What a duty keeps of hers is known; a copy of it among others' objects is not."""
    connector: Any = bucket.connector()
    bucket.put(f"{OTHERS}copy.txt", ADA_EMAIL.encode())
    found = await connector.scan(await known(connector))
    await connector.close()

    assert {("uploads/*.txt", "uploads"), ("profiles/*.txt", "profiles"), ("uploads/*.txt", "")} == {
        (one.place.removeprefix(bucket.root), one.collection) for one in found.found
    }


async def test_looking_changes_nothing_and_a_stranger_is_nowhere(bucket: PretendBucket) -> None:
    connector: Any = bucket.connector()
    before = bucket.state()
    nobody, stranger = await connector.scan(Identity()), await connector.scan(STRANGER)
    await connector.scan(await known(connector))
    await connector.close()

    assert ((), 0, 2) == (nobody.found, nobody.records, nobody.places)
    assert ((), True) == (stranger.found, stranger.records > 0)
    assert before == bucket.state()


async def test_an_id_that_no_key_can_spell_is_sought_in_contents_all_the_same(bucket: PretendBucket) -> None:
    kept = {"scans": {"prefix": f"{bucket.root}scans/{{account_id}}/", "category": "support"}}
    connector: Any = bucket.connector(collections=kept)
    bucket.put("scans/8/list.txt", b"of ada/osei/7")
    found = await connector.scan(
        Identity(identifiers=(Identifier(kind=IdentifierKind.ACCOUNT_ID, value="ada/osei/7"),))
    )
    await connector.close()

    assert {"scans/*.txt": 1} == places(bucket, found)


async def test_more_keys_than_anybody_reads_are_counted_and_not_told(bucket: PretendBucket) -> None:
    connector: Any = bucket.connector()
    who = await known(connector)
    await connector.erase(who, await connector.plan_erasure(who))
    for number in range(MOST_KEYS + 3):
        bucket.put(f"{OTHERS}{number}", ADA_EMAIL.encode())
    (found,) = (await connector.scan(who)).found
    await connector.close()

    assert (MOST_KEYS + 3, MOST_KEYS) == (found.count, len(found.keys))


class Refusing:
    """A client that may list everything and read nothing, or whose store has gone."""

    def __init__(self, client: Any, error: Exception) -> None:
        self._client, self._error = client, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_object(self, **_: object) -> dict[str, object]:
        raise self._error


async def test_an_object_that_may_not_be_read_is_named_and_one_that_cannot_be_reached_is_waited_for(
    erased: tuple[PretendBucket, Any, Identity],
) -> None:
    bucket, connector, who = erased
    bucket.put(f"{OTHERS}{HERS}", b"archived")
    client = connector._bucket._s3
    said = {"Error": {"Code": "InvalidObjectState"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    connector._bucket._s3 = Refusing(client, client.exceptions.ClientError(said, "GetObject"))
    found = await connector.scan(who)
    said = {"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}
    connector._bucket._s3 = Refusing(client, client.exceptions.ClientError(said, "GetObject"))
    with pytest.raises(TemporaryError):
        await connector.scan(who)
    await connector.close()

    assert {"uploads/*": "credentials_refused", "profiles/*": "credentials_refused"} == unread(bucket, found)
    assert {"uploads/*": 1} == places(bucket, found), "its key names her all the same"


async def test_a_store_that_does_not_let_itself_be_listed_is_no_clean_one(bucket: PretendBucket) -> None:
    connector: Any = bucket.connector(bucket="no-such-bucket")
    with pytest.raises(OperatorError, match="bucket_missing"):
        await connector.scan(await known(bucket.connector()))
    await connector.close()


async def test_a_root_within_another_is_looked_at_once(bucket: PretendBucket) -> None:
    kept = {
        "all": {"prefix": f"{bucket.root}deep/{{account_id}}/", "category": "support"},
        "some": {"prefix": f"{bucket.root}deep/er/{{email}}/", "category": "support"},
    }
    bucket.put("deep/er/x/1.txt", ADA_EMAIL.encode())
    connector: Any = bucket.connector(collections=kept)
    found = await connector.scan(await known(bucket.connector()))
    await connector.close()

    assert ({"deep/er/*.txt": 1}, 1, 1) == (places(bucket, found), found.places, found.records)
