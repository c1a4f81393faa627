"""A real S3 server for the session, and the vaults that must keep the same promises."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import boto3
import pytest
from pydantic import SecretStr

from dsar.ports import Vault
from rehearsal import s3
from tests import swift_server
from tests.faulty_store import FaultyStore, Trouble, cut_coming, faulty, lost, says
from tests.pretend_vault import MemoryVault
from vault.master import FileMasterKey, create_key_file
from vault.vault import S3Vault, VaultSettings

BUCKET = "dsar-vault"


class Raw(Protocol):
    """The sealed bytes as whoever owns the store sees them."""

    def read(self, place: str) -> bytes: ...

    def write(self, place: str, data: bytes) -> None: ...

    def places(self) -> set[str]: ...


@dataclass(frozen=True)
class Kept:
    """A vault, and the sealed bytes behind its back."""

    vault: Vault
    raw: Raw


@dataclass(frozen=True)
class RawMemory:
    objects: dict[str, bytes]

    def read(self, place: str) -> bytes:
        return self.objects[place]

    def write(self, place: str, data: bytes) -> None:
        self.objects[place] = data

    def places(self) -> set[str]:
        return set(self.objects)


@dataclass(frozen=True)
class RawBucket:
    client: Any

    def read(self, place: str) -> bytes:
        return bytes(self.client.get_object(Bucket=BUCKET, Key=place)["Body"].read())

    def write(self, place: str, data: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=place, Body=data)

    def places(self) -> set[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return {entry["Key"] for page in pages for entry in page.get("Contents", ())}

    def unfinished(self) -> list[str]:
        answer = self.client.list_multipart_uploads(Bucket=BUCKET)
        return [upload["Key"] for upload in answer.get("Uploads", ())]


def new_case() -> str:
    return f"case_{uuid.UUID(bytes=os.urandom(16)).hex[:20]}"


@pytest.fixture
def case() -> str:
    return new_case()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.S3Server]:
    with s3.start(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("master") / "master.key"
    create_key_file(path)
    return path


def settings_of(server: s3.S3Server | swift_server.SwiftServer, key_file: Path) -> VaultSettings:
    return VaultSettings(
        bucket=BUCKET,
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret=SecretStr(server.secret),
        master=FileMasterKey(key_file),
    )


@pytest.fixture(scope="session")
def settings(server: s3.S3Server, key_file: Path) -> VaultSettings:
    prepared = settings_of(server, key_file)
    S3Vault(prepared).prepare()
    return prepared


@pytest.fixture(scope="session")
def s3_vault(settings: VaultSettings) -> S3Vault:
    return S3Vault(settings)


def raw_bucket(server: s3.S3Server | swift_server.SwiftServer) -> RawBucket:
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret,
        region_name=server.region,
    )
    return RawBucket(client)


@pytest.fixture(scope="session")
def bucket(server: s3.S3Server) -> RawBucket:
    return raw_bucket(server)


@pytest.fixture(scope="session")
def way(server: s3.S3Server) -> Iterator[FaultyStore]:
    with faulty(server.endpoint) as store:
        yield store


@pytest.fixture(scope="session")
def far_vault(settings: VaultSettings, way: FaultyStore) -> S3Vault:
    """The vault, behind the way that goes wrong."""
    return S3Vault(replace(settings, endpoint=way.endpoint))


# Each of them passes unseen: what we ask is asked again, and asking again does no harm.
NOW_AND_THEN = [
    Trouble(name=str(number), strike=(says(503, "SlowDown"), lost, cut_coming)[number % 3], after=7 * number)
    for number in range(9)
]


@pytest.fixture(scope="session")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[swift_server.SwiftServer]:
    found = swift_server.programs()
    if found is None:
        pytest.skip("OpenStack Swift is not installed: name its virtual environment in DSAR_TEST_SWIFT")
    with swift_server.start(tmp_path_factory.mktemp("swift"), found) as running:
        yield running


@pytest.fixture(scope="session")
def swift_vault(swift: swift_server.SwiftServer, key_file: Path) -> S3Vault:
    vault = S3Vault(settings_of(swift, key_file))
    vault.prepare()
    return vault


@pytest.fixture(scope="session")
def swift_bucket(swift: swift_server.SwiftServer) -> RawBucket:
    return raw_bucket(swift)


@pytest.fixture(params=["memory", "s3", "s3 that stumbles", "swift"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        memory = MemoryVault()
        yield Kept(memory, RawMemory(memory.objects))
        return
    if request.param == "swift":
        yield Kept(request.getfixturevalue("swift_vault"), request.getfixturevalue("swift_bucket"))
        return
    bucket: RawBucket = request.getfixturevalue("bucket")
    if request.param == "s3":
        yield Kept(request.getfixturevalue("s3_vault"), bucket)
        return
    far: FaultyStore = request.getfixturevalue("way")
    with far.troubled(*NOW_AND_THEN):
        yield Kept(request.getfixturevalue("far_vault"), bucket)
        assert bool(far.struck) is bool(far.asked), "whoever asked met trouble"
