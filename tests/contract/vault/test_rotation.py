"""Changing the master key: all stays readable, no data is written anew, the shredded stay shut."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from dsar.errors import InputError, OperatorError, TemporaryError
from rehearsal import s3
from vault.master import FileMasterKey, MasterKey, PassphraseMasterKey, create_key_file
from vault.rotation import Rotated
from vault.vault import S3Vault, VaultSettings

from .conftest import BUCKET, RawBucket, new_case, raw_bucket, settings_of

WORDS = SecretStr("correct horse battery staple again")


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.S3Server]:
    """A store whose keys nobody else needs."""
    with s3.start(tmp_path_factory.mktemp("own-s3")) as running:
        yield running


@pytest.fixture
def bucket(own_server: s3.S3Server) -> RawBucket:
    return raw_bucket(own_server)


@pytest.fixture
def before(own_server: s3.S3Server, bucket: RawBucket, key_file: Path) -> VaultSettings:
    """A bucket with the two keys that belong to no case."""
    own = settings_of(own_server, key_file)
    S3Vault(own).prepare()
    for place in bucket.places():
        bucket.client.delete_object(Bucket=BUCKET, Key=place)
    S3Vault(own).prepare()
    return own


def file_key(folder: Path) -> MasterKey:
    create_key_file(folder / "new.key")
    return FileMasterKey(folder / "new.key")


def passphrase(_: Path) -> MasterKey:
    return PassphraseMasterKey(WORDS, salt="here")


@pytest.mark.parametrize("make", [file_key, passphrase])
def test_a_rotation_wraps_the_keys_and_leaves_the_data(
    before: VaultSettings, bucket: RawBucket, tmp_path: Path, make: Callable[[Path], MasterKey]
) -> None:
    case, shredded, new = new_case(), new_case(), make(tmp_path)
    old = S3Vault(before)
    old.open_case(case)
    old.put(case, "parcels/crm/000001", b"a row")
    old.open_case(shredded)
    old.shred(shredded)
    raw = bucket.client.get_object(Bucket=BUCKET, Key=f"cases/{case}/parcels/crm/000001")["ETag"]
    turning = S3Vault(replace(before, master=new, retiring=before.master))

    assert b"a row" == turning.get(case, "parcels/crm/000001")
    assert Rotated(rewrapped=3, destroyed=1) == turning.rotate()
    assert Rotated(already=3, destroyed=1) == turning.rotate()

    after = S3Vault(replace(before, master=new))
    assert b"a row" == after.get(case, "parcels/crm/000001")
    assert raw == bucket.client.head_object(Bucket=BUCKET, Key=f"cases/{case}/parcels/crm/000001")["ETag"]
    with pytest.raises(OperatorError, match="key_destroyed"):
        after.keyring.data_key(shredded, create=True)
    with pytest.raises(OperatorError, match="master_key_refused"):
        S3Vault(before).keyring.data_key(case)


class CutShort:
    """A master key that stops answering after a few keys, as a key service under load does."""

    def __init__(self, inner: MasterKey, *, after: int) -> None:
        self._inner = inner
        self._left = after

    def wrap(self, key: bytes, scope: str) -> bytes:
        if not self._left:
            raise TemporaryError("vault", "key_service_busy")
        self._left -= 1
        return self._inner.wrap(key, scope)

    def unwrap(self, wrapped: bytes, scope: str) -> bytes:
        return self._inner.unwrap(wrapped, scope)


def test_a_rotation_that_was_cut_short_goes_on_where_it_stopped(
    before: VaultSettings, tmp_path: Path
) -> None:
    new = file_key(tmp_path)
    with pytest.raises(TemporaryError, match="key_service_busy"):
        S3Vault(replace(before, master=CutShort(new, after=1), retiring=before.master)).rotate()
    turning = S3Vault(replace(before, master=new, retiring=before.master))
    turning.check()

    assert Rotated(rewrapped=1, already=1) == turning.rotate()


class Shredder:
    """A master key during whose work somebody shreds the case."""

    def __init__(self, inner: MasterKey, vault: S3Vault, case: str) -> None:
        self._inner, self._vault, self._case = inner, vault, case

    def wrap(self, key: bytes, scope: str) -> bytes:
        if scope == self._case:
            self._vault.shred(self._case)
        return self._inner.wrap(key, scope)

    def unwrap(self, wrapped: bytes, scope: str) -> bytes:
        return self._inner.unwrap(wrapped, scope)


def test_a_key_destroyed_during_the_rotation_is_not_brought_back(
    before: VaultSettings, tmp_path: Path
) -> None:
    case, vault = new_case(), S3Vault(before)
    vault.open_case(case)
    new = Shredder(file_key(tmp_path), vault, case)

    assert (
        Rotated(rewrapped=2, left=1) == S3Vault(replace(before, master=new, retiring=before.master)).rotate()
    )
    with pytest.raises(OperatorError, match="key_destroyed"):
        S3Vault(replace(before, retiring=new)).keyring.data_key(case)


def test_without_a_key_that_retires_there_is_nothing_to_rotate(s3_vault: S3Vault) -> None:
    with pytest.raises(InputError) as refusal:
        s3_vault.rotate()

    assert "DSAR_OLD_MASTER_KEY_FILE" in refusal.value.hint


def test_a_passphrase_opens_only_where_it_belongs_and_must_not_be_short() -> None:
    here, there = PassphraseMasterKey(WORDS, salt="here"), PassphraseMasterKey(WORDS, salt="there")
    wrapped = here.wrap(bytes(32), "_shared")

    assert bytes(32) == PassphraseMasterKey(WORDS, salt="here").unwrap(wrapped, "_shared")
    with pytest.raises(OperatorError, match="master_key_refused"):
        there.unwrap(wrapped, "_shared")
    with pytest.raises(OperatorError, match="passphrase_short"):
        PassphraseMasterKey(SecretStr("too short"), salt="here")
