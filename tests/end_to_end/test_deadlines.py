"""What is due, from the command line: a list, and a file for a calendar program."""

from pathlib import Path

from icalendar import Calendar

from desk import cases
from tests.end_to_end.conftest import Engine, eventually


async def test_deadlines_are_listed_and_written_as_a_calendar(engine: Engine, tmp_path: Path) -> None:
    """Neither the list nor the file holds the person; the most urgent case comes first."""
    address = "cal.endar@subject.example"
    opened = engine.run("open", "--regime", "UK-ENG", "--email", "-", typed=address)["case"]

    async def has_a_date() -> bool:
        return engine.desk.case(opened).due_on is not None

    await eventually(has_a_date, "no due date was set")
    file = tmp_path / "deadlines.ics"
    listed = engine.run("deadlines", "--ics", str(file))
    nowhere = engine.run("deadlines", "--ics", str(tmp_path / "no" / "such.ics"), code=2)
    await cases.withdraw(engine.desk, opened)

    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    days = [row["due_on"] for row in listed if row["due_on"]]
    assert opened in [row["case_id"] for row in listed]
    assert sorted(days) == days
    assert f"{opened}@due.dsar" in {str(event["uid"]) for event in events}
    assert "file_unwritable" == nowhere["error"]
    assert "subject.example" not in str(listed) + file.read_text()
