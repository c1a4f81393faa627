"""The seal by itself: whatever the sizes, what goes in comes out; whatever the harm, nothing does."""

import os
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsar.errors import OperatorError
from vault.seal import CHUNK, Chained, DataKey, Salted, Sealer, opened

KEY = DataKey("case_" + "0" * 20, bytes(range(32)))
SIZES = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1]) | st.integers(
    0, 3 * CHUNK
)
OLD = "44535631e3e66950ceb6be506763071a6b43956c66ad3c39de87b09e9c6f86b5fbb8e2cebcc46a"
Seal = Callable[[DataKey, str, bytes], bytes]


def streamed(key: DataKey, name: str, data: bytes, write: int = CHUNK) -> bytes:
    """Sealed as a sink seals, in writes of that size."""
    sealer = Sealer(Chained(key, name))
    pieces = [sealed for at in range(0, len(data), write) for sealed in sealer.add(data[at : at + write])]
    return b"".join((*pieces, *sealer.finish()))


FORMATS = pytest.mark.parametrize(
    ("seal", "header", "grows"), [(DataKey.seal, 20, 16), (streamed, 4, 48)], ids=["whole", "streamed"]
)
EITHER = st.sampled_from([seal(KEY, "identity", b"a small secret") for seal in (DataKey.seal, streamed)])


def locks() -> tuple[Salted | Chained, ...]:
    return Salted(KEY, "bundle.zip", os.urandom(16)), Chained(KEY, "bundle.zip")


@settings(max_examples=40, deadline=None)
@given(
    size=SIZES, write=st.integers(1, 3 * CHUNK), read=st.integers(1, 3 * CHUNK), which=st.sampled_from([0, 1])
)
def test_what_is_sealed_opens_however_it_is_cut_into_writes_and_reads(
    size: int, write: int, read: int, which: int
) -> None:
    data = (bytes(range(251)) * (size // 251 + 1))[:size]
    write, read = max(write, size // 50), max(read, size // 50)
    sealer = Sealer(locks()[which])
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


@given(sealed=EITHER, at=st.integers(0, 500))
def test_one_flipped_bit_anywhere_breaks_the_seal(sealed: bytes, at: int) -> None:
    harmed = bytearray(sealed)
    at %= len(harmed) * 8
    harmed[at // 8] ^= 1 << at % 8
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("identity", bytes(harmed))


@given(sealed=EITHER, length=st.integers(0, 100))
def test_an_object_cut_short_anywhere_breaks_the_seal(sealed: bytes, length: int) -> None:
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("identity", sealed[: length % len(sealed)])


@given(sealed=EITHER, extra=st.binary(min_size=1, max_size=64))
def test_an_object_with_something_after_its_end_breaks_the_seal(sealed: bytes, extra: bytes) -> None:
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("identity", sealed + extra)


def chunks(sealed: bytes, header: int, grows: int) -> list[bytes]:
    return [sealed[at : at + CHUNK + grows] for at in range(header, len(sealed), CHUNK + grows)]


@FORMATS
@pytest.mark.parametrize(
    "order", [(0, 1), (0, 1, 3), (1, 0, 2, 3), (0, 0, 2, 3), (0, 1, 2), (3,), (0, 1, 2, 3, 3)]
)
def test_chunks_left_out_moved_or_doubled_break_the_seal(
    seal: Seal, header: int, grows: int, order: tuple[int, ...]
) -> None:
    sealed = seal(KEY, "bundle.zip", bytes(3 * CHUNK + 5))
    parts = chunks(sealed, header, grows)
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("bundle.zip", sealed[:header] + b"".join(parts[at] for at in order))
    assert len(KEY.open("bundle.zip", sealed[:header] + b"".join(parts))) == 3 * CHUNK + 5


@FORMATS
@pytest.mark.parametrize("other_name", ["bundle.zip", "other.zip"])
def test_a_chunk_of_another_object_breaks_the_seal(
    seal: Seal, header: int, grows: int, other_name: str
) -> None:
    """Also where both are tries at one object that differ in the beginning alone."""
    mine = seal(KEY, "bundle.zip", b"1" + bytes(2 * CHUNK))
    other = seal(KEY, other_name, b"2" + bytes(2 * CHUNK))
    first, rest = chunks(mine, header, grows)[:1], chunks(other, header, grows)[1:]
    with pytest.raises(OperatorError, match="seal_broken"):
        KEY.open("bundle.zip", mine[:header] + b"".join(first + rest))


@FORMATS
@pytest.mark.parametrize(
    ("stranger", "name"),
    [
        (DataKey(KEY.scope, bytes(32)), "identity"),
        (DataKey("case_" + "1" * 20, bytes(range(32))), "identity"),
        (KEY, "identitx"),
        (DataKey(KEY.scope + "i", bytes(range(32))), "dentity"),
    ],
    ids=["key", "scope", "name", "scope and name"],
)
def test_a_seal_opens_only_with_its_own_key_scope_and_name(
    seal: Seal, header: int, grows: int, stranger: DataKey, name: str
) -> None:
    sealed = seal(KEY, "identity", b"a small secret")
    assert header + grows + len(b"a small secret") == len(sealed)
    with pytest.raises(OperatorError, match="seal_broken"):
        stranger.open(name, sealed)
    assert DataKey(KEY.scope, bytes(range(32))).open("identity", sealed) == b"a small secret"


def test_an_object_that_an_earlier_release_streamed_in_still_opens() -> None:
    """Format 1 was then for whatever was sealed; `OLD` is three letters, sealed by that release."""
    sealer = Sealer(Salted(KEY, "bundle.zip", bytes(16)))
    sealed = b"".join((*sealer.add(bytes(2 * CHUNK)), *sealer.finish()))

    assert sealed.startswith(b"DSV1")
    assert bytes(2 * CHUNK) == KEY.open("bundle.zip", sealed)
    assert b"old" == KEY.open("identity", bytes.fromhex(OLD))


@settings(max_examples=20, deadline=None)
@given(size=SIZES, write=st.integers(1, 3 * CHUNK), at=st.integers(0, 3 * CHUNK))
def test_a_streamed_object_is_the_same_up_to_the_first_byte_that_differs_and_nowhere_after(
    size: int, write: int, at: int
) -> None:
    data = (bytes(range(251)) * (size // 251 + 1))[:size]
    sealed = chunks(streamed(KEY, "b", data, max(write, size // 50)), 4, 48)
    at %= size or 1
    changed = chunks(streamed(KEY, "b", data[:at] + b"\xff" + data[at + 1 :]), 4, 48)
    same = [one == other for one, other in zip(sealed, changed, strict=False)]

    assert sealed == chunks(streamed(KEY, "b", data), 4, 48)
    assert [number < at // CHUNK for number in range(len(same))] == same
    assert len({chunk[:32] for chunk in (*sealed, *changed)}) == len({*sealed, *changed})


@pytest.mark.parametrize(
    "other", [DataKey(KEY.scope, bytes(32)), DataKey("case_" + "1" * 20, bytes(range(32)))]
)
def test_equal_bytes_look_equal_only_under_one_key_case_and_name(other: DataKey) -> None:
    data = bytes(2 * CHUNK)
    seen = [
        set(chunks(streamed(key, name, data), 4, 48)) for key, name in ((KEY, "a"), (KEY, "b"), (other, "a"))
    ]

    assert all(len(one) == len(data) // CHUNK for one in seen), "nor at two places of one object"
    assert 6 == len(set.union(*seen))


def test_a_key_never_shows_itself() -> None:
    assert "01" not in repr(KEY)
    assert not hasattr(KEY, "__dict__")
