"""What is said of a system in hands: planned before it is done, and no more than the register can hold."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import SystemAnswer
from dsar.decision_kinds import FOUND, MANUAL_DONE, RETRY
from dsar.decisions import MOST_HELD, check_decision
from dsar.errors import InputError
from dsar.holdings import Holding
from dsar.vocabulary import Category, Found, Status
from register import doors
from tests.unit.test_decisions import REASON, a, refusal, standing


@given(
    st.lists(
        st.tuples(st.sampled_from(["contracts", "letters"]), st.integers(1, MOST_HELD) | st.integers()),
        min_size=1,
        max_size=3,
    )
)
def test_what_was_found_by_hand_is_heard_only_if_the_register_can_hold_it(
    held: list[tuple[str, int]],
) -> None:
    """One that it cannot would be tried again for ever, and no other decision be heard meanwhile."""
    holdings = tuple(
        Holding(system="attic", collection=name, category=Category.TRANSACTION, count=count)
        for name, count in held
    )
    counts = [count for _, count in held]
    answer = SystemAnswer(system="attic", found=Found.FOUND, records=max(0, sum(counts)))
    found = replace(a(FOUND, system="attic", reason=REASON), holdings=holdings)
    if min(counts) < 1 or max(counts) > MOST_HELD or len(dict(held)) < len(held):
        assert "holdings_not_fitting" == refusal(found, "attic")
    else:
        check_decision(found, standing(Status.BY_HAND, ("attic",)))
        assert answer == doors.answer(answer, holdings)


@pytest.mark.parametrize("held", [{"contracts": MOST_HELD + 1}, {"contracts": 0}, {"Ada Osei": 1}])
def test_a_slip_in_what_was_found_is_refused(held: dict[str, int]) -> None:
    holdings = tuple(
        Holding(system="attic", collection=name, category=Category.TRANSACTION, count=count)
        for name, count in held.items()
    )
    found = replace(a(FOUND, system="attic", reason=REASON), holdings=holdings)

    assert "holdings_not_fitting" == refusal(found, "attic")
    assert "holdings_not_fitting" == refusal(replace(found, holdings=()), "attic")


def test_nothing_is_done_by_hand_before_a_plan_names_it() -> None:
    waits = replace(standing(Status.BY_HAND, ("attic", "crm")), unplanned=("attic",))
    with pytest.raises(InputError) as error:
        check_decision(a(MANUAL_DONE, system="attic", reason=REASON), waits)
    check_decision(a(MANUAL_DONE, system="crm", reason=REASON), waits)
    check_decision(a(RETRY, system="attic"), waits)

    assert ("system", "not_planned") == (error.value.field, error.value.reason)
    assert "task found" in error.value.hint
