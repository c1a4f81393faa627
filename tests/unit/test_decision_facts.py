"""The facts of a decision: whoever gives too few, or wrong ones, hears at once how to give them all."""

import re
from datetime import UTC, datetime

import pytest

from dsar.case import Decision
from dsar.decision_facts import check_facts
from dsar.decision_kinds import FEE
from dsar.errors import InputError
from dsar.vocabulary import Role


def refused(**facts: str) -> set[str]:
    """Return the facts that the refusal of an excessive request's fee says how to give."""
    fee = Decision(
        kind=FEE,
        by="dpo_robin",
        role=Role.DPO,
        decided_at=datetime(2026, 5, 1, tzinfo=UTC),
        ground="12_5_excessive",
        facts=facts,
    )
    with pytest.raises(InputError) as refusal:
        check_facts(fee)
    return set(re.findall(r"give --fact (\w+)=", refusal.value.hint))


def test_all_facts_that_are_wanting_are_named_at_once() -> None:
    assert {"amount", "currency", "costs"} == refused(tried="narrow_search")


def test_all_facts_that_cannot_be_read_are_named_at_once() -> None:
    assert {"amount", "tried"} == refused(tried="more", amount="18.40", currency="GBP", costs="media")
