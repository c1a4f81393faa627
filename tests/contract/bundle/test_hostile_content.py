"""Hostile content is neutralised and noted, never dropped (LAW ACC-11: a copy of the data as they are)."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundle.signing import public_pem
from bundle.verify import verify
from dsar.errors import OperatorError
from dsar.holdings import Collection, Stored
from dsar.kinds import ENDINGS, kind_of
from dsar.ports import Section
from dsar.vocabulary import Category
from tests.bundles import KEY, contents, written
from tests.hostile import TRAPS, Trap

NAME = re.compile(r"data/crm/mails/[0-9]{6}-[a-z0-9_-]{1,61}\.[a-z0-9]{2,4}")
DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


def stored(number: int, trap: Trap) -> Stored:
    kind = kind_of(trap.data[:4096], trap.name)
    return Stored(
        place=str(number),
        name=trap.name,
        media_type="text/html",
        size=len(trap.data),
        sha256=hashlib.sha256(trap.data).hexdigest(),
        ending=kind.ending,
        true_type=kind.media,
        archive=kind.archive,
    )


def mails(traps: Iterable[Trap]) -> Section:
    held = tuple(traps)

    def open_file(file: Stored) -> Iterator[bytes]:
        data = held[int(file.place)].data
        yield from (data[at : at + 700] for at in range(0, len(data), 700))

    return Section(
        system="crm",
        vendor="PostgreSQL",
        collection=Collection(name="mails", category=Category.SUPPORT),
        rows=({"id": n, "attachment": stored(n, trap), "after": "x"} for n, trap in enumerate(held)),
        open_file=open_file,
    )


ARCHIVE, _ = written(mails(TRAPS))
FILES = contents(ARCHIVE)
ROWS = [json.loads(line) for line in FILES["data/crm/mails.jsonl"].splitlines()]
NOTES = json.loads(FILES["notes.json"])


@pytest.mark.parametrize("number", range(len(TRAPS)))
def test_each_file_is_handed_over_as_found_under_a_name_that_cannot_act(number: int) -> None:
    trap, said = TRAPS[number], ROWS[number]["attachment"]
    noted = {n["code"] for n in NOTES["notes"] if n["file"] == said["file"]}

    assert list(ROWS[number]) == ["id", "attachment", "after"]
    assert FILES[said["file"]] == trap.data
    assert said["file"].endswith(f".{trap.ending}")
    assert NAME.fullmatch(said["file"])
    assert said["name"] == trap.name
    assert (said["bytes"], said["sha256"]) == (len(trap.data), hashlib.sha256(trap.data).hexdigest())
    assert noted == trap.codes


def test_every_note_is_explained_and_the_page_shows_it() -> None:
    assert set(NOTES["codes"]) == {note["code"] for note in NOTES["notes"]}
    for meaning in NOTES["codes"].values():
        assert meaning in FILES["index.html"].decode()


def test_no_page_has_a_name_that_turns_or_markup_that_runs() -> None:
    page = FILES["index.html"].decode()

    assert "\u202e" not in "".join(data.decode() for name, data in FILES.items() if name.endswith(".json"))
    assert "\u202e" not in page + FILES["data/crm/mails.jsonl"].decode()
    assert "\u202e" not in FILES["data/crm/mails.csv"].decode()


def test_a_bundle_with_hostile_files_verifies_also_without_its_senders_key(tmp_path: Path) -> None:
    """Files are not folded, so none can make an honest bundle look like a bomb."""
    (tmp_path / "b.zip").write_bytes(ARCHIVE)
    (tmp_path / "k.pem").write_bytes(public_pem(KEY))

    assert verify(tmp_path / "b.zip").ok
    assert verify(tmp_path / "b.zip", tmp_path / "k.pem").ok
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as archive:
        attached = [info for info in archive.infolist() if NAME.fullmatch(info.filename)]
        assert len(attached) == len(TRAPS)
        assert all(info.file_size <= info.compress_size for info in attached)
        archive.extractall(tmp_path / "out")


@given(
    traps=st.lists(
        st.builds(Trap, name=st.text(), data=st.binary(max_size=99), ending=st.just("")), max_size=5
    )
)
@settings(max_examples=60, deadline=None)
def test_any_name_and_any_bytes_make_one_safe_path_each(traps: list[Trap]) -> None:
    files = contents(written(mails([*traps, *traps]))[0])
    paths = [name for name in files if name.startswith("data/crm/mails/")]

    assert len({path.casefold() for path in paths}) == 2 * len(traps)
    for path in paths:
        parts = path.split("/")
        assert NAME.fullmatch(path)
        assert path.rpartition(".")[2] in ENDINGS
        assert not any(DEVICES.fullmatch(part) or part.endswith((".", " ")) for part in parts)


@given(st.text(st.characters() | st.sampled_from("\u202e\u2066\x9b\u2028\ufeff")))
@settings(max_examples=60, deadline=None)
def test_the_jsonl_says_each_text_exactly_and_shows_nothing_that_turns(text: str) -> None:
    lines = contents(
        written(
            Section(
                system="crm",
                vendor="x",
                collection=Collection(name="n", category=Category.SUPPORT),
                rows=[{text: text}],
            )
        )[0]
    )["data/crm/n.jsonl"].decode()

    assert json.loads(lines) == {text: text}
    assert not re.search("[\x80-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]", lines)


def test_a_row_cannot_pretend_to_have_a_file() -> None:
    fake = {"file": "../../etc/passwd", "name": "x", "sha256": "0" * 64}
    section = Section(
        system="crm",
        vendor="x",
        collection=Collection(name="n", category=Category.SUPPORT),
        rows=[{"a": fake}],
    )
    files = contents(written(section)[0])

    assert b'<a href="../' not in files["index.html"]
    assert not [name for name in files if name.startswith("data/crm/n/")]


def test_a_file_that_is_not_what_was_stowed_stops_the_bundle() -> None:
    honest = mails(TRAPS[:1])
    swapped = Section(
        system="crm",
        vendor="x",
        collection=honest.collection,
        rows=honest.rows,
        open_file=lambda _: iter([b"other"]),
    )
    with pytest.raises(OperatorError, match="file_changed"):
        written(swapped)
