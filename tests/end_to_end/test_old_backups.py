"""After the shredding an old back-up of register, store and Temporal opens nothing (DESIGN §1.3)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.exceptions import ApplicationError

import fitter
import settings
import wire
from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import REFUSE
from dsar.errors import OperatorError
from dsar.vocabulary import Role, Status
from rehearsal.stage import Scenery
from tests.end_to_end.conftest import THE_PERSON, Engine
from tests.histories import payloads
from tests.shredding import shredded

REASON = "asked for the fourth time this month, and nothing has changed since"


def copied(database: Path, to: Path) -> bytes:
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(to)) as copy:
        now.backup(copy)
    return to.read_bytes()


def stored(scene: Scenery) -> bytes:
    """The files in which the store keeps its objects, as a copy of the disk would."""
    return b"".join(path.read_bytes() for path in (scene.directory / "s3").rglob("*") if path.is_file())


async def sealed_payloads(engine: Engine, case: str) -> list[Payload]:
    """What stands in the history as the server keeps it: sealed."""
    history = await engine.desk.life(case).fetch_history()
    found = [payload for event in history.events for payload in payloads(event)]
    return [payload for payload in found if payload.metadata.get("encoding") == wire.ENCODING]


def bucket() -> Any:
    known = settings.load()
    return boto3.client(
        "s3",
        endpoint_url=known.s3_endpoint,
        aws_access_key_id=known.secret("s3_access_key"),
        aws_secret_access_key=known.secret("s3_secret"),
        region_name=known.s3_region,
    )


def objects(case: str) -> Iterator[tuple[str, bytes]]:
    listed = bucket().list_objects_v2(Bucket=settings.load().s3_bucket, Prefix=f"cases/{case}/")
    for entry in listed["Contents"]:
        body = bucket().get_object(Bucket=settings.load().s3_bucket, Key=entry["Key"])["Body"]
        yield entry["Key"], body.read()


async def test_an_old_back_up_of_everything_but_the_keys_is_unreadable_for_ever(
    engine: Engine, tmp_path: Path
) -> None:
    case = await engine.open()
    await engine.prove(case)
    await engine.until(case, Status.DECIDING)
    earlier = {"earlier": "2026-10-01"}
    refused = Decision(kind=REFUSE, by="dpo_robin", role=Role.DPO, ground="12_5_repetitive", facts=earlier)
    await cases.decide(engine.desk, case, refused, reason=REASON)
    await engine.until(case, Status.CLOSED)
    scene = engine.scene
    register = copied(scene.directory / "register.db", tmp_path / "register.db")
    temporal, store = copied(scene.temporal.database, tmp_path / "temporal.db"), stored(scene)
    history, sealed = await sealed_payloads(engine, case), dict(objects(case))
    await shredded(engine.desk, case)

    for name, backup in (("register", register), ("temporal", temporal), ("store", store)):
        for secret in (*THE_PERSON, REASON.encode()):
            assert secret not in backup, f"the back-up of the {name} names the person"
    assert history
    assert any(payload.data[16:48] in temporal for payload in history), "not what the server had stored"
    vault = fitter.tools(settings.load()).vault  # as another process would: it remembers no key
    for payload in history:
        with pytest.raises(ApplicationError) as refusal:
            await wire.CaseCodec(vault.keyring).decode([payload])
        assert "KeyDestroyed" == refusal.value.type
    for place, data in sealed.items():
        bucket().put_object(Bucket=settings.load().s3_bucket, Key=place, Body=data)
        with pytest.raises(OperatorError, match="key_destroyed"):
            vault.get(case, place.removeprefix(f"cases/{case}/"))
