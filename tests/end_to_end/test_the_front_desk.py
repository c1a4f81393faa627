"""The commands, run as programs: what staff type, what they see, what a script can rely on."""

from pathlib import Path

import httpx

from desk import cases
from desk.trying import trying
from dsar.codes import IDENTITY, code_for
from dsar.vocabulary import Status
from tests.end_to_end.conftest import THE_PERSON, Engine, eventually

BEN = "ben.adeyemi@subject.example"


async def test_a_case_is_worked_from_the_command_line(engine: Engine, tmp_path: Path) -> None:
    """Open (address on standard input) → list → prove → show → decide → evidence; all in JSON."""
    opened = engine.run("open", "--regime", "UK-ENG", "--email", "-", typed=f"{BEN}\n")
    case = opened["case"]
    await engine.until(case, Status.IDENTIFYING)
    listed = engine.run("list", "--status", "identifying", "--right", "access")
    wrong = engine.run("prove", case, "--code", "ZZZZ-ZZZZ", code=2)
    right = engine.run("prove", case, "--code", code_for(engine.desk.vault, IDENTITY, case, 1))
    await engine.until(case, Status.DECIDING)
    shown = engine.run("show", case)
    refused = engine.run("decide", case, "release", "--by", "support_anna", code=2)
    engine.run("decide", case, "release", "--by", "dpo_robin")
    await engine.until(case, Status.CLOSED)
    evidence = engine.run("evidence", case)
    taken = engine.run("take-out", case, str(tmp_path / "answer.zip"), "--by", "dpo_robin", code=2)

    assert case in [row["request"]["case_id"] for row in listed]
    assert ("wrong", "accepted") == (wrong["result"], right["result"])
    assert {"analytics", "crm"} == {answer["system"] for answer in shown["answers"]}
    assert "role_refused" == refused["error"]
    assert evidence["verification"]["whole"]
    assert "no_answer" == taken["error"], "nothing is held of Ben"
    assert BEN not in str(shown) + str(listed) + str(evidence)


async def test_opening_twice_opens_one_case(engine: Engine) -> None:
    """The same person, right and day: a repeated command finds the case that it opened before."""
    address = "twice@subject.example"
    first = engine.run("open", "--regime", "UK-ENG", "--email", "-", typed=address)
    again = engine.run("open", "--regime", "UK-ENG", "--email", "-", typed=address)
    other = engine.run(
        "open", "--regime", "UK-ENG", "--received", "2026-11-02", "--email", "-", typed=address, code=2
    )

    assert (first["case"], True, False) == (again["case"], first["created"], again["created"])
    assert "already_open" == other["error"]
    await cases.withdraw(engine.desk, first["case"])


def test_a_spreadsheet_is_imported_once_and_its_bad_lines_are_named(engine: Engine, tmp_path: Path) -> None:
    """Bad lines come back by number and field, never with what they held; the good ones are open."""
    sheet = tmp_path / "requests.csv"
    sheet.write_text(
        "right,regime,email,received\n"
        "access,UK-ENG,sheet.one@subject.example,2026-11-20\n"
        "access,UK-ENG,not-an-address,2026-11-20\n"
        "access,XX-NOWHERE,sheet.two@subject.example,2026-11-20\n"
        "levitation,UK-ENG,sheet.three@subject.example,2026-11-20\n"
        "access,EU-DE-BY,sheet.four@subject.example,2099-01-01\n"
    )
    first = engine.run("import", str(sheet), code=2)
    again = engine.run("import", str(sheet), code=2)

    assert ["opened", "", "", "", ""] == [line["state"] for line in first]
    assert ["was open", "", "", "", ""] == [line["state"] for line in again]
    assert [3, 4, 5, 6] == [line["line"] for line in first if line["problem"]]
    assert "not-an-address" not in str(first)


def test_systems_shows_cards_and_health(engine: Engine) -> None:
    found = {part["name"]: part for part in engine.run("systems")}

    assert {"register", "vault", "mail", "temporal", "crm", "analytics"} == set(found)
    assert all(part["ok"] for part in found.values())
    assert "email" in found["crm"]["card"]["finds_by"]


def test_preparing_again_changes_nothing(engine: Engine) -> None:
    assert [] == engine.run("prepare")


def test_what_cannot_be_taken_is_said_with_the_next_move(engine: Engine) -> None:
    """Each bad input: its own code, the field, a hint, exit code 2; never the value that was typed."""
    bad = [
        (("open", "--regime", "UK-ENG", "--email", "-"), "two@lines.example\x0bBcc: x", "email_malformed"),
        (("open", "--regime", "MARS", "--email", "-"), BEN, "regime_unknown"),
        (("open", "--regime", "UK-ENG", "--right", "flight", "--email", "-"), BEN, "right_unknown"),
        (("open", "--regime", "UK-ENG", "--received", "31.12.", "--email", "-"), BEN, "received_malformed"),
        (
            ("open", "--regime", "UK-ENG", "--received", "2099-01-01", "--email", "-"),
            BEN,
            "received_in_future",
        ),
        (("show", "case_nonsense"), "", "case_malformed"),
        (("show", "case_00000000000000000000"), "", "case_unknown"),
    ]
    for command, typed, error in bad:
        told = engine.run(*command, typed=typed, code=2)

        assert error == told["error"]
        assert told["hint"]
        assert "two@lines" not in str(told)


def test_the_worker_shows_its_health_and_its_metrics(engine: Engine) -> None:
    """For Kubernetes and Prometheus; nobody is named there either."""
    environment = engine.scene.environment
    ready = httpx.get(f"http://{environment['DSAR_HEALTH_ADDRESS']}/ready")
    metrics = httpx.get(f"http://{environment['DSAR_METRICS_ADDRESS']}/metrics")

    assert (200, "ready\n") == (ready.status_code, ready.text)
    assert "temporal_worker" in metrics.text
    assert not any(secret in metrics.content for secret in THE_PERSON)


async def test_what_fails_and_is_tried_again_is_shown_with_its_cause_and_goes_on_by_itself(
    engine: Engine,
) -> None:
    """Nobody has to read the worker's log to learn why a case stands still."""

    async def is_tried_again() -> bool:
        return bool(await trying(engine.desk, case))

    engine.scene.mail.stop()
    try:
        case = await engine.open(email=BEN)
        await eventually(is_tried_again, "nothing was tried again")
        [step] = engine.run("show", case)["trying"]
    finally:
        engine.scene.mail.start()
    await engine.until(case, Status.IDENTIFYING)

    assert ("acknowledge", "post", "unreachable") == (step["step"], step["system"], step["reason"])
    assert not await is_tried_again()
    await cases.withdraw(engine.desk, case)
