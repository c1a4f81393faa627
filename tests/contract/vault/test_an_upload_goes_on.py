"""An object that was cut short on its way goes on at the first part that the store lacks (decision 19)."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from dsar.errors import TemporaryError
from tests.faulty_store import FaultyStore, Trouble, faulty, passes, says
from vault.seal import CHUNK
from vault.vault import S3Vault, VaultSettings

from .conftest import RawBucket, new_case, settings_of

FOREVER = 10_000
NAME = "bundle/answer.zip"
PART = 8 * CHUNK  # of plain bytes; the rest of a part is the seal's
DATA = os.urandom(2 * PART + 5)  # three parts
BOTH = pytest.mark.parametrize("shore", ["seaweedfs", "swift"], indirect=True)
SENT = Trouble(name="sent", strike=passes, verb="PUT", asks="/.parts/", times=FOREVER)
COPIED = Trouble(name="copied", strike=passes, verb="PUT", asks="partNumber=", times=FOREVER)


@dataclass(frozen=True)
class Shore:
    """A vault, the way to its store, and the store itself."""

    vault: S3Vault
    way: FaultyStore
    bucket: RawBucket

    def parts(self, case: str) -> set[str]:
        return {place for place in self.bucket.places() if f"answers/{case}/.parts/{NAME}/" in place}

    def sent(self, case: str, data: bytes) -> int:
        """Write the object to its end; return how many parts went over the line."""
        with self.way.troubled(SENT, COPIED), self.vault.sink(case, NAME) as sink:
            sink.write(data)
        return self.way.struck.count("sent")

    def killed(self, case: str, data: bytes = DATA) -> None:
        """Write as much, and be killed: nothing is cleaned up, as far as a process can pretend that."""
        attempt = self.vault.sink(case, NAME)
        attempt.__enter__().write(data)
        with suppress(KeyboardInterrupt):
            attempt.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)

    def stands(self, case: str, data: bytes) -> None:
        """What every test here ends with: one object, and nothing beside it."""
        assert data == self.vault.get(case, NAME)
        assert (NAME,) == self.vault.names(case)
        assert set() == self.parts(case)
        assert not [key for key in self.bucket.unfinished() if case in key]


@pytest.fixture
def shore(request: pytest.FixtureRequest) -> Iterator[Shore]:
    if getattr(request, "param", "seaweedfs") == "seaweedfs":
        vault, way = request.getfixturevalue("far_vault"), request.getfixturevalue("way")
        yield Shore(vault, way, request.getfixturevalue("bucket"))
        return
    settings = settings_of(request.getfixturevalue("swift"), request.getfixturevalue("key_file"))
    request.getfixturevalue("swift_vault")
    with faulty(settings.endpoint or "") as way:
        vault = S3Vault(replace(settings, endpoint=way.endpoint))
        yield Shore(vault, way, request.getfixturevalue("swift_bucket"))


@pytest.fixture
def case(shore: Shore) -> str:
    case = new_case()
    shore.vault.open_case(case)
    return case


@BOTH
def test_the_next_attempt_sends_only_what_the_store_lacks(shore: Shore, case: str) -> None:
    shore.killed(case, DATA[: PART + 1])

    assert 1 == len(shore.parts(case))
    assert () == shore.vault.names(case)
    assert 2 == shore.sent(case, DATA)
    shore.stands(case, DATA)


def test_an_attempt_that_was_killed_after_its_last_part_leaves_nothing_to_send(
    shore: Shore, case: str
) -> None:
    with (
        shore.way.troubled(
            Trouble(name="end", strike=says(503, "SlowDown"), verb="POST", asks="uploadId=", times=FOREVER)
        ),
        pytest.raises(TemporaryError, match="store_busy"),
        shore.vault.sink(case, NAME) as sink,
    ):
        sink.write(DATA)

    assert 0 == shore.sent(case, DATA)
    shore.stands(case, DATA)


@pytest.mark.parametrize("at", [0, PART + 7, 2 * PART + 1])
def test_what_a_new_release_makes_otherwise_is_sent_from_there_on(shore: Shore, case: str, at: int) -> None:
    shore.killed(case)
    other = DATA[:at] + bytes([DATA[at] ^ 1]) + DATA[at + 1 :]

    assert 3 - at // PART == shore.sent(case, other)
    shore.stands(case, other)


def test_an_object_that_came_out_shorter_has_nothing_of_the_longer_one(shore: Shore, case: str) -> None:
    shore.killed(case)
    shore.sent(case, DATA[: PART + 5])
    shore.stands(case, DATA[: PART + 5])


@BOTH
@pytest.mark.parametrize("both", ["the same", "each its own"])
@pytest.mark.parametrize("first", [0, 1])
def test_of_two_that_write_at_once_one_ends_with_its_whole_object(
    shore: Shore, case: str, both: str, first: int
) -> None:
    """They take turns, part by part, and neither knows of the other; `first` is who ends first."""
    made = [DATA, DATA if both == "the same" else DATA[:PART] + bytes(len(DATA) - PART)]
    attempts = [shore.vault.sink(case, NAME) for _ in made]
    sinks = [attempt.__enter__() for attempt in attempts]
    stopped: set[int] = set()
    for at in range(0, len(DATA), PART):
        for who, data in enumerate(made):
            try:
                _ = who in stopped or sinks[who].write(data[at : at + PART])
            except TemporaryError:
                stopped.add(who)
    for who in (first, 1 - first):
        with suppress(TemporaryError):
            attempts[who].__exit__(None, None, None)

    assert stopped, "one of them was told that its upload is gone"
    shore.stands(case, made[1 - min(stopped)])


def test_parts_that_somebody_sweeps_meanwhile_are_not_missed(shore: Shore, case: str) -> None:
    """A rival that has finished does so."""
    shore.killed(case)
    attempt = shore.vault.sink(case, NAME)
    sink = attempt.__enter__()
    sink.write(DATA[: PART + 1])
    for part in shore.parts(case):
        shore.bucket.client.delete_object(Bucket="dsar-vault", Key=part)
    sink.write(DATA[PART + 1 :])
    attempt.__exit__(None, None, None)
    shore.stands(case, DATA)


@pytest.mark.parametrize("prefix", ["bundle/answer.zip", "bundle/", ""])
def test_parts_that_nobody_goes_on_with_go_with_the_object_they_were_for(
    shore: Shore, case: str, prefix: str
) -> None:
    shore.killed(case)

    assert 2 == len(shore.parts(case))
    assert 0 == shore.vault.remove(case, "parcels/")
    assert 2 == len(shore.parts(case))
    assert 0 == shore.vault.remove(case, prefix)
    assert set() == shore.parts(case)


def test_a_shredding_takes_the_parts_along(shore: Shore, case: str) -> None:
    shore.killed(case)
    shore.vault.put(case, "identity", b"x")

    assert 1 == shore.vault.shred(case)
    assert not [place for place in shore.bucket.places() if case in place and "keys/" not in place]


def test_a_store_that_copies_nothing_gets_each_part_itself(shore: Shore, case: str) -> None:
    """Copies are told by a header; here they are told by being the empty ones."""
    refuses = says(501, "NotImplemented")
    seen: list[int] = []

    def unless_it_has_a_body(exchange: object) -> None:
        seen.append(len(exchange.asked.body))  # type: ignore[attr-defined]
        (passes if seen[-1] else refuses)(exchange)  # type: ignore[arg-type]

    no_copies = Trouble(
        name="copied", strike=unless_it_has_a_body, verb="PUT", asks="partNumber=", times=FOREVER
    )
    with shore.way.troubled(no_copies, SENT), shore.vault.sink(case, NAME) as sink:
        sink.write(DATA)

    assert [0, *(size for size in seen if size)] == seen
    assert 3 == len(seen) - 1
    assert 1 == shore.way.struck.count("sent"), "it was tried once"
    shore.stands(case, DATA)


def test_nobody_who_sees_the_bucket_learns_that_two_cases_hold_the_same(shore: Shore, case: str) -> None:
    other = new_case()
    shore.vault.open_case(other)
    for one in (case, other):
        shore.killed(one)
    named = [{part.rsplit("/", 1)[1] for part in shore.parts(one)} for one in (case, other)]

    assert 4 == len(set.union(*named))


def test_a_store_that_will_not_copy_under_its_own_key_still_takes_the_object(
    settings: VaultSettings, bucket: RawBucket
) -> None:
    """SeaweedFS does not, where the key is in KMS."""
    vault, case = S3Vault(replace(settings, kms_key="dsar-answers")), new_case()
    vault.open_case(case)
    with vault.sink(case, NAME) as sink:
        sink.write(DATA)

    assert DATA == vault.get(case, NAME)
    assert not [place for place in bucket.places() if f"{case}/.parts/" in place]
