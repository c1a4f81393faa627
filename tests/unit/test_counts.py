"""What a run of the calendar or a sweep came to adds up, whatever its order."""

from dataclasses import astuple

from hypothesis import given
from hypothesis import strategies as st

from dsar.expiry import Gone
from dsar.orders import Replayed

counts = st.integers(0, 10**6)
replays = st.builds(
    Replayed,
    cases=counts,
    back=counts,
    erased=counts,
    left=st.lists(st.text(max_size=5), unique=True).map(tuple),
)


@given(st.tuples(counts, counts, counts), st.tuples(counts, counts, counts))
def test_nothing_that_was_removed_is_lost_in_the_counting(
    one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    total = Gone(objects=one[0], cases=one[1], chains=one[2]).plus(
        objects=other[0], cases=other[1], chains=other[2]
    )

    assert tuple(a + b for a, b in zip(one, other, strict=True)) == astuple(total)


@given(replays, replays)
def test_no_case_that_somebody_must_look_at_is_lost_in_the_counting(one: Replayed, other: Replayed) -> None:
    both = one.plus(other)

    assert {*one.left, *other.left} == {*both.left}
    assert len(both.left) == len({*both.left})
    assert (one.cases + other.cases, one.back + other.back, one.erased + other.erased) == (
        both.cases,
        both.back,
        both.erased,
    )
    assert one == one.plus(Replayed())
