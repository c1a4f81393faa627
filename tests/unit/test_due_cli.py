"""The commands `due` and `regimes`, as staff type them."""

import json
import re
from datetime import date
from pathlib import Path

import typer
from typer.testing import CliRunner

from commands import law
from desk.regimes import explain, overview
from dsar.regimes import PLACES, codes

HEAD = "id,jurisdiction,received,events,kind"
REQUEST = '[{"type": "request", "right": "access"}]'
GOOD = 'a,UK-ENG,2026-03-02,"[{""type"": ""request"", ""right"": ""access""}]",first'

app = typer.Typer()
app.command()(law.due)
app.command()(law.regimes)


def run(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(app, arguments)
    return found.exit_code, found.stdout, found.stderr


def test_the_command_prints_json_for_programs_and_lines_for_people() -> None:
    asked = (
        "due",
        "--jurisdiction",
        "UK-ENG",
        "--received",
        "2026-03-02",
        "--events",
        REQUEST,
        "--kind",
        "first",
    )
    code, out, _ = run(*asked, "--json")
    told = json.loads(out)

    assert code == 0
    assert (told["due"], told["state"]) == ("2026-04-02", "running")
    assert "2026-04-02" in told["explanation"][-1]
    assert "CLK-10" in told["explanation"][-1]
    code, out, _ = run(*asked)
    assert out.startswith("2026-04-02  (running)\n  Received on 2026-03-02")


def test_the_command_refuses_on_standard_error() -> None:
    code, out, err = run("due", "--jurisdiction", "XX", "--received", "2026-03-02")

    assert (code, out) == (2, "")
    assert err.startswith("jurisdiction: no such regime; `starter.py regimes` lists them")
    assert run("regimes", "XX")[0] == 2


def test_the_command_recomputes_a_file_and_its_exit_code_is_honest(tmp_path: Path) -> None:
    good, bad, binary = tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "binary.csv"
    good.write_text(f"\ufeff{HEAD}\n{GOOD}\n", encoding="utf-8")
    bad.write_text(f"{HEAD}\nb,,,,\n{GOOD}\n", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe\x00")

    assert run("due", "--csv", str(good)) == (0, "id,due,state\na,2026-04-02,running\n", "")
    code, out, err = run("due", "--csv", str(bad))
    assert (code, out) == (1, "id,due,state\nb,,error\na,2026-04-02,running\n")
    assert err.startswith("line 2: received: ")
    assert "1 row" in err
    assert run("due", "--csv", str(binary))[0] == 2
    assert run("due", "--csv", str(tmp_path / "none.csv"))[0] == 2


def test_regimes_lists_every_place_and_explains_every_regime() -> None:
    code, out, _ = run("regimes")

    assert code == 0
    assert all(re.search(rf"^{place.code} ", out, re.MULTILINE) for place in PLACES)
    assert {entry["code"] for entry in overview()} == {place.code for place in PLACES}
    assert all(rule.endswith("]") for each in codes() for entry in explain(each) for rule in entry["rules"])


def test_regimes_explains_one_with_its_rules_articles_and_doubts() -> None:
    code, out, _ = run("regimes", "uk-sct")
    told = json.loads(run("regimes", "UK-SCT", "--json")[1])

    assert code == 0
    assert "Clarification stops the clock for access, inclusive count [CLK-20" in out
    assert "to confirm: " in out
    assert "note: " in out
    assert [entry["valid_to"] for entry in told] == ["2026-02-04", "2026-06-18", None]
    assert all(date.fromisoformat(entry["valid_from"]) for entry in told)
    assert "without undue delay" in run("regimes", "JP")[1]
    assert "10 days after the notice" in run("regimes", "CH")[1]
    assert "at once" in run("regimes", "EU")[1]
    assert json.loads(run("regimes", "--json")[1])[0]["code"] == "EU"
