"""Copies as a person made them: tables become records, short texts texts, and nothing is guessed or lost."""

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.copies import LARGEST_TEXT, Copies, Copy
from dsar.errors import InputError
from dsar.holdings import Collection, File, Row
from dsar.person import Identity
from dsar.vocabulary import Category

NOTES = Collection(name="notes", category=Category.PROFILE)
rows_of_text = st.lists(
    st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans() | st.none(), min_size=1),
    min_size=1,
)


def read(path: Path, cursor: str = "") -> list[Row]:
    async def work() -> list[Row]:
        source = Copies([Copy(collection=NOTES, path=path)])
        return [row async for page in source.export(Identity(), "notes", cursor) for row in page.rows]

    return asyncio.run(work())


def file(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@given(rows=rows_of_text)
def test_records_in_json_are_the_same_records(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row]
) -> None:
    folder = tmp_path_factory.mktemp("copies")
    lines = "\n".join(json.dumps(row) for row in rows)

    assert (
        rows == read(file(folder, "rows.json", json.dumps(rows))) == read(file(folder, "rows.jsonl", lines))
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_of_a_spreadsheet_is_read_whatever_it_puts_between_cells(
    tmp_path: Path, delimiter: str
) -> None:
    text = f'\ufeffname{delimiter}said\r\nAda{delimiter}"two\r\nlines"\r\n'

    assert [{"name": "Ada", "said": "two\r\nlines"}] == read(file(tmp_path, "Rows.CSV", text))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("more-cells.csv", "a,b\n1,2,3\n"),
        ("twice.csv", "a,a\n1,2\n"),
        ("unnamed.csv", "a,\n1,2\n"),
        ("quotes.csv", 'a\n"1"2\n'),
        ("latin.csv", "name\nZoë\n".encode("latin-1")),
        ("no.json", "{"),
        ("list.json", "[1]"),
        ("deep.json", "[" * 200_000),
        ("long.json", '[{"n": ' + "9" * 5000 + "}]"),
        ("line.jsonl", '{"a": 1}\n[]\n'),
        ("twice.json", '{"a": 1, "a": 2}'),
        ("twice-inside.jsonl", '{"a": {"b": 1, "b": 2}}\n'),
    ],
)
def test_a_table_in_which_something_would_be_lost_is_refused(
    tmp_path: Path, name: str, data: str | bytes
) -> None:
    with pytest.raises(InputError) as refusal:
        read(file(tmp_path, name, data))

    assert "copy_unreadable" == refusal.value.reason
    assert "CSV in UTF-8" in refusal.value.hint


@pytest.mark.parametrize(("name", "data"), [("a.csv", "a,b\n"), ("a.json", "[]"), ("a.jsonl", "\n")])
def test_a_table_without_a_record_is_no_copy(tmp_path: Path, name: str, data: str) -> None:
    with pytest.raises(InputError) as refusal:
        read(file(tmp_path, name, data))

    assert "copy_empty" == refusal.value.reason


def test_a_short_text_can_be_cut_and_everything_else_stays_a_file(tmp_path: Path) -> None:
    [text] = read(file(tmp_path, "note.eml", "Dear Ada"))
    others: dict[str, str | bytes] = {
        "long.txt": "x" * (LARGEST_TEXT + 1),
        "scan.pdf": b"%PDF-1.7",
        "latin.txt": "Zoë".encode("latin-1"),
        "utf16.txt": "Ada".encode("utf-16"),
        "disguised.txt": b"MZ\0\1",
    }
    files = [row["file"] for name, data in others.items() for row in read(file(tmp_path, name, data))]

    assert {"name": "note.eml", "text": "Dear Ada"} == text
    assert [*others] == [one.name for one in files]
    assert {File} == {type(one) for one in files}


def test_an_interrupted_handing_in_goes_on_after_its_last_page(tmp_path: Path) -> None:
    path = file(tmp_path, "rows.csv", "n\n" + "".join(f"{n}\n" for n in range(1200)))

    assert ["1000", "1199"] == [row["n"] for row in (read(path, "2")[0], read(path, "2")[-1])]
    assert 1200 == len(read(path))


def test_a_cell_of_a_million_characters_is_read_whole(tmp_path: Path) -> None:
    long = "a" * 1_000_000

    assert [{"said": long}] == read(file(tmp_path, "long.csv", f"said\n{long}\n"))
