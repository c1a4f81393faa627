"""The bench still measures what it says: its quickest run, on real parts."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTHING_MEASURED = 3


@pytest.mark.timeout(300)  # it measures, whatever else the machine has to do
def test_the_quick_bench_measures_both_sides_and_finds_equal_histories(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "--quick", "--out", str(out)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    if run.returncode == NOTHING_MEASURED:
        pytest.skip(run.stdout.strip())

    assert run.returncode == 0, run.stderr
    figures = json.loads(out.read_text())
    assert {name for name, race in figures["races"].items() if race["per_minute"] > 0} == {
        "bare workflow",
        "engine, register on sqlite",
        "engine, register on postgresql",
    }
    assert len({size["history_events"] for size in figures["sizes"].values()}) == 1
    assert set(figures["sizes"]) == {"10", "1000"}
