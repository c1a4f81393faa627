"""What a client gets can be checked like any bundle, and speaks to nobody but the client."""

from pathlib import Path

import pytest

from bundle.handover import HandoverWriter
from bundle.signing import public_pem
from bundle.verify import verify
from tests.bundles import HOSTILE_ROWS, KEY, Pipe, contents, facts, section


def handed_over(*systems: str) -> bytes:
    pipe = Pipe()
    sections = [section(HOSTILE_ROWS, system=system) for system in systems]
    HandoverWriter(KEY).write(facts(systems, information={}), sections, pipe, lambda _rows: None)
    return pipe.bytes()


def test_it_verifies_like_a_bundle_whatever_the_rows_say(tmp_path: Path) -> None:
    (tmp_path / "pub.pem").write_bytes(public_pem(KEY))
    (tmp_path / "handover.zip").write_bytes(handed_over("crm", "shop"))
    report = verify(tmp_path / "handover.zip", tmp_path / "pub.pem")

    assert () == report.problems
    assert (True, "complete", 2 * len(HOSTILE_ROWS)) == (
        report.sender_known,
        report.statement,
        report.records,
    )


def test_no_page_in_it_speaks_to_the_person() -> None:
    files = contents(handed_over("crm"))

    assert not [name for name in files if name.endswith((".html", ".pdf")) or name.startswith("information")]
    assert "You decide what of it" in files["README.txt"].decode()


@pytest.mark.parametrize("systems", [("crm",), ("crm", "shop")])
def test_equal_input_gives_equal_bytes(systems: tuple[str, ...]) -> None:
    assert handed_over(*systems) == handed_over(*systems)
