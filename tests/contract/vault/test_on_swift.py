"""What only a second real server can show: that we lean on S3, not on how one program does it."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from dsar.errors import OperatorError
from tests.swift_server import SwiftServer
from vault.master import FileMasterKey, create_key_file
from vault.seal import CHUNK
from vault.vault import S3Vault

from .conftest import BUCKET, RawBucket, new_case, settings_of
from .mortal import Mortal, live

PARTS = 20  # megabytes: more than two parts of an upload


def test_a_large_object_goes_in_parts_and_comes_back_and_a_failed_one_leaves_none(
    swift_vault: S3Vault, swift_bucket: RawBucket, case: str
) -> None:
    data = os.urandom(PARTS * CHUNK)
    swift_vault.open_case(case)
    swift_bucket.client.create_multipart_upload(Bucket=BUCKET, Key=f"cases/{case}/bundle.zip")

    def stopped_by_hand() -> None:
        with swift_vault.sink(case, "other.zip") as sink:
            sink.write(data)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_by_hand()
    with swift_vault.sink(case, "bundle.zip") as sink:
        sink.write(data)

    assert data == swift_vault.get(case, "bundle.zip")
    assert ("bundle.zip",) == swift_vault.names(case)
    assert not [key for key in swift_bucket.unfinished() if case in key]


def test_an_export_gives_the_same_bundle_as_on_the_other_server(
    swift_vault: S3Vault, s3_vault: S3Vault
) -> None:
    told = []
    for vault in (swift_vault, s3_vault):
        case = new_case()
        vault.open_case(case)
        told.append((live(vault, case, 5_000, Mortal(0)), vault.get(case, "bundle/answer.zip")))

    assert told[0] == told[1]


def test_objects_are_encrypted_by_the_server_as_well(
    swift_vault: S3Vault, swift_bucket: RawBucket, case: str
) -> None:
    swift_vault.open_case(case)
    swift_vault.put(case, "identity", b"x")
    head = swift_bucket.client.head_object(Bucket=BUCKET, Key=f"cases/{case}/identity")

    assert "AES256" == head["ServerSideEncryption"]


@pytest.mark.parametrize("wrong", [{"access_key": "stranger:dsar"}, {"secret": SecretStr("wrong")}])
def test_wrong_credentials_are_refused(
    swift: SwiftServer, key_file: Path, case: str, wrong: dict[str, str]
) -> None:
    vault = S3Vault(replace(settings_of(swift, key_file), **wrong))  # type: ignore[arg-type]
    attempts: tuple[Callable[[], object], ...] = (vault.check, vault.prepare, lambda: vault.open_case(case))
    for attempt in attempts:
        with pytest.raises(OperatorError, match=r"^vault: access_refused$"):
            attempt()


def test_a_missing_bucket_is_named(swift: SwiftServer, key_file: Path, case: str) -> None:
    vault = S3Vault(replace(settings_of(swift, key_file), bucket="dsar-not-there"))
    for attempt in (vault.check, lambda: vault.open_case(case)):
        with pytest.raises(OperatorError, match="bucket_missing"):
            attempt()


def test_a_store_that_cannot_write_on_condition_says_so_and_no_key_is_lost(
    swift: SwiftServer, swift_vault: S3Vault, key_file: Path, tmp_path: Path, case: str
) -> None:
    """Changing the master key needs `If-Match`, which this one lacks."""
    create_key_file(tmp_path / "new.key")
    swift_vault.open_case(case)
    swift_vault.put(case, "identity", b"x")
    own = settings_of(swift, key_file)
    turning = replace(own, master=FileMasterKey(tmp_path / "new.key"), retiring=own.master)
    with pytest.raises(OperatorError, match="feature_missing"):
        S3Vault(turning).rotate()

    assert b"x" == S3Vault(own).get(case, "identity")
