"""The belt: everything arrives in order, in handfuls, and trouble at its end is heard at its beginning."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundle.belt import HANDFUL, Belt


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, HANDFUL // 2), max_size=20))
def test_what_is_put_on_arrives_whole_and_in_order(sizes: list[int]) -> None:
    belt, arrived = Belt(), bytearray()
    pieces = [bytes([number]) * size for number, size in enumerate(sizes)]
    for piece in pieces:
        belt.put(piece, arrived.extend)
    belt.empty(arrived.extend)
    belt.drop()

    assert b"".join(pieces) == bytes(arrived)


def test_small_pieces_travel_together_in_another_thread() -> None:
    belt, hands = Belt(), list[tuple[int, int]]()

    def take(data: bytes) -> None:
        hands.append((len(data), threading.get_ident()))

    for _ in range(4):
        belt.put(b"x" * (HANDFUL // 2), take)
    belt.put(b"x", take)
    belt.empty(take)
    belt.drop()

    assert [HANDFUL, HANDFUL, 1] == [size for size, _ in hands]
    assert threading.get_ident() not in {thread for _, thread in hands}


@pytest.mark.parametrize("handfuls", [1, 10])
def test_trouble_at_the_end_is_heard_at_the_beginning_and_stops_the_belt(handfuls: int) -> None:
    belt, done = Belt(), list[int]()

    def refuse(data: bytes) -> None:
        done.append(len(data))
        raise OSError

    def load() -> None:
        for _ in range(handfuls):
            belt.put(b"x" * HANDFUL, refuse)
        belt.empty(refuse)

    with pytest.raises(OSError):  # noqa: PT011 - the very one
        load()
    belt.drop()

    assert len(done) < 6
