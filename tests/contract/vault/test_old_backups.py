"""What an old back-up still opens once its case was shredded, and what ends that (decision 16)."""

from dataclasses import replace
from pathlib import Path

import pytest

from dsar.errors import OperatorError
from vault.master import FileMasterKey, create_key_file
from vault.vault import S3Vault, VaultSettings

from .conftest import RawBucket, new_case

NAME, WORDS = "identity/0.door", b"ada@subject.example"
Shredded = tuple[str, dict[str, bytes], dict[str, bytes]]


@pytest.fixture
def old(settings: VaultSettings, tmp_path: Path) -> VaultSettings:
    """A vault of its own: the master key is changed here, and keys lie in a bucket of their own."""
    create_key_file(tmp_path / "old.key")
    name = f"b-{new_case()[5:]}"
    master = FileMasterKey(tmp_path / "old.key")
    made = replace(settings, bucket=name, keys_bucket=f"{name}-keys", master=master)
    S3Vault(made).prepare()
    return made


def everything(bucket: RawBucket, name: str) -> dict[str, bytes]:
    listed = bucket.client.list_objects_v2(Bucket=name).get("Contents", ())
    return {o["Key"]: bucket.client.get_object(Bucket=name, Key=o["Key"])["Body"].read() for o in listed}


def restored(bucket: RawBucket, old: VaultSettings, *backups: tuple[str, dict[str, bytes]]) -> None:
    for name, objects in backups:
        for key, data in objects.items():
            bucket.client.put_object(Bucket=name, Key=key, Body=data)


@pytest.fixture
def shredded(old: VaultSettings, bucket: RawBucket) -> Shredded:
    """A case, and back-ups of both buckets from before it was shredded."""
    case, vault = new_case(), S3Vault(old)
    vault.open_case(case)
    vault.put(case, NAME, WORDS)
    data, keys = everything(bucket, old.bucket), everything(bucket, str(old.keys_bucket))
    vault.shred(case)
    return case, data, keys


def test_a_back_up_of_the_data_holds_no_keys_and_opens_nothing(
    old: VaultSettings, bucket: RawBucket, shredded: Shredded
) -> None:
    case, data, keys = shredded
    restored(bucket, old, (old.bucket, data))

    assert [f"cases/{case}/{NAME}"] == list(data)
    assert {"keys/_shared", "keys/_fingerprints", f"keys/{case}"} == set(keys)
    assert not any(WORDS in sealed for sealed in data.values())
    with pytest.raises(OperatorError, match="key_destroyed"):
        S3Vault(old).get(case, NAME)


def test_a_back_up_of_the_keys_too_opens_until_its_master_key_is_destroyed(
    old: VaultSettings, bucket: RawBucket, shredded: Shredded, tmp_path: Path
) -> None:
    """The first half is no promise but the truth about such a back-up; the second half is what ends it."""
    case, data, keys = shredded
    create_key_file(tmp_path / "new.key")
    new = FileMasterKey(tmp_path / "new.key")
    S3Vault(replace(old, master=new, retiring=old.master)).rotate()
    restored(bucket, old, (old.bucket, data), (str(old.keys_bucket), keys))

    assert WORDS == S3Vault(old).get(case, NAME)
    with pytest.raises(OperatorError, match="master_key_refused"):
        S3Vault(replace(old, master=new)).get(case, NAME)


def test_keys_in_the_bucket_of_the_data_are_not_left_behind_unseen(
    old: VaultSettings, bucket: RawBucket
) -> None:
    together = replace(old, bucket=str(old.keys_bucket), keys_bucket=None)
    S3Vault(together).check()
    apart = replace(together, keys_bucket=f"{old.bucket}-new")
    with pytest.raises(OperatorError, match="keys_left_behind"):
        S3Vault(apart).prepare()
