"""The seal by itself: whatever the sizes, what goes in comes out; whatever the harm, nothing does."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsar.errors import OperatorError
from vault.seal import CHUNK, DataKey, Sealer, opened

KEY = DataKey("case_" + "0" * 20, bytes(range(32)))
SIZES = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1]) | st.integers(
    0, 3 * CHUNK
)
SMALL = KEY.seal("identity", b"a small secret")
SEALED_CHUNK = CHUNK + 16
HEADER = 20


@settings(max_examples=40, deadline=None)
@given(size=SIZES, write=st.integers(1, 3 * CHUNK), read=st.integers(1, 3 * CHUNK))
def test_what_is_sealed_opens_however_it_is_cut_into_writes_and_reads(
    size: int, write: int, read: int
) -> None:
    data = (bytes(range(251)) * (size // 251 + 1))[:size]
    write, read = max(write, size // 50), max(read, size // 50)
    sealer = Sealer(KEY, "bundle.zip")
    pieces = [sealed for at in range(0, size, write) for sealed in sealer.add(data[at : at + write])]
    sealed = memoryview(b"".join((*pieces, *sealer.finish())))
    rest = iter([bytes(sealed[at : at + read]) for at in range(0, len(sealed), read)])

    held = bytearray()

    def socket(wanted: int) -> bytes:
        if not held:
            held.extend(next(rest, b""))
        taken = bytes(held[:wanted])
        del held[:wanted]
        return taken

    assert b"".join(opened(KEY, "bundle.zip", socket)) == data


@given(at=st.integers(0, len(SMALL) * 8 - 1))
def test_one_flipped_bit_anywhere_breaks_the_seal(at: int) -> None:
    harmed = bytearray(SMALL)
    harmed[at // 8] ^= 1 << at % 8
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("identity", bytes(harmed))


@given(length=st.integers(0, len(SMALL) - 1))
def test_an_object_cut_short_anywhere_breaks_the_seal(length: int) -> None:
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("identity", SMALL[:length])


@given(extra=st.binary(min_size=1, max_size=64))
def test_an_object_with_something_after_its_end_breaks_the_seal(extra: bytes) -> None:
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("identity", SMALL + extra)


def chunks(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + SEALED_CHUNK] for at in range(HEADER, len(sealed), SEALED_CHUNK)]


@pytest.mark.parametrize(
    "order", [(0, 1), (0, 1, 3), (1, 0, 2, 3), (0, 0, 2, 3), (0, 1, 2), (3,), (0, 1, 2, 3, 3)]
)
def test_chunks_left_out_moved_or_doubled_break_the_seal(order: tuple[int, ...]) -> None:
    sealed = KEY.seal("bundle.zip", bytes(3 * CHUNK + 5))
    parts = chunks(sealed)
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("bundle.zip", sealed[:HEADER] + b"".join(parts[at] for at in order))
    assert len(KEY.open("bundle.zip", sealed[:HEADER] + b"".join(parts))) == 3 * CHUNK + 5


def test_a_chunk_of_another_object_breaks_the_seal() -> None:
    mine, other = (KEY.seal("bundle.zip", bytes(CHUNK + 5)) for _ in range(2))
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("bundle.zip", mine[:HEADER] + chunks(mine)[0] + chunks(other)[1])


def test_a_seal_opens_only_with_its_own_key_scope_and_name() -> None:
    key = bytes(range(32))
    for stranger, name in (
        (DataKey(KEY.scope, os.urandom(32)), "identity"),
        (DataKey("case_" + "1" * 20, key), "identity"),
        (KEY, "identitx"),
        (DataKey(KEY.scope + "i", key), "dentity"),
    ):
        with pytest.raises(OperatorError, match="seal_broken"):
            stranger.open(name, SMALL)
    assert DataKey(KEY.scope, key).open("identity", SMALL) == b"a small secret"


def test_a_key_never_shows_itself() -> None:
    assert "01" not in repr(KEY)
    assert not hasattr(KEY, "__dict__")
