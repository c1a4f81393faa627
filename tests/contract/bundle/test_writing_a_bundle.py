"""What a bundle holds, and what can never get into or out of it."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundle.archive import ArchiveWriter
from bundle.cells import cell as shown
from dsar.errors import ContractError, TemporaryError
from tests.bundles import GAP, HOSTILE_ROWS, KEY, Pipe, contents, facts, section, written

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.lists(st.dictionaries(st.text(max_size=6), JSON, max_size=5), max_size=12)
SIGNS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


class Reader(HTMLParser):
    """What a browser would make of a page: its elements in order, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_equal_input_gives_equal_bytes_and_rows_come_back_as_they_were(rows: list[dict[str, Any]]) -> None:
    data, receipt = written(section(rows))

    assert written(section(iter(rows)))[0] == data
    assert receipt.rows == len(rows)
    lines = contents(data).get("data/crm/notes.jsonl", b"").decode().split("\n")[:-1]
    assert [json.loads(line) for line in lines] == rows


@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_the_csv_has_every_row_and_column_and_no_cell_starts_like_a_formula(
    rows: list[dict[str, Any]],
) -> None:
    files = contents(written(section(rows))[0])
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names:
        assert "data/crm/notes.csv" not in files
        return
    header, *lines = table(files["data/crm/notes.csv"])

    assert len(lines) == len(rows)
    assert {len(line) for line in (header, *lines)} == {len(names)}
    assert len(set(header)) == len(names)
    for row, line in zip(rows, lines, strict=True):
        for name, cell in zip(names, line, strict=True):
            value = row.get(name)
            if isinstance(value, str):
                assert cell == shown(value)[0]
                assert not cell.startswith(SIGNS)


def test_a_time_later_gives_another_archive() -> None:
    later = facts(answered_at=facts().answered_at + timedelta(seconds=2))

    assert written(section([{"a": 1}]))[0] != written(section([{"a": 1}]), about=later)[0]


def test_hostile_values_never_stop_a_bundle_and_are_whole_in_the_data() -> None:
    files = contents(written(section(HOSTILE_ROWS))[0])
    lines = files["data/crm/notes.jsonl"].decode().splitlines()
    rows = [json.loads(line, parse_constant=pytest.fail) for line in lines]

    assert len(rows) == len(HOSTILE_ROWS)
    assert rows[0] == HOSTILE_ROWS[0]
    assert rows[4]["at"] == "\ud800"
    assert rows[5] == {"text": "nan", "more": "-inf", "less": hex(10**5000), "at": "AP8=", "tab": [1, 2]}
    assert len(rows[7]["cr"]) == 1_000_000


def test_a_spreadsheet_finds_no_formula_and_the_notes_say_what_was_changed() -> None:
    files = contents(written(section(HOSTILE_ROWS[:-2]))[0])
    _header, first, second, *_ = table(files["data/crm/notes.csv"])

    assert all(cell.startswith("'") for cell in first[:7])
    assert second[:2] == ["a;'=cmd|' /C calc'!A0", "x\n'=1+1"]
    assert {n["column"] for n in json.loads(files["notes.json"])["notes"]} >= {"text", "more", "less", "at"}


def test_markup_in_data_is_text_and_what_cannot_be_seen_is_shown() -> None:
    trap = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    rows = [{trap: trap, "name": "\u202egnp.exe", "long": "m" * 10_000}]
    about = facts({trap}, regime=trap, information={"controller": {"name": trap}})
    page = contents(written(section(rows, trap, trap), about=about)[0])["index.html"]
    seen = Reader(page)

    assert {"script", "img"}.isdisjoint({tag for tag, _ in seen.tags})
    assert not [a for _, attrs in seen.tags for a in attrs if a.startswith("on") or a == "style"]
    assert "\u202e" not in page.decode()
    assert "U+202E" in seen.text
    assert seen.text.count(trap) >= 5
    assert "10,000 characters" in seen.text
    assert len(page) < 60_000


def test_only_web_and_mail_addresses_become_links() -> None:
    page = Reader(contents(written(section([]))[0])["index.html"])
    away = {
        str(attrs["href"])
        for tag, attrs in page.tags
        if tag == "a" and not str(attrs["href"]).startswith("#")
    }

    assert away - {"summary.pdf"} == {
        "https://authority.example/complain",
        'https://x.example/"onclick="alert(1)',
    }
    assert not [attrs for _, attrs in page.tags if "onclick" in attrs]
    assert "javascript:alert(1)" in page.text


@pytest.mark.parametrize("locale", ["en", "de"])
def test_the_page_can_be_read_by_everybody(locale: str) -> None:
    files = contents(written(section([{"a": 1}, {"a": 2}]), about=facts(locale=locale, **GAP))[0])
    for name in ("index.html", "information.html"):
        tags = Reader(files[name]).tags
        levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
        ids = [attrs["id"] for _, attrs in tags if "id" in attrs]

        assert ("html", {"lang": locale}) in tags
        assert {"main", "header"} <= {tag for tag, _ in tags}
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert len(ids) == len(set(ids))
        assert {str(a["aria-labelledby"]) for _, a in tags if "aria-labelledby" in a} <= set(ids)
        assert {str(a["href"])[1:] for t, a in tags if t == "a" and str(a["href"])[0] == "#"} <= set(ids)
        assert all("scope" in attrs for tag, attrs in tags if tag == "th")
        assert [t for t, _ in tags].count("table") == [t for t, _ in tags].count("caption")


def test_every_link_of_the_page_leads_to_a_file_of_the_archive() -> None:
    files = contents(written(section([{"a": 1}]), section([{"b": 1}], collection="Ünder/../score"))[0])
    for name in ("index.html", "information.html"):
        for tag, attrs in Reader(files[name]).tags:
            target = str(attrs.get("href"))
            if tag == "a" and target[0] != "#" and ":" not in target:
                assert target in files


def test_what_was_not_stated_is_said_to_be_missing() -> None:
    page = Reader(contents(written(section([]), about=facts(information={}))[0])["information.html"])

    assert page.text.count("not stated") >= 10


def test_gaps_say_who_accepted_them_and_the_statement_is_honest() -> None:
    files = contents(written(section([{"a": 1}]), about=facts(**GAP))[0])
    said = json.loads(files["completeness.json"])

    assert said["statement"] == "complete_with_accepted_gaps"
    assert said["systems"][1]["gap_accepted"]["by"] == "dpo-1"
    assert said["systems"][0] | {"records_found": 2, "records_in_this_bundle": 1} == said["systems"][0]
    assert json.loads(files["withheld.json"])["withheld"][0]["ground"] == "Art. 15(4)"


@given(names=st.lists(st.tuples(st.text(max_size=90), st.text(max_size=90)), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_no_name_can_climb_out_or_collide(names: list[tuple[str, str]]) -> None:
    wanted = [
        *names,
        ("../../etc", "passwd"),
        ("CRM", "A"),
        ("crm", "a"),
        ("con", "nul.txt"),
        ("/abs", "C:\\x"),
    ]
    data, _ = written(*(section([{"a": 1}], system, name) for system, name in wanted))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tables = [name for name in archive.namelist() if name.endswith(".csv")]

    assert len(tables) == len({name.casefold() for name in tables}) == len(wanted)
    assert all(re.fullmatch(r"data/[a-z0-9_-]+/[a-z0-9_-]+\.csv", name) for name in tables)


def test_progress_counts_rows_and_a_collection_without_rows_has_no_files() -> None:
    seen: list[int] = []
    pipe = Pipe()
    sections = [section(({"n": n} for n in range(1201)), "crm", "big"), section([], "crm", "none")]
    ArchiveWriter(KEY).write(facts(), sections, pipe, seen.append)

    assert sorted(set(seen)) == [500, 1000, 1201]
    assert seen == sorted(seen)
    assert not [name for name in contents(pipe.bytes()) if "none" in name]


def test_columns_that_come_late_stand_in_every_row_even_beyond_the_bound() -> None:
    rows = [{"first": n} for n in range(600)] + [{f"c{n}": n} for n in range(500)] + [{"first": 1}]
    files = contents(written(section(rows))[0])
    header, *lines = table(files["data/crm/notes.csv"])

    assert len(header) == 401
    assert {len(line) for line in lines} == {401}
    assert header[-1] == "_more"
    assert json.loads(lines[1099][-1]) == {"c499": 499}


def test_an_error_of_the_source_passes_through_and_leaves_no_archive_that_opens() -> None:
    def rows() -> Iterator[dict[str, int]]:
        yield {"a": 1}
        raise TemporaryError("crm", "gone_away")

    pipe = Pipe()
    with pytest.raises(TemporaryError):
        ArchiveWriter(KEY).write(facts(), [section(rows())], pipe, lambda _: None)
    with pytest.raises(zipfile.BadZipFile):
        contents(pipe.bytes())


def test_rows_of_a_system_that_has_not_answered_are_refused() -> None:
    with pytest.raises(ContractError, match="system_without_answer"):
        written(section([{"a": 1}], "crm"), about=facts({"other"}))
