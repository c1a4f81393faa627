"""A connector that silently stops finding is noticed, told to people, and seen at the front desk."""

import sqlite3
from contextlib import closing

from rehearsal.people import canary
from tests.end_to_end.conftest import Engine


def renamed(engine: Engine, old: str, new: str) -> None:
    with closing(sqlite3.connect(engine.scene.directory / "crm.db")) as crm, crm:
        crm.execute("update people set email = ? where email = ?", (new, old))


def silences(engine: Engine) -> list[str]:
    return [letter.subject for letter in engine.scene.mail.letters if "crm" in letter.subject]


async def test_a_system_that_no_longer_finds_its_canary_is_told_once_and_its_recovery_too(
    engine: Engine,
) -> None:
    known = canary().email
    sings = engine.run("canary")
    renamed(engine, known, "moved@subject.example")
    silent = [engine.run("canary", code=1) for _ in range(2)]
    shown = {part["name"]: part for part in engine.run("systems", code=1)}
    renamed(engine, "moved@subject.example", known)
    again = engine.run("canary")
    well = {part["name"]: part for part in engine.run("systems")}

    assert ["", "not_found", "not_found", ""] == [looks[0]["reason"] for looks in (sings, *silent, again)]
    assert (False, "canary_silent") == (shown["crm"]["ok"], shown["crm"]["reason"])
    assert well["crm"]["ok"]
    told = silences(engine)
    assert {"SILENT: crm", "Found again: crm"} == set(told)
    assert told.count("SILENT: crm") == told.count("Found again: crm")
