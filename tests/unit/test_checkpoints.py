"""A checkpoint fixes the chains that grew: nothing of it can be changed, left out or reordered unseen."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.checkpoints import Checkpoint, Ended, Head, Statement, flaw, following, root_of
from dsar.evidence import GENESIS

AT = datetime(2026, 11, 26, tzinfo=UTC)
counts = st.integers(0, 20)


def heads(count: int) -> list[Head]:
    return [Head(case_id=f"case_{n:020x}", entries=n + 1, hash=f"{n:064x}") for n in range(count)]


def signed(statement: Statement) -> Checkpoint:
    return Checkpoint(statement=statement, signature="s", key="k")


@given(counts, counts)
def test_each_checkpoint_follows_the_one_before_and_has_no_flaw(first: int, second: int) -> None:
    one = following(None, heads(first), AT)
    two = following(one, heads(second), AT + timedelta(days=1))

    assert (1, GENESIS, 2, one.digest()) == (one.number, one.previous, two.number, two.previous)
    assert ("", "") == (flaw(signed(one), None, heads(first)), flaw(signed(two), one, heads(second)))


def test_a_checkpoint_that_covers_nothing_has_the_root_of_the_empty_tree() -> None:
    assert hashlib.sha256(b"").hexdigest() == root_of([])


@given(st.permutations(heads(7)))
def test_the_order_in_which_chains_are_read_changes_no_root(shuffled: list[Head]) -> None:
    assert root_of(heads(7)) == root_of(shuffled)


@given(st.integers(1, 20), st.data())
def test_a_chain_that_is_left_out_or_changed_is_seen(count: int, data: st.DataObject) -> None:
    made = signed(following(None, heads(count), AT))
    place = data.draw(st.integers(0, count - 1))
    found = heads(count)
    changed = [replace(head, entries=head.entries + (n == place)) for n, head in enumerate(found)]

    assert "checkpoint_root_changed" == flaw(made, None, found[:place] + found[place + 1 :])
    assert "checkpoint_root_changed" == flaw(made, None, changed)


def test_a_missing_checkpoint_and_a_broken_link_are_told_apart() -> None:
    one = following(None, heads(1), AT)
    two = signed(following(one, heads(2), AT))

    assert "checkpoint_missing" == flaw(two, None, heads(2))
    assert "checkpoint_link_broken" == flaw(two, replace(one, root="0" * 64), heads(2))


@pytest.mark.parametrize("change", [{"number": 2}, {"cases": 9}, {"root": "0" * 64}, {"previous": "1" * 64}])
def test_whatever_a_statement_says_is_under_its_digest(change: dict[str, int]) -> None:
    made = following(None, heads(3), AT)

    assert made.digest() != replace(made, **change).digest()  # type: ignore[arg-type]  # several fields


def test_one_instant_is_spelled_one_way_wherever_it_was_told() -> None:
    there = AT.astimezone(timezone(timedelta(hours=5)))
    ended = Ended(case_id="case_1", entries=3, hash="a" * 64, at=AT)

    assert following(None, [], AT).spelled() == following(None, [], there).spelled()
    assert ended.spelled() == replace(ended, at=there).spelled()
    assert ended.spelled() != replace(ended, entries=2).spelled()
