"""What a file is, its own first bytes say; its name only tells one office file from another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.kinds import ENDINGS, HEAD, ending_of, kind_of

OFFICE = b"PK\3\4...[Content_Types].xml"
FILES = {
    b"%PDF-1.7": "pdf",
    b"\x89PNG\r\n\x1a\n": "png",
    b"RIFF\0\0\0\0WAVEfmt ": "wav",
    b"PK\3\4 a plain archive": "zip",
    OFFICE: "zip",
    b"\x1f\x8b\x08": "gz",
    b"MZ\x90\0 a program": "bin",
    b"hello": "txt",
    b"": "txt",
    b"\xff\xfeh\0i\0": "txt",
}


@pytest.mark.parametrize(("head", "ending"), FILES.items())
@pytest.mark.parametrize("name", ["scan", "scan.exe", "scan.jpg"])
def test_a_name_proves_nothing(head: bytes, ending: str, name: str) -> None:
    assert ending == kind_of(head, name).ending


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx"])
def test_an_office_file_keeps_its_ending_and_an_archive_gets_none_of_them(ending: str) -> None:
    assert (ending, "zip") == (
        kind_of(OFFICE, f"a.{ending.upper()}").ending,
        kind_of(b"PK\3\4 archive", f"a.{ending}").ending,
    )
    assert "zip" == kind_of(OFFICE, f"{ending}m").ending


@given(st.characters(codec="utf-8", exclude_categories=["Cc"]), st.integers(1, 4))
def test_text_that_is_cut_within_a_character_is_still_text(character: str, before: int) -> None:
    head = ("-" * before + character * HEAD).encode()[:HEAD]

    assert "txt" == kind_of(head, "a").ending
    assert "bin" == kind_of(head[:100] + b"\xff" + head[101:], "a").ending


@given(st.binary(max_size=64), st.text(max_size=20))
def test_whatever_it_is_its_ending_is_one_that_may_stand_in_a_bundle(head: bytes, name: str) -> None:
    assert kind_of(head, name).ending in ENDINGS


def test_an_ending_is_what_stands_behind_the_last_dot() -> None:
    assert ("", "gz", "") == (ending_of("README"), ending_of("a.TAR.GZ"), ending_of("a."))
