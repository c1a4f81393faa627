"""The parts of a bundle by themselves: text made harmless, the sealed spool, names, words, the key."""

import io
import json
import re
import time
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle import sheet
from bundle.cells import CUT, TRICKS, UNSEEN, cell, harmless
from bundle.names import slug
from bundle.page import visible
from bundle.reading import Limits, TooBig, read_file
from bundle.signing import create_key, load_key, public_pem, read_public
from bundle.spool import IN_MEMORY, Spool
from bundle.values import encode, escaped, json_text, plain
from bundle.words import texts
from dsar.errors import InputError, OperatorError
from dsar.vocabulary import Category, Found, Right, Role


@given(text=st.text())
def test_harmless_text_never_starts_like_a_formula_and_only_gains_apostrophes(text: str) -> None:
    safe = harmless(text)

    assert safe.replace("'", "") == text.replace("'", "")
    assert not safe.lstrip(" ;\u200b").startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))


@given(text=st.text(st.characters() | st.sampled_from("\x00\x1b\x7f\x9b\u202e\u2066\u2028\ud800=;\n")))
def test_a_cell_shows_whatever_could_hide_or_turn_and_says_so(text: str) -> None:
    safe, codes = cell(text)

    assert not re.search(f"[{TRICKS}]", safe)
    assert (safe == text) is (codes == ())
    assert (UNSEEN in codes) is bool(re.search(f"[{TRICKS}]", text))


@pytest.mark.parametrize("hidden", ["\u200b", "\u2060", "\u206e", "\ufff9", "\U000e0041", "\u202e"])
def test_a_message_of_letters_without_width_is_seen_in_every_file(hidden: str) -> None:
    said = json.loads(escaped(encode({"name": f"Ada{hidden}"})))

    assert (f"Ada[U+{ord(hidden):04X}]", (UNSEEN,)) == cell(f"Ada{hidden}")
    assert escaped(encode(hidden)).isascii()
    assert {"name": f"Ada{hidden}"} == said


def test_a_cell_ends_before_a_spreadsheet_would_cut_it_unseen() -> None:
    safe, codes = cell("m" * 1_000_000)

    assert len(safe) < 32_767
    assert safe.endswith("[1000000]")
    assert codes == (CUT,)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain; text - with = signs", "plain; text - with = signs"),
        ("a;=1", "a;'=1"),
        ("a; \t=1", "a; \t'=1"),
        ("a\r\n@x", "a\r\n'@x"),
        ("\u200b=1", "'\u200b=1"),
        ("﹣1", "'﹣1"),
        ("", ""),
    ],
)
def test_harmless_marks_each_place_where_a_cell_may_start(text: str, safe: str) -> None:
    assert harmless(text) == safe


@pytest.mark.parametrize("unit", ["\n", "; ", ";=", " ", "\x00", "=;", "\n-"])
def test_hostile_text_is_made_harmless_in_linear_time(unit: str) -> None:
    begun = time.process_time()
    cell("a" + unit * 300_000)
    harmless("a" + unit * 300_000)

    assert time.process_time() - begun < 2


class _Grump:
    def __str__(self) -> str:
        raise RuntimeError


def test_what_json_cannot_say_is_said_as_text() -> None:
    knot: dict[str, Any] = {}
    knot["knot"] = knot

    assert plain(_Grump()) == "[unreadable _Grump]"
    assert json_text({"n": float("nan"), True: {1}}) == '{"n":"nan","true":[1]}'
    assert "nested too deeply" in json_text(knot)


@given(frames=st.lists(st.binary(max_size=2000), max_size=20), copies=st.sampled_from([1, 400]))
def test_a_spool_gives_back_what_was_put_in_memory_and_on_disk(frames: list[bytes], copies: int) -> None:
    with Spool() as spool:
        for frame in frames:
            spool.put(frame * copies)

        assert list(spool.frames()) == [frame * copies for frame in frames]
        assert spool.on_disk or sum(map(len, frames)) * copies <= IN_MEMORY


def test_a_spool_without_room_says_so_as_an_operators_task() -> None:
    """`/dev/full` refuses every write as a full disk does."""
    with Spool() as spool:
        spool._file = Path("/dev/full").open("r+b", buffering=0)  # noqa: SIM115 - the spool closes it
        with pytest.raises(OperatorError, match="temporary_space"):
            spool.put(bytes(IN_MEMORY + 1))


def _member(data: bytes, behind: bytes = b"") -> tuple[io.BytesIO, zipfile.ZipInfo]:
    folder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    folded = folder.compress(data) + folder.flush() + behind
    info = zipfile.ZipInfo("a.txt")
    info.header_offset = 0
    info.compress_size, info.file_size, info.CRC = len(folded), len(data), zlib.crc32(data)
    return io.BytesIO(bytes(30 + 5 + 20) + folded), info


@given(data=st.binary(max_size=500), behind=st.binary(min_size=1, max_size=9))
def test_bytes_hidden_behind_a_folded_file_are_found(data: bytes, behind: bytes) -> None:
    assert b"".join(read_file(*_member(data), Limits.small())) == data
    with pytest.raises(zipfile.BadZipFile):
        list(read_file(*_member(data, behind), Limits.small()))


def test_a_file_unfolds_to_its_bound_and_no_further() -> None:
    data = bytes(1_000_000)

    assert len(b"".join(read_file(*_member(data), Limits(left=len(data))))) == len(data)
    with pytest.raises(TooBig):
        list(read_file(*_member(data), Limits(left=len(data) - 1)))
    assert Limits.cautious(io.BytesIO()).left == 1024**3


@given(text=st.text())
def test_a_slug_is_safe_on_every_system(text: str) -> None:
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert 0 < len(slug(text)) <= 61


def test_device_names_of_windows_are_avoided() -> None:
    assert [slug("CON"), slug("nul"), slug("com1"), slug("../..")] == ["con_", "nul_", "com1_", "unnamed"]


@given(text=st.text())
def test_visible_text_holds_no_markup_of_its_own_and_nothing_unseen(text: str) -> None:
    shown = str(visible(text)).removeprefix("<bdi>").removesuffix("</bdi>")

    assert "<" not in shown.replace('<span class="unseen">', "").replace("</span>", "")
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\u200e\u200f\x00\x1b\r\xad")


def _shape(words: object) -> object:
    if isinstance(words, Mapping):
        return {key: _shape(value) for key, value in words.items()}
    return len(words) if isinstance(words, list) else type(words)


def test_each_language_says_everything_and_has_words_for_every_value() -> None:
    english, german = texts("en"), texts("de")

    assert _shape(english) == _shape(german)
    for key, values in {"found": Found, "categories": Category, "rights_names": Right, "roles": Role}.items():
        assert set(english[key]) == {str(value) for value in values}


def test_every_word_is_used() -> None:
    pages = "".join(page.read_text() for page in Path("bundle/pages").iterdir())
    code = "".join(Path("bundle", name).read_text() for name in ("page.py", "words.py"))

    assert [key for key in texts("en") if f"t.{key}" not in pages and f'"{key}"' not in code] == []


@pytest.mark.parametrize("locale", ["xx", "", "../en", "en.yaml", "DE-at"])
def test_an_unknown_language_falls_back_to_english(locale: str) -> None:
    assert texts(locale)["lang"] == ("de" if locale == "DE-at" else "en")


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    made = create_key(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert public_pem(load_key(path)) == public_pem(made)
    with pytest.raises(OperatorError, match="signing_key_exists"):
        create_key(path)
    path.chmod(0o640)
    with pytest.raises(OperatorError, match="signing_key_open_to_others"):
        load_key(path)


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    with pytest.raises(OperatorError, match="signing_key_missing"):
        load_key(path)
    path.touch(mode=0o600)
    with pytest.raises(OperatorError, match="signing_key_unreadable"):
        load_key(path)
    with pytest.raises(OperatorError, match="signing_key_unwritable"):
        create_key(path / "key.pem")  # a file, where its folder should be
    with pytest.raises(InputError):
        read_public(b"no key")


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(list("=+-@;\t\r\n,\"' \u200b\ufeff\uff0d\x00$/({a1"))).map("".join)
)
def test_the_quick_way_to_a_cell_takes_only_what_the_careful_way_would_leave_alone(text: str) -> None:
    assert not sheet._AS_IT_IS(text) or (sheet._quoted(text), cell(text)) == (text, (text, ()))
