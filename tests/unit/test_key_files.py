"""Key files: whole or not at all, never written over; a key that is none is told as one."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from bundle.signing import create_key, load_key, read_public
from dsar.errors import InputError, OperatorError
from tests.full_disk import full_disk
from vault.master import FileMasterKey, create_key_file

MAKERS = pytest.mark.parametrize("make", [create_key, create_key_file])
# An EC public key on a curve that no library here knows (1.2.840.10045.3.1.127).
ODD_CURVE = bytes.fromhex("3018301306072a8648ce3d020106082a8648ce3d03017f030100")


@MAKERS
def test_a_key_is_made_with_its_directory_and_never_written_over(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    path = tmp_path / "new" / "key"
    make(path)
    kept = path.read_bytes()

    with pytest.raises(OperatorError, match="exists"):
        make(path)
    assert kept == path.read_bytes()
    assert 0o600 == path.stat().st_mode & 0o777


@MAKERS
def test_where_nothing_can_be_written_that_is_said(make: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OperatorError, match=r"unwritable|exists"):
        make(tmp_path / "file" / "key")


@MAKERS
def test_on_a_full_disk_no_half_key_stays(make: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "key"
    with full_disk(), pytest.raises(OperatorError, match="unwritable"):
        make(path)

    assert not path.exists()
    make(path)  # and with room again it is made
    (FileMasterKey if make is create_key_file else load_key)(path)


def test_a_public_key_of_a_kind_that_nobody_knows_is_no_key() -> None:
    body = base64.encodebytes(ODD_CURVE).decode()
    pem = f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n"

    with pytest.raises(InputError, match="Ed25519"):
        read_public(pem.encode())
