"""A store that fails: each fault ends in one correct bundle or in the right error, and leaves nothing behind.

A real server stands behind a way that goes wrong (`tests/faulty_store.py`). What Temporal would repeat is
repeated here at once; how long it should have waited is asserted, never waited for.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bundle.signing import public_pem
from bundle.verify import verify
from dsar.errors import DsarError, OperatorError, TemporaryError
from rehearsal.s3 import S3Server
from tests.bundles import KEY
from tests.faulty_store import (
    FaultyStore,
    Strike,
    Trouble,
    cut_coming,
    cut_going,
    lost,
    says,
    slow,
    spoilt_coming,
    spoilt_going,
)
from tests.halting_line import halting_line
from tests.people import ADA_EMAIL
from vault.vault import S3Vault, VaultSettings

from .conftest import RawBucket, new_case
from .mortal import Mortal, live

ROWS = 60_000  # several parts of an upload
FOREVER = 10_000
WHOLE_PART = 8 * 1024 * 1024  # bytes: more than the kernel takes in while nobody reads
PART, PARCEL = "partNumber=", "/parcels/crm/"
R = TypeVar("R")


@pytest.fixture(scope="module")
def expected(s3_vault: S3Vault) -> tuple[str, bytes]:
    """What is written when nothing goes wrong."""
    case = new_case()
    s3_vault.open_case(case)
    told = live(s3_vault, case, ROWS, Mortal(0))
    return told, s3_vault.get(case, "bundle/answer.zip")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where temporary files go."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def repeated(deed: Callable[[], R], times: int = 12) -> tuple[R, list[DsarError]]:
    """Do it until it is done, as Temporal does; return also what went wrong before."""
    wrong: list[DsarError] = []
    for _ in range(times):
        try:
            return deed(), wrong
        except DsarError as error:
            wrong.append(error)
    pytest.fail(f"never done: {wrong}")


TROUBLES = [
    Trouble(name="500 for a while", strike=says(500, "InternalError"), after=3, times=7),
    Trouble(name="503 on parts", strike=says(503, "ServiceUnavailable"), asks=PART, after=1, times=3),
    Trouble(name="SlowDown", strike=says(503, "SlowDown", Retry_After="7"), verb="PUT", after=4, times=3),
    Trouble(name="cut in a parcel", strike=cut_going, asks=PARCEL, verb="PUT", after=1, times=3),
    Trouble(name="cut in a part", strike=cut_going, asks=PART, times=3),
    Trouble(name="cut in an answer", strike=cut_coming, asks=PARCEL, verb="GET", after=1),
    Trouble(name="an answer is lost", strike=lost, verb="PUT", after=2, times=3),
    Trouble(name="the end's answer is lost", strike=lost, verb="POST", asks="uploadId=", times=3),
    Trouble(name="the beginning's answer is lost", strike=lost, verb="POST", asks="uploads", times=2),
    Trouble(name="200 that is an error", strike=says(200, "InternalError"), verb="POST", asks="uploadId="),
    Trouble(name="a spoilt part", strike=spoilt_going, asks=PART, times=3),
    Trouble(name="a spoilt parcel", strike=spoilt_going, asks=PARCEL, verb="PUT", times=3),
    Trouble(name="a spoilt answer", strike=spoilt_coming, asks=PARCEL, verb="GET", after=2),
    Trouble(name="full", strike=says(507, "InsufficientStorage"), asks=PART, times=3),
    Trouble(name="a quota", strike=says(403, "QuotaExceeded"), verb="PUT", after=3, times=3),
    Trouble(name="slow", strike=slow, times=FOREVER),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_each_trouble_ends_in_one_correct_bundle_and_leaves_nothing_behind(
    server: S3Server,
    way: FaultyStore,
    far_vault: S3Vault,
    bucket: RawBucket,
    expected: tuple[str, bytes],
    scratch: Path,
    trouble: Trouble,
) -> None:
    case, archive, key = new_case(), scratch / "b.zip", scratch / "k.pem"
    far_vault.open_case(case)
    with way.troubled(trouble):
        written, wrong = repeated(lambda: live(far_vault, case, ROWS, Mortal(0)))
    archive.write_bytes(far_vault.get(case, "bundle/answer.zip"))
    key.write_bytes(public_pem(KEY))

    assert trouble.name in way.struck
    assert (written, archive.read_bytes()) == expected
    assert verify(archive, key).ok
    assert not [key for key in bucket.unfinished() if case in key]
    assert all(isinstance(error, TemporaryError) or error.reason == "seal_broken" for error in wrong)
    for folder in (server.directory, scratch):
        assert not [p for p in folder.rglob("*") if p.is_file() and ADA_EMAIL.encode() in p.read_bytes()]


SAID: list[tuple[str, Strike, str, timedelta | None]] = [
    ("busy", says(503, "SlowDown", Retry_After="7"), "store_busy", timedelta(seconds=7)),
    ("busy, by date", says(503, "SlowDown", Retry_After="Fri, 27 Nov 2026 10:00:00 GMT"), "store_busy", None),
    ("busy, for ever", says(503, "SlowDown", Retry_After="9" * 30), "store_busy", timedelta(hours=1)),
    ("ill", says(500, "InternalError"), "store_busy", None),
    ("full", says(507, "InsufficientStorage"), "store_full", timedelta(minutes=5)),
    ("a quota", says(403, "QuotaExceeded"), "store_full", timedelta(minutes=5)),
    ("MinIO is full", says(507, "XMinioStorageFull"), "store_full", timedelta(minutes=5)),
    ("a cut line", cut_going, "store_unreachable", None),
    ("a spoilt line", spoilt_going, "store_busy", None),
]


@pytest.mark.parametrize(("strike", "reason", "after"), [s[1:] for s in SAID], ids=[s[0] for s in SAID])
def test_a_store_that_will_not_take_an_object_says_when_to_ask_again(
    way: FaultyStore,
    far_vault: S3Vault,
    case: str,
    strike: Strike,
    reason: str,
    after: timedelta | None,
) -> None:
    far_vault.open_case(case)
    with (
        way.troubled(Trouble(name="all", strike=strike, verb="PUT", times=FOREVER)),
        pytest.raises(TemporaryError) as trouble,
    ):
        far_vault.put(case, "identity", b"x" * 100)
    assert (trouble.value.reason, trouble.value.after) == (reason, after)
    assert far_vault.names(case) == ()
    far_vault.put(case, "identity", b"y")
    assert far_vault.get(case, "identity") == b"y"


def test_a_spoilt_answer_is_never_believed_and_asked_for_once_more(
    way: FaultyStore, far_vault: S3Vault, case: str
) -> None:
    """A bit that turned over on the way is nothing that a person must decide; one in the store is."""
    far_vault.open_case(case)
    far_vault.put(case, "identity", b"x" * 100)
    spoilt = Trouble(name="spoilt", strike=spoilt_coming, verb="GET", asks="identity")
    with way.troubled(spoilt):
        assert far_vault.get(case, "identity") == b"x" * 100
    assert way.struck == ["spoilt"]
    with way.troubled(replace(spoilt, times=2)), pytest.raises(OperatorError, match="seal_broken"):
        far_vault.get(case, "identity")


def test_a_line_that_halts_for_seconds_while_an_object_is_sent_is_slow_and_no_more(
    server: S3Server, settings: VaultSettings, case: str
) -> None:
    """On a slow line each piece waits so. If that were an error, nothing big would ever arrive whole."""
    with halting_line(server.endpoint, seconds=5) as endpoint:
        far = S3Vault(replace(settings, endpoint=endpoint))
        far.open_case(case)
        far.put(case, "parcels/crm/000001", os.urandom(WHOLE_PART))
    assert S3Vault(settings).names(case) == ("parcels/crm/000001",)


def test_a_key_whose_making_went_unheard_is_the_key_that_is_used(
    way: FaultyStore, settings: VaultSettings, far_vault: S3Vault, case: str
) -> None:
    with way.troubled(Trouble(name="unheard", strike=lost, verb="PUT", asks=f"keys/{case}")):
        far_vault.open_case(case)
    far_vault.put(case, "identity", b"x")
    assert way.struck == ["unheard"]
    assert S3Vault(settings).get(case, "identity") == b"x"


@pytest.mark.parametrize("strike", [says(503, "SlowDown"), lost, cut_coming], ids=["busy", "lost", "cut"])
def test_a_shredding_goes_through_a_troubled_store_to_its_end(
    way: FaultyStore,
    settings: VaultSettings,
    far_vault: S3Vault,
    bucket: RawBucket,
    case: str,
    strike: Strike,
) -> None:
    far_vault.open_case(case)
    far_vault.put(case, "identity", b"x")
    with way.troubled(Trouble(name="all", strike=strike, after=1, times=4)):
        repeated(lambda: far_vault.shred(case))
    assert not [place for place in bucket.places() if place.startswith(f"cases/{case}")]
    with pytest.raises(OperatorError, match="key_destroyed"):
        S3Vault(settings).get(case, "identity")
