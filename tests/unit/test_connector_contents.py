"""Whether an object holds a person: found wherever a cut falls, in text, in gzip, and nowhere else."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import _contents
from connectors._contents import PACKED, TOO_LARGE, Look, look
from connectors._traces import Traces
from tests.people import ADA, ADA_EMAIL, ADA_PHONE

SOUGHT = Traces(ADA)
LONG = _contents._REACH


def looked(*chunks: bytes) -> Look:
    async def given_in(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return asyncio.run(look(given_in(chunks), SOUGHT))


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places})
    return [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]


BEFORE = st.sampled_from(["", "x ", "word " * LONG, '{"mail":"', "é" * LONG + " "])
AFTER = st.sampled_from(["", " x", '"}', ", " + "word " * LONG])
CUTS = st.lists(st.integers(0, 50_000), max_size=4)
PACKINGS = st.sampled_from([bytes, gzip.compress])
CODINGS = st.sampled_from(["utf-8", "utf-16"])


@given(BEFORE, AFTER, CUTS, CODINGS, PACKINGS, st.sampled_from([ADA_EMAIL, ADA_PHONE]))
def test_she_is_found_wherever_the_pieces_are_cut(
    before: str, after: str, cuts: list[int], coding: str, pack: Callable[[bytes], bytes], known: str
) -> None:
    data = f"{before}{known}{after}".encode(coding)

    assert looked(*cut(pack(data), cuts)).holds


@given(CUTS, PACKINGS)
def test_a_longer_word_is_another_person_wherever_it_is_cut(
    cuts: list[int], pack: Callable[[bytes], bytes]
) -> None:
    data = " ".join([f"n{ADA_EMAIL}", f"{ADA_EMAIL}s"] * 400).encode()
    seen = looked(*cut(pack(data), cuts))

    assert (False, "") == (seen.holds, seen.reason)


def test_text_without_any_gap_is_read_to_its_end() -> None:
    data = b"x" * 3 * LONG
    assert not looked(data, data, data).holds
    assert looked(data, data + b">" + ADA_EMAIL.encode()).holds


PACKS = {
    "pdf": b"%PDF-1.7 " + ADA_EMAIL.encode(),
    "zip": b"PK\x03\x04",
    "zst": b"\x28\xb5\x2f\xfd",
    "gz": b"\x1f\x8b\x08 is no gzip",
}


@pytest.mark.parametrize(("ending", "data"), PACKS.items())
def test_what_is_packed_is_said_to_be_unread(ending: str, data: bytes) -> None:
    assert Look(ending, reason=PACKED) == looked(data)


def test_a_bomb_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_contents, "MOST", 10_000_000)
    bomb = gzip.compress(b"\0" * 20_000_000)

    assert Look("gz", reason=TOO_LARGE) == looked(bomb)
    assert looked(gzip.compress(b"\0" * 1000), bomb, b"").reason == TOO_LARGE


def test_gzip_that_is_cut_short_is_read_as_far_as_it_goes() -> None:
    data = gzip.compress(f"{ADA_EMAIL} ".encode() * 100 + bytes(range(256)) * 100)
    assert looked(data[: len(data) // 2]).holds


def test_what_has_no_bytes_holds_nobody() -> None:
    assert Look("txt") == looked()
    assert zlib.MAX_WBITS + 16 == _contents._GZIP
