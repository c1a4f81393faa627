"""An answer in a closed envelope: the person opens it, nobody else does, and it streams."""

import io
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from itertools import islice

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyzipper import AESZipFile

from bundle.envelope import recipient_of, to_public_key, with_passphrase
from dsar.errors import InputError, TemporaryError

OWNER = pyrage.x25519.Identity.generate()
KEY = str(OWNER.to_public())
SLIPPED = KEY[:-1] + ("q" if KEY[-1] != "q" else "p")  # one letter off
WORDS = "K7QF-9XMB-2TRW-HH4Z"
chunks = st.lists(st.binary(max_size=300_000), max_size=6)


@given(parts=chunks)
@settings(max_examples=25)
def test_the_passphrase_opens_it_and_no_other_does(parts: list[bytes]) -> None:
    sealed = b"".join(with_passphrase(parts, "answer.zip", WORDS))
    with AESZipFile(io.BytesIO(sealed)) as archive:
        [info] = archive.infolist()
        archive.setpassword(WORDS.encode())
        opened = archive.read("answer.zip")
        archive.setpassword(b"K7QF-9XMB-2TRW-HH4Y")
        with pytest.raises(RuntimeError, match="Bad password"):
            archive.read("answer.zip")

    assert opened == b"".join(parts)
    assert (info.wz_aes_strength, info.flag_bits & 1) == (3, 1)  # AES-256, encrypted


def test_other_tools_see_a_zip_whose_one_file_is_encrypted() -> None:
    sealed = b"".join(with_passphrase([b"plain text" * 100], "answer.zip", WORDS))

    assert b"plain text" not in sealed
    with zipfile.ZipFile(io.BytesIO(sealed)) as archive:
        assert archive.namelist() == ["answer.zip"]
        assert archive.infolist()[0].compress_type == 99  # WinZip's AES
        assert archive.infolist()[0].extra.startswith(b"\x01\x99\x07\x00\x02\x00AE\x03")


@given(parts=chunks)
@settings(max_examples=25)
def test_the_owner_of_the_key_opens_it_and_no_other_does(parts: list[bytes]) -> None:
    sealed = b"".join(to_public_key(parts, KEY))

    assert pyrage.decrypt(sealed, [OWNER]) == b"".join(parts)
    assert sealed.startswith(b"age-encryption.org/v1\n")
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])


@pytest.mark.parametrize(
    "key",
    ["", "age1", SLIPPED, "ssh-ed25519 AAAA", str(OWNER), "\ud800"],
    ids=["empty", "cut", "slipped", "ssh", "secret", "surrogate"],
)
def test_what_is_no_public_key_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(InputError, match="public key") as refusal:
        recipient_of(key)
    assert "AGE-SECRET" not in str(refusal.value)


@pytest.mark.parametrize("seal", [lambda c: to_public_key(c, KEY), lambda c: with_passphrase(c, "a", WORDS)])
def test_an_error_of_the_source_passes_through_and_the_envelope_is_torn(seal: object) -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(1_000_000)
        raise TemporaryError("vault", "unreachable")

    with pytest.raises(TemporaryError):
        b"".join(seal(broken()))  # type: ignore[operator]


def test_whoever_goes_away_leaves_no_thread_behind() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(100_000)

    pieces = to_public_key(endless(), KEY)
    assert len(list(islice(pieces, 5))) == 5
    pieces.close()  # type: ignore[attr-defined]

    assert not [thread for thread in threading.enumerate() if thread.name == "envelope"]


STREAM = """
import resource, sys
from bundle.envelope import to_public_key, with_passphrase
chunks = (bytes(1024 * 1024) for _ in range(int(sys.argv[2])))
key = sys.argv[1] == "key"
out = to_public_key(chunks, sys.argv[3]) if key else with_passphrase(chunks, "a.zip", "words")
print(sum(map(len, out)), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("kind", ["key", "words"])
def test_memory_stays_flat(kind: str) -> None:
    def peak(mebibytes: int) -> int:
        asked = [sys.executable, "-c", STREAM, kind, str(mebibytes), KEY]
        size, used = subprocess.run(asked, capture_output=True, check=True).stdout.split()
        assert int(size) > mebibytes * 1024 * 1024
        return int(used)

    assert peak(96) - peak(8) < 8 * 1024  # KiB
