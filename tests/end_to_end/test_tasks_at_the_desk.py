"""What stops at once, on real parts: systems that cannot stop by machine become tasks, ended with a proof."""

from pathlib import Path

from dsar.vocabulary import Status
from tests.end_to_end.conftest import Engine, eventually

ADDRESS = "no.more@subject.example"
NOTE = "Unsubscribed by hand in their console this afternoon."


async def test_a_marketing_objection_is_worked_from_the_command_line(engine: Engine, tmp_path: Path) -> None:
    """Open two rights at once → tasks → task done, with a file → closed; the other right goes its own way."""
    shot = tmp_path / "shot.png"
    shot.write_bytes(b"\x89PNG")
    rights = ("--right", "marketing_objection", "--right", "access")
    opened = engine.run("open", *rights, "--regime", "UK-ENG", "--email", "-", typed=f"{ADDRESS}\n")
    access, objection = (one["case"] for one in opened["cases"])
    await engine.until(objection, Status.BY_HAND)
    waiting = [one["system"] for one in engine.run("tasks") if one["case_id"] == objection]
    for number, system in enumerate(waiting, start=1):
        await called(engine, objection, number)
        ended = ("task", "done", objection, system, "--by", "support_anna")
        engine.run(*ended, "--note", NOTE, "--proof", str(shot))
    await engine.until(objection, Status.CLOSED)
    shown = engine.run("show", objection)

    assert waiting
    assert {"fulfilled"} == {shown["record"]["outcome"]}
    assert [access] == [other["case_id"] for other in shown["linked"]]
    assert set(waiting) <= {a["system"] for a in shown["answers"] if a["found"] == "manual_done"}
    assert ADDRESS not in str(shown)


async def called(engine: Engine, case: str, number: int) -> None:
    """Wait until a person was called so often: what was decided before is carried out then."""

    async def there() -> bool:
        return any(e.key == f"waiting:{number}" for e in engine.desk.register.evidence(case))

    await eventually(there, "nobody was called")
