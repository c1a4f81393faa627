"""Rights that change or move data, worked from the command line on real parts."""

import io
import json
import sqlite3
import zipfile
from contextlib import closing

from activities.disclosure import BUNDLE
from desk import cases
from desk.recipients import recipients
from dsar.case import Decision
from dsar.codes import IDENTITY, code_for
from dsar.decision_kinds import CONFIRMED
from dsar.vocabulary import Outcome, Role, Status
from rehearsal.people import Person, everybody
from tests.end_to_end.conftest import Engine, eventually, everything_written
from tests.histories import opened

WHY = "She showed us her passport at the counter today."
RIGHT = "Quartermaine-Okonkwo"


def person(number: int) -> Person:
    return everybody()[number - 1]


async def proved(engine: Engine, case: str) -> None:
    await engine.until(case, Status.IDENTIFYING)

    async def there() -> bool:
        return any(entry.key == f"code:{IDENTITY}:1" for entry in engine.desk.register.evidence(case))

    await eventually(there, "no code was set")
    await cases.prove_by_code(engine.desk, case, code_for(engine.desk.vault, IDENTITY, case, 1))
    await engine.until(case, Status.DECIDING)


async def test_a_name_is_corrected_in_the_crm_and_stands_in_nothing_that_the_engine_wrote(
    engine: Engine,
) -> None:
    """Open with a wish on standard input → corrections → accept → recipients → closed."""
    customer = person(60)
    typed = f"{customer.email}\ncrm:people.full_name = {RIGHT}\n"
    asked = ("--right", "rectification", "--regime", "UK-ENG", "--email", "-", "--corrections", "-")
    case = engine.run("open", *asked, typed=typed)["case"]
    await proved(engine, case)
    [shown] = engine.run("corrections", case, "--reveal", "--by", "support_anna")
    engine.run("correction", "accept", case, "1", "--by", "support_anna", "--reason", WHY)
    await told(engine, case)
    for one in recipients(engine.desk, case):
        await engine.until(case, Status.DECIDING)
        done = Decision(kind=CONFIRMED, by="support_anna", role=Role.SUPPORT, system=one.code)
        await cases.decide(engine.desk, case, done)
        await settled(engine, case, one.code)
    await engine.until(case, Status.CLOSED)

    with closing(sqlite3.connect(engine.scene.directory / "crm.db")) as crm:
        names = crm.execute("select full_name from people where id in (59, 60, 61) order by id").fetchall()
    assert [person(59).name, RIGHT, person(61).name] == [name for (name,) in names]
    assert (RIGHT, [customer.name]) == (shown["right"], shown["stands"])
    assert Outcome.FULFILLED is engine.desk.case(case).outcome
    assert [] == [name for name, data in everything_written(engine.scene) if RIGHT.encode() in data]
    history = await engine.desk.life(case).fetch_history()
    said = await opened(history, engine.desk.vault.keyring)  # type: ignore[attr-defined]  # the real vault
    assert not any(word.encode() in said for word in (RIGHT, customer.name, customer.email))


async def test_what_may_be_taken_along_leaves_and_what_staff_noted_stays(engine: Engine) -> None:
    """Open → release → a bundle of what the person provided, and a list of the rest with reasons."""
    asked = ("--right", "portability", "--regime", "UK-ENG", "--email", "-")
    refused = engine.run(
        "open", *asked, "--send-to", "-", typed=f"{person(65).email}\nhttps://evil.example/in\n", code=2
    )
    case = engine.run("open", *asked, typed=f"{person(65).email}\n")["case"]
    await proved(engine, case)
    engine.run("decide", case, "release", "--by", "dpo_robin")
    await engine.until(case, Status.CLOSED)

    with zipfile.ZipFile(io.BytesIO(engine.desk.vault.get(case, BUNDLE))) as archive:
        names = archive.namelist()
        left = {
            one["collection"]: one["ground"] for one in json.loads(archive.read("withheld.json"))["withheld"]
        }
    assert "transfer_host_unknown" == refused["error"]
    assert {"data/crm/people.jsonl", "data/crm/people.csv"} <= {*names}
    assert not any("notes" in name or "conversations" in name for name in names if name.startswith("data/"))
    assert ("20_1_provided", "20_1_ground") == (left["notes"], left["conversations"])


async def told(engine: Engine, case: str) -> None:
    async def there() -> bool:
        return any(e.key == "letter:rectification_outcome:1" for e in engine.desk.register.evidence(case))

    await eventually(there, "the outcome was never told")


async def settled(engine: Engine, case: str, code: str) -> None:
    async def there() -> bool:
        entries = engine.desk.register.evidence(case)
        return any(e.facts.get("decision") and e.facts.get("system") == code for e in entries)

    await eventually(there, f"{code} was never settled")
