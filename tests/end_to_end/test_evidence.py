"""Evidence under its checkpoints, by the front desk and by the calendar."""

import asyncio
from pathlib import Path

from temporalio.client import ScheduleOverlapPolicy

from dsar.vocabulary import Status
from scheduling import SCHEDULES
from tests.end_to_end.conftest import THE_PERSON, Engine, eventually


async def test_all_evidence_is_sealed_and_verified_from_the_front_desk(engine: Engine) -> None:
    case = await engine.open()
    await engine.until(case, Status.IDENTIFYING)
    made = engine.run("evidence", "seal")
    found = engine.run("evidence", "verify")

    assert made["statement"]["cases"] >= 1
    assert (found["damages"], found["checkpoints"] >= 1) == ([], True)


async def test_the_calendar_seals_what_was_added(engine: Engine) -> None:
    case = await engine.open()
    await engine.until(case, Status.IDENTIFYING)
    before = engine.run("evidence", "verify")["checkpoints"]
    schedule = engine.desk.client.get_schedule_handle("dsar-checkpoint")
    await schedule.trigger(overlap=ScheduleOverlapPolicy.ALLOW_ALL)

    async def sealed() -> bool:
        return bool(engine.run("evidence", "verify")["checkpoints"] > before)

    await eventually(sealed, "the schedule sealed nothing")


async def test_every_schedule_is_there_after_prepare(engine: Engine) -> None:
    listed = {entry.id async for entry in await engine.desk.client.list_schedules()}

    assert set(SCHEDULES) <= listed


async def test_a_pack_for_an_authority_is_made_and_verified_at_the_front_desk(
    engine: Engine, tmp_path: Path
) -> None:
    case = await engine.open()
    await engine.until(case, Status.IDENTIFYING)
    pack = str(tmp_path / "evidence.zip")
    made = engine.run("evidence", case, "--pack", pack, "--why", "authority", "--by", "dpo_robin")
    found = engine.run("verify-bundle", pack)
    again = engine.run("evidence", case, "--pack", pack, "--why", "authority", "--by", "dpo_robin", code=2)

    assert (made["personal_data"], found["problems"], again["error"]) == (False, [], "file_exists")
    assert found["evidence"].startswith(f"evidence: {made['entries']} entries, the chain is whole")
    assert not [word for word in THE_PERSON if word in await asyncio.to_thread(Path(pack).read_bytes)]
