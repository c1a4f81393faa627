"""Checkpoints under a lock, on a real S3 server: whoever owns the database cannot make them unsaid."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bundle.signing import create_key
from bundle.statements import StatementSigner
from dsar.checkpoints import CHECKPOINT, Audit, Checkpoint, Damage
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from register.register import SqlRegister
from register.schema import prepare
from rehearsal import s3
from relay.anchor import Anchor
from tests.contract.register.registers import behind_its_back, fact, opened

BUCKET, YEARS = "evidence", 2
NOW = datetime.now(UTC)
FORGETS = "DELETE FROM heads WHERE checkpoint = 2; DELETE FROM checkpoints WHERE number = 2"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.S3Server]:
    with s3.start(tmp_path_factory.mktemp("s3")) as running:
        yield running


@dataclass(frozen=True)
class Place:
    """A register with two checkpoints, and the bucket in which they lie, too."""

    register: SqlRegister
    signer: StatementSigner
    anchor: Anchor
    client: Any

    def audit(self) -> Audit:
        return self.register.audit(self.signer.judge(), self.anchor.checkpoints())


@pytest.fixture
def place(store: s3.S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.secret)
    client = boto3.client("s3", endpoint_url=store.endpoint, region_name=store.region)
    name = f"{BUCKET}-{len(client.list_buckets()['Buckets'])}"
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    url = f"sqlite:///{tmp_path / 'register.db'}"
    prepare(url)
    create_key(tmp_path / "signing.pem")
    signer = StatementSigner(tmp_path / "signing.pem")
    with (
        closing(SqlRegister(url)) as register,
        closing(Anchor("lock", name, store.region, YEARS, store.endpoint)) as anchor,
    ):
        case = opened(register)
        for day in range(2):
            register.record(case, fact(f"k:{day}", EvidenceKind.SEARCHED))
            register.seal(NOW + timedelta(days=day), signer)
        assert [""] * 5 == [anchor.send(event) for event in register.events(limit=100)]
        yield Place(register, signer, anchor, client)


def locked(place: Place) -> list[dict[str, Any]]:
    found = place.client.list_object_versions(Bucket=place.anchor._bucket)
    return sorted(found["Versions"], key=lambda one: str(one["Key"]))


def test_each_checkpoint_lies_under_a_lock_for_years_and_nothing_else_lies_there(place: Place) -> None:
    first, second = locked(place)
    held = place.client.head_object(Bucket=place.anchor._bucket, Key=first["Key"])

    assert ["checkpoints/00000001.json", "checkpoints/00000002.json"] == [first["Key"], second["Key"]]
    assert "COMPLIANCE" == held["ObjectLockMode"]
    assert held["ObjectLockRetainUntilDate"] - NOW > timedelta(days=365 * YEARS)
    with pytest.raises(ClientError, match="AccessDenied"):
        place.client.delete_object(
            Bucket=place.anchor._bucket, Key=first["Key"], VersionId=first["VersionId"]
        )


def test_whole_evidence_is_whole_and_says_how_much_is_anchored(place: Place) -> None:
    found = place.audit()

    assert () == found.damages
    assert (2, 2) == (found.checkpoints, found.anchored)


def test_a_register_that_forgets_its_newest_checkpoint_is_found_out(place: Place) -> None:
    behind_its_back(place.register, *FORGETS.split(";"))

    assert () == place.register.audit(place.signer.judge()).damages  # by itself it cannot know
    assert (Damage(case_id="", place=2, reason="checkpoint_missing"),) == place.audit().damages


def test_one_that_is_written_anew_is_found_out_whatever_is_laid_over_its_copy(place: Place) -> None:
    """Even by somebody who has the signing key: the copy of that day stays."""
    behind_its_back(place.register, *FORGETS.split(";"))
    place.register.seal(NOW + timedelta(days=1, hours=1), place.signer)
    newest = place.register.events(limit=100)[-1]
    assert "" == place.anchor.send(newest)
    _first, *copies = locked(place)

    assert CHECKPOINT == newest.body["type"]
    assert 2 == len(copies)
    assert (Damage(case_id="", place=2, reason="checkpoint_not_as_anchored"),) == place.audit().damages


def test_what_others_put_there_is_noise(place: Place, tmp_path: Path) -> None:
    create_key(tmp_path / "other.pem")
    seven = {**place.register.events(limit=100)[-1].body}
    told = Checkpoint.told(seven)
    strange = Checkpoint(statement=told.statement, signature="0" * 128, key=told.key).event()
    for number, body in enumerate((b"\xff", b"[]", b"{}", str(strange).replace("'", '"').encode())):
        place.client.put_object(Bucket=place.anchor._bucket, Key=f"checkpoints/x{number}", Body=body)

    assert () == place.audit().damages
    assert 2 == place.audit().anchored


def test_a_copy_that_was_deleted_is_read_all_the_same(place: Place) -> None:
    place.client.delete_object(Bucket=place.anchor._bucket, Key="checkpoints/00000002.json")
    behind_its_back(place.register, *FORGETS.split(";"))

    assert (Damage(case_id="", place=2, reason="checkpoint_missing"),) == place.audit().damages


def test_a_bucket_without_a_lock_is_waited_for_until_somebody_mends_it(
    place: Place, store: s3.S3Server
) -> None:
    name = f"{place.anchor._bucket}-open"
    place.client.create_bucket(Bucket=name)
    with closing(Anchor("open", name, store.region, YEARS, store.endpoint)) as anchor:
        newest = place.register.events(limit=100)[-1]
        with pytest.raises(OperatorError, match="service_refused"):
            anchor.send(newest)
