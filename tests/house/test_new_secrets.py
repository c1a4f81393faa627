"""`make secrets` makes what the stack mounts, once, and for its owner only."""

import json
import os
import stat
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.new_secrets import IMAGE_ID, KEYS, main
from tests.house.repository import text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    main(tmp_path)
    return tmp_path / "secrets"


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_makes_every_secret_that_the_stack_mounts(folder: Path) -> None:
    assert set(content(folder)) == set(yaml.safe_load(text("docker-compose.yml"))["secrets"])


def test_a_key_that_exists_is_never_overwritten(folder: Path) -> None:
    before = content(folder)
    (folder / "s3_filer_key").unlink()

    main(folder.parent)

    after = content(folder)
    assert {name for name in after if after[name] != before[name]} == {"s3_filer_key"}


def test_nobody_else_on_the_machine_can_reach_the_files(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_keys_of_the_engine_belong_to_the_id_it_runs_under(folder: Path) -> None:
    owner = int((folder.parent / ".env").read_text().removeprefix("DSAR_UID="))

    assert owner == (os.geteuid() or IMAGE_ID), "the engine never runs as root"
    for name in KEYS:
        assert (folder / name).stat().st_uid == owner
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert f"USER {IMAGE_ID}\n" in text("Dockerfile")


def test_every_secret_differs_and_the_store_knows_the_key_we_use(folder: Path) -> None:
    made = content(folder)

    assert len(set(made.values())) == len(made)
    assert len(made["master_key"]) == 32
    assert load_pem_private_key(made["signing_key"], password=None)
    assert json.loads(made["s3_identities"])["identities"][0]["credentials"] == [
        {"accessKey": made["s3_access_key"].decode(), "secretKey": made["s3_secret_key"].decode()}
    ]
