"""A restriction stands on one of four grounds, ends only by what ends that ground, and is open till then."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.errors import InputError
from dsar.evidence import EvidenceKind
from dsar.marks import lifted_by_hand_key, marked_key, still_marked
from dsar.restrictions import (
    ENDS,
    GROUNDS,
    LOOK_EVERY,
    Ending,
    check_end,
    ground_in_use,
    ground_of,
    is_open,
    next_look,
)
from dsar.vocabulary import Verb
from tests.chains import chain, fact

grounds = st.sampled_from(GROUNDS)


@given(grounds)
def test_the_ground_that_was_recorded_is_the_ground_it_stands_on(ground: str) -> None:
    placed = fact(EvidenceKind.WAITING, "restricted", ground=ground)

    assert ground == ground_of(chain(fact(EvidenceKind.OPENED), placed))


def test_where_nothing_is_restricted_there_is_no_ground() -> None:
    with pytest.raises(InputError) as error:
        ground_of(chain(fact(EvidenceKind.OPENED)))

    assert ("not_restricted", "case") == (error.value.reason, error.value.field)


def test_a_use_counts_from_the_first_mark_on() -> None:
    """A system that waits for a hand keeps the case open for days; the others are restricted meanwhile."""
    decided = fact(EvidenceKind.DECIDED, "decision:1", decision="restrict", ground="18_1_c")
    marked = fact(EvidenceKind.BEGUN, "begun:restrict:1:crm", system="crm", verb="restrict")
    placed = fact(EvidenceKind.WAITING, "restricted", ground="18_1_b")

    assert "18_1_c" == ground_in_use(chain(decided, marked))
    assert "18_1_b" == ground_in_use(chain(decided, marked, placed))
    assert "" == ground_in_use(chain(marked)), "an objection is weighed, or an erasure waits"
    with pytest.raises(InputError):
        ground_in_use(chain(decided))


@given(grounds, st.sampled_from(Ending) | st.text(max_size=20))
def test_a_restriction_ends_by_what_ends_its_ground_and_by_nothing_else(ground: str, because: str) -> None:
    if because in ENDS[ground]:
        check_end(ground, because)
        return
    with pytest.raises(InputError) as error:
        check_end(ground, because)

    assert "ending_unknown" == error.value.reason
    assert all(ending in str(error.value) for ending in ENDS[ground])


def test_a_restriction_is_open_until_it_is_lifted() -> None:
    placed = fact(EvidenceKind.WAITING, "restricted")
    lifted = fact(EvidenceKind.CHECKED, "lifted")
    elsewhere = fact(EvidenceKind.LETTER_SENT, "lifted")

    assert not is_open(chain(fact(EvidenceKind.OPENED)))
    assert is_open(chain(placed, elsewhere))
    assert not is_open(chain(placed, lifted))


@given(st.integers(0, 400), st.integers(0, 86_399))
def test_a_restriction_that_stands_is_looked_at_soon_and_then_at_least_each_month(
    days: int, rest: int
) -> None:
    placed_at = datetime(2026, 11, 27, tzinfo=UTC)
    now = placed_at + timedelta(days=days, seconds=rest)
    waits = next_look(placed_at, now) - now

    assert timedelta(0) < waits <= LOOK_EVERY
    assert days > 0 or waits <= timedelta(days=1)
    assert days > 6 or waits <= timedelta(days=6)


def test_a_restriction_is_open_as_long_as_somebody_is_still_marked() -> None:
    placed, lifted = fact(EvidenceKind.WAITING, "restricted"), fact(EvidenceKind.CHECKED, "lifted")
    marked = fact(EvidenceKind.WAITING, marked_key("crm"), system="crm", reason="cannot_lift")
    off = fact(EvidenceKind.DECIDED, lifted_by_hand_key("crm"), system="crm")

    assert is_open(chain(marked))
    assert is_open(chain(placed, lifted, marked))
    assert not is_open(chain(placed, lifted, marked, off))


@given(st.lists(st.sampled_from(["marked", "by hand", "receipt", "other"]), max_size=6))
def test_a_mark_stays_a_task_until_somebody_or_something_took_it_off(happened: list[str]) -> None:
    facts = {
        "marked": fact(EvidenceKind.WAITING, marked_key("crm"), system="crm", reason="cannot_lift"),
        "by hand": fact(EvidenceKind.DECIDED, lifted_by_hand_key("crm"), system="crm"),
        "receipt": fact(EvidenceKind.RECEIPT, system="crm", verb=Verb.LIFT.value),
        "other": fact(EvidenceKind.RECEIPT, system="crm", verb=Verb.RESTRICT.value),
    }
    waits = False
    for one in happened:
        waits = one == "marked" or (waits and one == "other")
    found = still_marked(chain(*(facts[one] for one in happened)))

    assert (["crm"] if waits else []) == [*found]
