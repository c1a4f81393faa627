"""Keys: one per scope whoever asks first, remembered for a while, wrapped by a master key that fits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from dsar.errors import OperatorError
from vault.keys import FINGERPRINTS, MOST, SHARED
from vault.master import FileMasterKey, create_key_file
from vault.vault import S3Vault, VaultSettings

from .conftest import BUCKET, RawBucket, new_case


def test_whoever_asks_first_all_get_the_same_key(settings: VaultSettings, case: str) -> None:
    vaults = [S3Vault(settings) for _ in range(8)]
    with ThreadPoolExecutor(len(vaults)) as threads:
        keys = list(threads.map(lambda vault: vault.keyring.data_key(case, create=True), vaults))
    assert len({key.digest("the same") for key in keys}) == 1
    assert S3Vault(settings).keyring.data_key(case).digest("the same") == keys[0].digest("the same")


def test_scopes_have_different_keys(s3_vault: S3Vault, case: str) -> None:
    s3_vault.open_case(case)
    keys = [s3_vault.keyring.data_key(scope) for scope in (case, SHARED, FINGERPRINTS)]
    assert len({key.digest("the same") for key in keys}) == 3


def test_a_remembered_key_needs_no_store(settings: VaultSettings, bucket: RawBucket, case: str) -> None:
    vault = S3Vault(settings)
    key = vault.keyring.data_key(case, create=True)
    bucket.client.delete_object(Bucket=BUCKET, Key=f"keys/{case}")
    assert vault.keyring.data_key(case) is key
    with pytest.raises(OperatorError, match="key_missing"):
        S3Vault(settings).keyring.data_key(case)


def test_only_so_many_keys_are_remembered(s3_vault: S3Vault, case: str) -> None:
    ring = s3_vault.keyring
    key = ring.data_key(case, create=True)
    for _ in range(MOST):
        ring._remember(new_case(), key)
    assert ring.data_key(case) is not key
    assert len(ring._known) == MOST


def test_a_destroyed_key_is_forgotten_at_once_where_it_was_destroyed(s3_vault: S3Vault, case: str) -> None:
    s3_vault.keyring.data_key(case, create=True)
    s3_vault.keyring.destroy(case)
    for create in (False, True):
        with pytest.raises(OperatorError, match="key_destroyed"):
            s3_vault.keyring.data_key(case, create=create)


@pytest.mark.parametrize("scope", ["", "shared", "case_0", "../_shared", "_shared\n", "case_" + "g" * 20])
def test_what_is_no_scope_is_refused(s3_vault: S3Vault, scope: str) -> None:
    with pytest.raises(ValueError, match="a scope is"):
        s3_vault.keyring.data_key(scope, create=True)


@pytest.mark.parametrize("stored", [b"", b"{}", b"[]", b'{"wrapped": 7}', b'{"wrapped": "?"}', b"\xff"])
def test_a_key_object_that_makes_no_sense_is_told(
    settings: VaultSettings, bucket: RawBucket, case: str, stored: bytes
) -> None:
    bucket.write(f"keys/{case}", stored)
    with pytest.raises(OperatorError, match="key_malformed"):
        S3Vault(settings).open_case(case)


def test_the_wrapped_key_of_another_case_is_refused(
    settings: VaultSettings, s3_vault: S3Vault, bucket: RawBucket, case: str
) -> None:
    other = new_case()
    s3_vault.open_case(other)
    bucket.write(f"keys/{case}", bucket.read(f"keys/{other}"))
    with pytest.raises(OperatorError, match="master_key_refused"):
        S3Vault(settings).get(case, "identity")


def test_another_master_key_is_refused_by_the_check(
    settings: VaultSettings, s3_vault: S3Vault, tmp_path: Path
) -> None:
    create_key_file(tmp_path / "other.key")
    stranger = S3Vault(replace(settings, master=FileMasterKey(tmp_path / "other.key")))
    with pytest.raises(OperatorError, match="master_key_refused"):
        stranger.check()


def test_a_new_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "master.key"
    create_key_file(path)
    first = path.read_bytes()
    assert (len(first), path.stat().st_mode & 0o777) == (32, 0o600)
    with pytest.raises(OperatorError, match="master_key_exists"):
        create_key_file(path)
    assert path.read_bytes() == first
    with pytest.raises(OperatorError, match="master_key_unwritable"):
        create_key_file(path / "master.key")  # a file, where its folder should be


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    create_key_file(path)
    path.chmod(mode)
    with pytest.raises(OperatorError, match="master_key_exposed"):
        FileMasterKey(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "master_key_missing"), (b"", "master_key_malformed"), (bytes(33), "master_key_malformed")],
)
def test_a_key_file_that_cannot_be_one_is_refused(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "master.key"
    if content is not None:
        path.touch(0o600)
        path.write_bytes(content)
    with pytest.raises(OperatorError, match=reason):
        FileMasterKey(path)


def test_a_folder_is_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="master_key_unreadable"):
        FileMasterKey(tmp_path)
