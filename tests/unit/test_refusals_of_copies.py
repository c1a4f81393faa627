"""A wrong count is said of an export that came short, copies of what goes into an answer: nothing else."""

import pytest

from dsar.case import Decision
from dsar.decision_kinds import ACCEPT_COUNT, ACCEPT_GAP, MANUAL_DONE, RETRY
from dsar.decisions import Standing, check_decision
from dsar.errors import InputError
from dsar.vocabulary import Right, Role, Status


def said(kind: str, copies: str = "") -> Decision:
    words = "decisions/0123456789abcdef"
    who, system = "dpo_robin", "crm"
    return Decision(
        kind=kind, by=who, role=Role.DPO, system=system, copies=copies, words=words, words_length=60
    )


def standing(right: Right = Right.ACCESS) -> Standing:
    gaps = ("crm", "mail")
    return Standing(right=right, regime="UK-ENG", status=Status.BY_HAND, gaps=gaps, short=("mail",))


def test_a_count_is_accepted_only_where_an_export_came_short() -> None:
    with pytest.raises(InputError, match="can be wrong: mail") as error:
        check_decision(said(ACCEPT_COUNT), standing())

    assert ("not_short", "system") == (error.value.reason, error.value.field)


@pytest.mark.parametrize(
    ("kind", "right"),
    [(RETRY, Right.ACCESS), (MANUAL_DONE, Right.ERASURE), (ACCEPT_GAP, Right.RECTIFICATION)],
)
def test_copies_are_taken_only_where_the_answer_holds_them(kind: str, right: Right) -> None:
    with pytest.raises(InputError, match="leave --file out") as error:
        check_decision(said(kind, "handed/crm.1/"), standing(right))

    assert ("files_unwanted", "file") == (error.value.reason, error.value.field)
