"""Logs: JSON with the case id, and never the person, whoever logs (DESIGN §7)."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPOILED = """
import logging, structlog, telemetry
telemetry.configure("INFO")
log = structlog.get_logger()
log.info("found", case="case_1", email="ada.osei@subject.example", count=3)
try:
    raise ValueError("no contact ada.osei@subject.example")
except ValueError:
    log.exception("broke", case="case_1")
    logging.getLogger("vendor.library").exception("broke too")
"""


def test_no_line_names_the_person_and_each_is_json() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SPOILED], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]

    assert "ada.osei" not in done.stderr + done.stdout
    assert ["found", "broke", "broke too"] == [line["event"] for line in lines]
    assert ["ValueError", "ValueError"] == [line["error"] for line in lines[1:]]
    assert "REFUSED" in lines[0]["email"]
