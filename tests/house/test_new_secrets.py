"""`make secrets` makes what the stack mounts, once, and for its owner only."""

import json
import stat
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.new_secrets import main
from tests.house.repository import text


def test_it_makes_every_secret_that_the_stack_mounts(tmp_path: Path) -> None:
    main(tmp_path / "secrets")

    mounted = yaml.safe_load(text("docker-compose.yml"))["secrets"]
    assert {path.name for path in (tmp_path / "secrets").iterdir()} == set(mounted)


def test_a_key_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    main(tmp_path)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    (tmp_path / "s3_filer_key").unlink()

    main(tmp_path)

    after = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"s3_filer_key"}


def test_nobody_else_on_the_machine_can_reach_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    main(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_every_secret_differs_and_the_store_knows_the_key_we_use(tmp_path: Path) -> None:
    main(tmp_path)
    content = {path.name: path.read_text() for path in tmp_path.iterdir()}

    assert len(set(content.values())) == len(content)
    assert json.loads(content["s3_identities"])["identities"][0]["credentials"] == [
        {"accessKey": content["s3_access_key"], "secretKey": content["s3_secret_key"]}
    ]
    assert load_pem_private_key(content["signing_key"].encode(), password=None)
