"""A real S3 server for the session, and two vaults that must keep the same promises."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import boto3
import pytest
from pydantic import SecretStr

from dsar.ports import Vault
from rehearsal import s3
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


@pytest.fixture(scope="session")
def settings(server: s3.S3Server, key_file: Path) -> VaultSettings:
    prepared = VaultSettings(
        bucket=BUCKET,
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret=SecretStr(server.secret),
        master=FileMasterKey(key_file),
    )
    S3Vault(prepared).prepare()
    return prepared


@pytest.fixture(scope="session")
def s3_vault(settings: VaultSettings) -> S3Vault:
    return S3Vault(settings)


@pytest.fixture(scope="session")
def bucket(server: s3.S3Server) -> RawBucket:
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret,
        region_name=server.region,
    )
    return RawBucket(client)


@pytest.fixture(params=["memory", "s3"])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "memory":
        memory = MemoryVault()
        return Kept(memory, RawMemory(memory.objects))
    return Kept(request.getfixturevalue("s3_vault"), request.getfixturevalue("bucket"))
