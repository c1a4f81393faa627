"""One case is proved under a checkpoint, and no other case is shown."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.checkpoints import Checkpoint, Head, following
from dsar.inclusion import Inclusion, included

AT = datetime(2026, 11, 26, tzinfo=UTC)


def heads(count: int) -> list[Head]:
    return [Head(case_id=f"case_{n:020x}", entries=n + 1, hash=f"{n:064x}") for n in range(count)]


def proof(count: int, place: int) -> Inclusion:
    covered = heads(count)
    made = Checkpoint(statement=following(None, covered, AT), signature="", key="")
    return included(made, reversed(covered), covered[place].case_id)


@given(st.data())
def test_every_case_of_a_checkpoint_can_be_proved_alone(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 70))
    found = proof(count, data.draw(st.integers(0, count - 1)))

    assert found.holds
    assert len(found.path) <= (count - 1).bit_length()


@given(st.data())
def test_whatever_is_changed_the_proof_falls(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 40))
    found = proof(count, data.draw(st.integers(0, count - 1)))
    broken = data.draw(
        st.sampled_from(
            [
                replace(found, head=replace(found.head, entries=found.head.entries + 1)),
                replace(found, head=replace(found.head, hash="f" * 64)),
                replace(found, head=replace(found.head, case_id="case_ffffffffffffffffffff")),
                replace(found, place=found.size),
                replace(found, place=-1),
                replace(found, path=found.path[1:]),
                replace(found, path=(*found.path, "00" * 32)),
                replace(found, path=("00" * 32, *found.path[1:])),
                replace(found, path=("no hex", *found.path[1:])),
                replace(found, size=0),
            ]
        )
    )

    assert not broken.holds


def test_the_proof_of_one_case_names_no_other() -> None:
    found = proof(9, 4)
    others = [head.case_id for head in heads(9) if head != found.head]

    assert not any(other in repr(found) for other in others)


def test_a_case_that_a_checkpoint_does_not_cover_cannot_be_proved_under_it() -> None:
    made = Checkpoint(statement=following(None, heads(3), AT), signature="", key="")

    with pytest.raises(ValueError, match="case_x"):
        included(made, heads(3), "case_x")
