"""The formats of a bundle: a summary on paper, and collections split so that ordinary programs open them."""

import csv
import io
import json
import re
import warnings
import zipfile
from pathlib import Path

import pytest

from bundle import records
from bundle import summary as summaries
from bundle.signing import public_pem
from bundle.summary import LEFT_OUT, SHOWN
from bundle.verify import verify
from dsar.case import SystemAnswer
from dsar.hands import by_hand
from dsar.vocabulary import Found
from tests.bundles import GAP, KEY, contents, facts, section, written

ROWS = [{"id": n, "text": f"row {n}", **({"late": "=1"} if n > 1200 else {})} for n in range(2600)]


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(records, "PART_ROWS", 1000)
    return written(section(ROWS), section([{"a": 1}], collection="notes.2"), about=facts(**GAP))[0]


def test_a_large_collection_is_split_and_no_row_is_lost_or_doubled(archive: bytes) -> None:
    files = contents(archive)
    names = ["data/crm/notes", "data/crm/notes.2", "data/crm/notes.3"]
    lines = [files[f"{name}.jsonl"].decode().splitlines() for name in names]
    tables = [[*csv.DictReader(io.StringIO(files[f"{name}.csv"].decode("utf-8-sig")))] for name in names]

    assert [len(part) for part in lines] == [len(part) for part in tables] == [1000, 1000, 600]
    assert [json.loads(line) for part in lines for line in part] == ROWS
    assert [row["id"] for part in tables for row in part] == [str(row["id"]) for row in ROWS]
    assert json.loads(files["data/crm/notes-2.jsonl"]) == {"a": 1}


def test_the_index_of_a_split_collection_leads_to_every_part(archive: bytes) -> None:
    page = contents(archive)["index.html"].decode()

    for name in ("notes", "notes.2", "notes.3"):
        assert f'href="data/crm/{name}.jsonl"' in page
        assert f'href="data/crm/{name}.csv"' in page
    assert "2,600" in page
    assert len(page) < 60_000


def test_a_split_bundle_is_intact_for_us_and_for_frictionless(archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(archive)
    (tmp_path / "k.pem").write_bytes(public_pem(KEY))
    report = verify(tmp_path / "b.zip", tmp_path / "k.pem")
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        packed.extractall(tmp_path / "out")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own imports
        from frictionless import validate  # noqa: PLC0415 - under the filter
    checked = validate(str(tmp_path / "out/datapackage.json"))

    assert report.ok, report.lines()
    assert report.records == len(ROWS) + 1
    assert checked.valid, checked.flatten(["name", "type", "note"])


@pytest.mark.parametrize(
    ("locale", "title"), [("en", "Your personal data"), ("de", "Ihre personenbezogenen")]
)
def test_the_summary_is_a_tagged_pdf_that_declares_its_standard(locale: str, title: str) -> None:
    """It declares PDF/UA-1: no validator runs here, though typst refuses what it sees to be against it."""
    about = facts(locale=locale, **GAP)
    paper = contents(written(section(ROWS[:3]), about=about)[0])["summary.pdf"]

    assert paper.startswith(b"%PDF-1.7")
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", paper)
    assert re.search(rb"/MarkInfo\s*<<[^>]*/Marked true", paper)
    assert re.search(rf"/Lang ?\({locale}".encode(), paper)
    assert re.search(rf"<dc:title>.*{title}".encode(), paper, re.DOTALL)
    assert contents(written(section(ROWS[:3]), about=about)[0])["summary.pdf"] == paper


def test_what_the_summarys_fonts_cannot_show_is_noted_and_stops_nothing() -> None:
    about = facts(information={"controller": {"name": "日本 #set page(\u202e) \ud800 $x$ مرحبا"}})
    files = contents(written(section([]), about=about)[0])
    noted = json.loads(files["notes.json"])

    assert files["summary.pdf"].startswith(b"%PDF")
    assert noted["notes"] == [{"file": "summary.pdf", "code": SHOWN}]
    assert noted["codes"][SHOWN] in files["index.html"].decode()


def test_a_summary_that_cannot_be_made_is_left_out_and_noted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.typ"
    broken.write_text("#nonsense(")
    monkeypatch.setattr(summaries, "_PAGE", broken)
    archive, _ = written(section([]))
    files = contents(archive)
    (tmp_path / "b.zip").write_bytes(archive)

    assert "summary.pdf" not in files
    assert json.loads(files["notes.json"])["notes"] == [{"file": "summary.pdf", "code": LEFT_OUT}]
    assert 'href="summary.pdf"' not in files["index.html"].decode()
    assert verify(tmp_path / "b.zip").ok


def test_the_person_is_not_told_which_colleague_looked() -> None:
    looked = SystemAnswer(system="attic", found=Found.MANUAL_DONE, records=1, reason=by_hand("support_ben"))
    files = contents(written(about=facts(answers=(looked,)))[0])

    assert json.loads(files["completeness.json"])["systems"][0]["reason"] == "by_hand"
    assert not [name for name, data in files.items() if b"support_ben" in data]
