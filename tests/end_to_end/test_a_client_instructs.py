"""A client's data in our own CRM, on real parts: handed over, corrected, erased, restored, erased again."""

import asyncio
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import fitter
import settings
from commands.forwarding import app
from desk import returning
from desk.instructing import Given, instruct
from dsar.evidence import Entry, EvidenceKind
from dsar.instructions import trails
from dsar.vocabulary import Status
from rehearsal import crm
from rehearsal.people import Person, everybody
from rehearsal.processes import LOOPBACK, free_ports, running
from rehearsal.stage import worker_program
from tests.end_to_end.conftest import Engine, eventually, everything_written

SOMEBODY: Person = everybody()[70]
WORD = ("--instructed-by", "Kim Rowe", "--reference", "HT-118", "--by", "dpo_robin")
RIGHT = "Quayside-on-Trent"  # a city that no sample has
_CITY = "select city = ? from addresses where person_id = (select id from people where email = ?)"
_KEPT = "select count(*) from people where email = ?"
_THEIRS = "select count(*) from addresses where person_id = (select id from people where email = ?)"


class Intake:
    """Where the client takes its data in: an HTTP server that keeps what it was sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        size = int(head.partition("content-length:")[2].split("\r\n")[0])
        self.bodies.append(await reader.readexactly(size))
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def an_intake() -> AsyncIterator[tuple[Intake, str]]:
    intake = Intake()
    async with await asyncio.start_server(intake.serve, LOOPBACK, 0) as server:
        yield intake, f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}/in?key=secret"


def of_the_client(folder: Path, scene: Path) -> dict[str, str]:
    """One CRM, in which the addresses are a client's, and a company that names this client."""
    crm.build(folder / "crm.db")
    shared = yaml.safe_load(Path("rehearsal/crm.map.yaml").read_text("utf-8"))
    shared["collections"]["addresses"]["client"] = "training"
    (folder / "crm.map.yaml").write_text(yaml.safe_dump(shared, sort_keys=False), "utf-8")
    known = yaml.safe_load((scene / "systems.yaml").read_text("utf-8"))["systems"][0]
    url = f"sqlite:///{folder}/crm.db"
    known["settings"] |= {"url": url, "write_url": url, "map": str(folder / "crm.map.yaml")}
    (folder / "systems.yaml").write_text(yaml.safe_dump({"systems": [known]}, sort_keys=False), "utf-8")
    company = yaml.safe_load(Path("policy/company.yaml").read_text("utf-8"))
    harbour = {"name": "Harbour Training Co.", "email": "privacy@harbour.example", "host": LOOPBACK}
    company["clients"] = [{"system": "training", "inside": True, **harbour}]
    (folder / "company.yaml").write_text(yaml.safe_dump(company, sort_keys=False), "utf-8")
    (folder / "canaries.yaml").write_text("canaries: []\n", "utf-8")
    files = {"SYSTEMS": "systems.yaml", "COMPANY": "company.yaml", "CANARIES": "canaries.yaml"}
    return {f"DSAR_{name}_FILE": str(folder / file) for name, file in files.items()}


@contextmanager
def with_a_client(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The same engine for a company with a client: a worker of its own listens on a queue of its own."""
    metrics, health = free_ports(2)
    more = {
        **of_the_client(folder, engine.scene.directory),
        "DSAR_TASK_QUEUE": "for-a-client",
        "DSAR_METRICS_ADDRESS": f"{LOOPBACK}:{metrics}",
        "DSAR_HEALTH_ADDRESS": f"{LOOPBACK}:{health}",
    }
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    scene = replace(engine.scene, environment={**engine.scene.environment, **more})
    with running(replace(worker_program(scene), log=folder / "worker.log")):
        yield more


def count(folder: Path, query: str) -> int:
    with closing(sqlite3.connect(folder / "crm.db")) as database:
        return int(database.execute(query, (SOMEBODY.email,)).fetchone()[0])


async def carried_out(house: Engine, case: str, number: int) -> None:
    async def there() -> bool:
        trail = trails(house.desk.register.evidence(case)).get("training")
        return trail is not None and trail.number == number and trail.done

    await eventually(there, house.told(case))


def theirs(house: Engine, case: str, kind: EvidenceKind) -> list[Entry]:
    return [e for e in house.desk.register.evidence(case) if e.kind is kind and "client" in e.facts]


async def passed_on(house: Engine) -> str:
    case = await house.open(email=SOMEBODY.email)
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    return case


async def handed_over(house: Engine, case: str, on: str) -> list[str]:
    """Instruct it with the command itself; return the files that the client's own host was sent."""
    async with an_intake() as (intake, url):
        order = ("instruct", case, "training", "--to", "hand-over", "--send-to", "-", *WORD, "--on", on)
        done = await asyncio.to_thread(CliRunner().invoke, app, order, input=f"{url}\n")
        assert 0 == done.exit_code, done.output
        await carried_out(house, case, 1)
    [body] = intake.bodies
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return [name for name in archive.namelist() if name.startswith("data/")]


async def put_right(
    house: Engine, case: str, on: str, folder: Path
) -> tuple[list[tuple[object, ...]], list[tuple[bool, ...]]]:
    """Have it corrected with the command itself, looked ahead at first. Returns what was seen, and the city
    before and after.
    """
    order = ("instruct", case, "training", "--to", "correct", "--corrections", "-", *WORD, "--on", on)
    lines = f"addresses.city = {RIGHT}\n"
    looked = await asyncio.to_thread(CliRunner().invoke, app, (*order, "--dry-run", "--json"), input=lines)
    before = is_right(folder)
    done = await asyncio.to_thread(CliRunner().invoke, app, order, input=lines)
    assert (0, 0) == (looked.exit_code, done.exit_code), looked.output + done.output
    await carried_out(house, case, 2)
    assert RIGHT not in looked.output + done.output
    changes = json.loads(looked.stdout)["changes"]
    seen = [tuple(c[k] for k in ("system", "collection", "category", "rows", "reason")) for c in changes]
    return seen, [before, is_right(folder)]


def is_right(folder: Path) -> tuple[bool, ...]:
    with closing(sqlite3.connect(folder / "crm.db")) as database:
        return tuple(bool(row[0]) for row in database.execute(_CITY, (RIGHT, SOMEBODY.email)))


@pytest.mark.timeout(400)  # a worker of its own starts, which a busy machine makes long
async def test_a_client_has_its_data_handed_over_corrected_and_erased_and_no_backup_brings_it_back(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with with_a_client(engine, tmp_path, monkeypatch):
        house = Engine(engine.stage, await fitter.desk(fitter.tools(settings.load())))
        case, today = await passed_on(house), house.desk.now().date().isoformat()
        shutil.copy(tmp_path / "crm.db", tmp_path / "backup.db")
        held = count(tmp_path, _THEIRS)
        files = await handed_over(house, case, today)
        would, cities = await put_right(house, case, today, tmp_path)
        word = Given(to="erase", instructed_by="Kim Rowe", reference="HT-119", on=house.desk.now().date())
        await instruct(house.desk, case, "training", word, by="dpo_robin")
        await carried_out(house, case, 3)
        gone = count(tmp_path, _THEIRS)
        shutil.copy(tmp_path / "backup.db", tmp_path / "crm.db")
        done = await returning.replay(house.desk, today, by="dpo_robin")

    said = [one for one in engine.scene.mail.letters if "privacy@harbour.example" in one.recipients]
    assert ["data/crm/addresses.csv", "data/crm/addresses.jsonl"] == sorted(files)
    assert [("crm", "addresses", "contact", 1, "")] == would
    assert [(False,), (True,)] == cities
    assert 0 == gone < held
    assert case not in done.left  # other tests' cases are looked at, too
    assert [("addresses", "training")] == repeated(house, case)
    assert (1, 0) == (count(tmp_path, _KEPT), count(tmp_path, _THEIRS))
    assert [1, 2, 3] == [entry.facts["number"] for entry in theirs(house, case, EvidenceKind.CARRIED_OUT)]
    assert 4 == len(said)  # the request passed on, and one outcome for each instruction
    assert [] == leaks(engine, tmp_path)


def repeated(house: Engine, case: str) -> list[tuple[object, object]]:
    facts = [entry.facts for entry in theirs(house, case, EvidenceKind.RECEIPT) if "replay" in entry.facts]
    return [(one["collection"], one["client"]) for one in facts]


def leaks(engine: Engine, folder: Path) -> list[str]:
    secrets = (SOMEBODY.email.encode(), b"key=secret", b"Kim Rowe", RIGHT.encode())
    log = ("worker.log", (folder / "worker.log").read_bytes())
    return [name for name, text in (*everything_written(engine.scene), log) for s in secrets if s in text]
