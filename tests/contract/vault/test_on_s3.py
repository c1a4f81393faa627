"""What only a real server can show: files on its disk, refusals, outages, half-made uploads, memory."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from dsar.errors import DsarError, OperatorError, TemporaryError
from rehearsal.s3 import S3Server
from vault.seal import CHUNK
from vault.vault import S3Vault, VaultSettings

from .conftest import BUCKET, RawBucket, new_case

MARKER = b"ada.osei@subject.example +442079460101 Ada Osei-Quartermaine"
PARTS = 20  # megabytes: more than two parts of an upload


def on_disk(server: S3Server, marker: bytes) -> list[str]:
    files = (file for file in server.directory.rglob("*") if file.is_file())
    return [str(file) for file in files if marker in file.read_bytes()]


def test_no_file_of_the_server_holds_what_was_put(
    server: S3Server, s3_vault: S3Vault, bucket: RawBucket, case: str
) -> None:
    s3_vault.open_case(case)
    s3_vault.put(case, "identity", MARKER)
    with s3_vault.sink(case, "bundle.zip") as sink:
        sink.write(MARKER * (CHUNK // 16))
    assert on_disk(server, MARKER) == []
    bucket.client.create_bucket(Bucket="dsar-unsealed")
    bucket.client.put_object(Bucket="dsar-unsealed", Key="control", Body=os.urandom(64) + MARKER[::-1])
    assert on_disk(server, MARKER[::-1]), "the search itself works: unsealed bytes are found"


def test_objects_ask_the_server_to_encrypt_them_even_where_that_is_not_the_habit(
    settings: VaultSettings, bucket: RawBucket, case: str
) -> None:
    bucket.client.create_bucket(Bucket="dsar-no-habit")
    vault = S3Vault(replace(settings, bucket="dsar-no-habit"))
    vault.open_case(case)
    vault.put(case, "identity", b"x")
    with vault.sink(case, "bundle.zip") as sink:
        sink.write(os.urandom(PARTS * CHUNK))
    for name in ("identity", "bundle.zip"):
        head = bucket.client.head_object(Bucket="dsar-no-habit", Key=f"cases/{case}/{name}")
        assert head["ServerSideEncryption"] == "AES256"


def test_a_large_sink_that_fails_leaves_no_part_behind(
    s3_vault: S3Vault, bucket: RawBucket, case: str
) -> None:
    s3_vault.open_case(case)

    def stopped_by_hand() -> None:
        with s3_vault.sink(case, "bundle.zip") as sink:
            sink.write(os.urandom(PARTS * CHUNK))
            assert bucket.unfinished() == [f"cases/{case}/bundle.zip"]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_by_hand()
    assert bucket.unfinished() == []
    assert s3_vault.names(case) == ()


def test_parts_of_a_killed_attempt_go_with_the_next_attempt_or_the_shredding(
    s3_vault: S3Vault, bucket: RawBucket, case: str
) -> None:
    place = f"cases/{case}/bundle.zip"
    s3_vault.open_case(case)
    bucket.client.create_multipart_upload(Bucket=BUCKET, Key=place)
    data = os.urandom(PARTS * CHUNK)
    with s3_vault.sink(case, "bundle.zip") as sink:
        sink.write(data)
    assert bucket.unfinished() == []
    assert s3_vault.get(case, "bundle.zip") == data
    bucket.client.create_multipart_upload(Bucket=BUCKET, Key=place)
    s3_vault.shred(case)
    assert bucket.unfinished() == []


def test_a_missing_bucket_is_named_and_prepared_once(settings: VaultSettings, case: str) -> None:
    vault = S3Vault(replace(settings, bucket="dsar-not-yet"))
    for attempt in (vault.check, lambda: vault.open_case(case), lambda: vault.names(case)):
        with pytest.raises(OperatorError, match="bucket_missing"):
            attempt()
    assert vault.prepare() == [
        "bucket created",
        "default encryption switched on",
        "lifecycle rules added: dsar-answers, dsar-uploads, dsar-versions",
        "key _shared created",
        "key _fingerprints created",
    ]
    assert vault.prepare() == []
    vault.check()


def test_a_bucket_that_was_not_prepared_fails_its_check(settings: VaultSettings, bucket: RawBucket) -> None:
    bucket.client.create_bucket(Bucket="dsar-bare")
    with pytest.raises(OperatorError, match="key_missing"):
        S3Vault(replace(settings, bucket="dsar-bare")).check()


@pytest.mark.parametrize("wrong", [{"access_key": "stranger"}, {"secret": SecretStr("wrong")}])
def test_wrong_credentials_are_refused_without_being_repeated(
    settings: VaultSettings, case: str, wrong: dict[str, str]
) -> None:
    vault = S3Vault(replace(settings, **wrong))  # type: ignore[arg-type]
    for attempt in (vault.check, vault.prepare, lambda: vault.open_case(case), lambda: vault.shred(case)):
        with pytest.raises(OperatorError, match=r"^vault: access_refused$") as refusal:
            attempt()
        assert refusal.value.__cause__ is None
        assert refusal.value.__suppress_context__


def test_a_stopped_server_is_temporary_and_all_goes_on_when_it_returns(
    server: S3Server, s3_vault: S3Vault, case: str
) -> None:
    s3_vault.open_case(case)
    s3_vault.put(case, "identity", b"x")
    attempts: tuple[Callable[[], object], ...] = (
        s3_vault.check,
        lambda: s3_vault.get(case, "identity"),
        lambda: s3_vault.put(case, "identity", b"y"),
        lambda: s3_vault.shred(case),
    )
    server.child.kill()
    try:
        for attempt in attempts:
            with pytest.raises(TemporaryError, match=r"^vault: store_unreachable$"):
                attempt()
    finally:
        server.child.start()
    s3_vault.check()
    assert s3_vault.get(case, "identity") == b"x"


def test_a_server_that_dies_under_a_stream_or_a_sink_is_temporary(
    server: S3Server, s3_vault: S3Vault, case: str
) -> None:
    data = os.urandom(3 * PARTS * CHUNK)
    s3_vault.open_case(case)
    with s3_vault.sink(case, "bundle.zip") as sink:
        sink.write(data)
    stream = s3_vault.stream(case, "bundle.zip")
    assert next(stream) == data[:CHUNK]

    def server_dies_half_way() -> None:
        with s3_vault.sink(case, "bundle.zip") as sink:
            sink.write(data[: PARTS * CHUNK])
            server.child.kill()
            sink.write(data[PARTS * CHUNK :])

    try:
        with pytest.raises(TemporaryError, match="store_unreachable"):
            server_dies_half_way()
        with pytest.raises(TemporaryError, match="store_unreachable"):
            b"".join(stream)
    finally:
        server.child.start()
    assert s3_vault.get(case, "bundle.zip") == data


def test_a_shredding_that_was_cut_short_is_finished_by_a_repeat(
    settings: VaultSettings, s3_vault: S3Vault, bucket: RawBucket, case: str
) -> None:
    s3_vault.open_case(case)
    s3_vault.put(case, "identity", b"x")
    s3_vault.put(case, "parcels/crm/000001", b"x")
    bucket.client.delete_object(Bucket=BUCKET, Key=f"cases/{case}/identity")
    assert s3_vault.shred(case) == 1
    with pytest.raises(OperatorError, match="key_destroyed"):
        S3Vault(settings).get(case, "identity")


def test_on_a_bucket_with_versions_no_older_version_of_a_destroyed_key_remains(
    settings: VaultSettings, bucket: RawBucket, case: str
) -> None:
    vault = S3Vault(replace(settings, bucket="dsar-versions"))
    vault.prepare()
    bucket.client.put_bucket_versioning(Bucket="dsar-versions", VersioningConfiguration={"Status": "Enabled"})
    neighbour = case[:-1] + ("0" if case[-1] != "0" else "1")
    for one in (case, neighbour):
        vault.open_case(one)
        vault.put(one, "identity", b"x")
    vault.shred(case)
    versions = bucket.client.list_object_versions(Bucket="dsar-versions", Prefix="keys/case_")["Versions"]
    assert sorted(v["Key"] for v in versions) == sorted([f"keys/{case}", f"keys/{neighbour}"])
    assert vault.get(neighbour, "identity") == b"x"


def test_keys_of_objects_hold_case_ids_and_our_own_words_only(
    s3_vault: S3Vault, bucket: RawBucket, case: str
) -> None:
    s3_vault.open_case(case)
    s3_vault.put(case, "parcels/crm/000001", MARKER)
    mine = {place for place in bucket.places() if case in place}
    assert mine == {f"keys/{case}", f"cases/{case}/parcels/crm/000001"}


def test_memory_stays_flat_while_a_hundred_megabytes_go_in_and_out(
    server: S3Server, key_file: Path, s3_vault: S3Vault
) -> None:
    program = f"""
import resource, sys
from pathlib import Path
from pydantic import SecretStr
from vault.master import FileMasterKey
from vault.vault import S3Vault, VaultSettings
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
vault = S3Vault(VaultSettings(
    bucket={BUCKET!r},
    endpoint={server.endpoint!r},
    access_key={server.access_key!r},
    secret=SecretStr(sys.stdin.read()),
    master=FileMasterKey(Path({str(key_file)!r})),
))
case, piece = {new_case()!r}, bytes(range(256)) * 256
vault.open_case(case)
vault.put(case, "warm", b"up")
vault.get(case, "warm")
before = peak()
with vault.sink(case, "bundle.zip") as sink:
    for _ in range(1600):
        sink.write(piece)
read = sum(len(data) for data in vault.stream(case, "bundle.zip"))
print(read, round(peak() - before))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], input=server.secret, capture_output=True, text=True, check=True
    )
    read, grown = map(int, ran.stdout.split())
    assert read == 100 * CHUNK
    assert grown < 40, f"grew by {grown} MB"


def test_an_error_of_ours_is_all_that_comes_out(settings: VaultSettings, case: str) -> None:
    nowhere = S3Vault(replace(settings, endpoint="http://127.0.0.1:1", secret=SecretStr("top-secret")))
    with pytest.raises(DsarError) as trouble:
        nowhere.put(case, "identity", MARKER)
    assert str(trouble.value) == "vault: store_unreachable"
