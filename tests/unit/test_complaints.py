"""What a complaint or an appeal can be about, under which law, and what its outcome must tell."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import Decision, RightsRequest
from dsar.complaints import (
    LOOKED_INTO,
    appeal_days,
    check_about,
    check_outcome,
    deciders_of,
    offers_appeal,
    tells_progress,
)
from dsar.decision_kinds import DISMISS, KINDS, RELEASE, RETRY, UPHOLD
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind, Fact, link
from dsar.links import LinkKind, about_of, links_of
from dsar.ports import CaseRecord
from dsar.regimes.catalogue import codes
from dsar.vocabulary import Channel, Outcome, Right, Role, Status

DAY = date(2026, 11, 20)
CASE, OTHER = "case_0123456789abcdef0123", "case_1123456789abcdef0123"


def request(right: Right = Right.ACCESS, regime: str = "US-CO", received_on: date = DAY) -> RightsRequest:
    return RightsRequest(
        case_id=CASE,
        subject_id="sub_1",
        right=right,
        regime=regime,
        received_at=datetime.combine(received_on, datetime.min.time(), UTC),
        received_on=received_on,
        channel=Channel.EMAIL,
    )


def record(
    right: Right = Right.ACCESS,
    regime: str = "US-CO",
    outcome: Outcome | None = Outcome.REFUSED,
    due_on: date | None = None,
) -> CaseRecord:
    asked = request(right, regime)
    return CaseRecord(
        request=asked, status=Status.DECIDING, opened_at=asked.received_at, outcome=outcome, due_on=due_on
    )


def refusal(right: Right, regime: str, earlier: CaseRecord | None, on: date = DAY) -> InputError:
    with pytest.raises(InputError) as error:
        check_about(right, regime, on, earlier)
    assert error.value.hint
    return error.value


def test_an_appeal_is_taken_where_the_law_has_one_and_in_california_where_the_company_offers_it() -> None:
    for regime in codes():
        able = offers_appeal(regime, DAY) or regime == "US-CA"
        if able:
            check_about(Right.APPEAL, regime, DAY, record(regime=regime))
        else:
            found = refusal(Right.APPEAL, regime, record(regime=regime))
            assert ("no_appeal", "right") == (found.reason, found.field)
            assert "open it as a complaint" in found.hint


def test_the_states_answer_appeals_in_the_days_of_their_acts() -> None:
    assert (45, 60, 60, 45) == tuple(appeal_days(f"US-{s}", DAY) for s in ("CO", "CT", "VA", "OR"))
    assert (0, 0, 0) == tuple(appeal_days(code, DAY) for code in ("US-UT", "UK-ENG", "US-CA"))
    assert 0 == appeal_days("US-CO", date(2020, 1, 1)) == appeal_days("XX", DAY)


def test_an_appeal_names_a_case_that_was_decided_or_is_late() -> None:
    late = record(outcome=None, due_on=DAY - timedelta(days=1))
    check_about(Right.APPEAL, "US-CO", DAY, late)

    assert "about_missing" == refusal(Right.APPEAL, "US-CO", None).reason
    assert "nothing_decided" == refusal(Right.APPEAL, "US-CO", record(outcome=None)).reason
    assert "nothing_decided" == refusal(Right.APPEAL, "US-CO", replace(late, due_on=DAY)).reason


def test_a_complaint_needs_no_case_and_may_be_about_one_that_is_still_open() -> None:
    check_about(Right.COMPLAINT, "UK-ENG", DAY, None)
    check_about(Right.ACCESS, "UK-ENG", DAY, None)
    check_about(Right.COMPLAINT, "UK-SCT", DAY, record(regime="UK-ENG", outcome=None))


@pytest.mark.parametrize("right", sorted(LOOKED_INTO))
@pytest.mark.parametrize("about", sorted(LOOKED_INTO))
def test_nobody_complains_about_a_complaint_without_end(right: Right, about: Right) -> None:
    found = refusal(right, "US-CO", record(right=about))

    assert ("about_a_complaint", "about") == (found.reason, found.field)
    assert "authority" in found.hint


def test_another_law_and_an_earlier_day_are_slips_of_the_keyboard() -> None:
    assert "regime_differs" == refusal(Right.COMPLAINT, "UK-ENG", record(regime="EU-DE")).reason
    yesterday = DAY - timedelta(days=1)
    assert "received_before" == refusal(Right.COMPLAINT, "US-CO", record(), on=yesterday).reason


@pytest.mark.parametrize("right", sorted(set(Right) - LOOKED_INTO))
@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_a_request_follows_from_an_upheld_complaint_only(right: Right, outcome: Outcome | None) -> None:
    assert "about_not_upheld" == refusal(right, "US-CO", record(outcome=outcome)).reason
    upheld = record(right=Right.COMPLAINT, outcome=outcome)
    if outcome is Outcome.FULFILLED:
        check_about(right, "US-CO", DAY, upheld)
    else:
        assert "about_not_upheld" == refusal(right, "US-CO", upheld).reason


@pytest.mark.parametrize(
    ("right", "regime", "on", "told"),
    [
        (Right.COMPLAINT, "UK-ENG", date(2026, 6, 19), True),
        (Right.COMPLAINT, "UK-ENG", date(2026, 6, 18), False),
        (Right.COMPLAINT, "EU-DE", DAY, False),
        (Right.ACCESS, "UK-ENG", DAY, False),
    ],
)
def test_progress_is_told_where_section_164a_wants_it(
    right: Right, regime: str, on: date, *, told: bool
) -> None:
    assert tells_progress(request(right, regime, on)) is told


outcomes = st.builds(
    Decision,
    kind=st.sampled_from([*KINDS]),
    by=st.sampled_from(["dpo_robin", "dpo_deputy"]),
    role=st.just(Role.DPO),
    told=st.sampled_from(["", "outcomes/0123"]),
    enquiries=st.integers(0, 2),
    changes=st.integers(0, 2),
)


@given(outcomes, st.sampled_from(Right), st.frozensets(st.sampled_from(["dpo_robin", "dpo_deputy"])))
def test_no_outcome_is_heard_from_who_took_part_nor_without_what_the_letter_tells(
    decision: Decision, right: Right, apart: frozenset[str]
) -> None:
    try:
        check_outcome(decision, right, apart)
    except InputError:
        return
    if right in LOOKED_INTO and decision.kind in {UPHOLD, DISMISS}:
        assert decision.by not in apart
        assert decision.enquiries or right is Right.APPEAL
        assert decision.changes or decision.kind == DISMISS
    else:
        assert not decision.told


def test_who_only_mended_a_system_took_no_part_in_the_decision() -> None:
    made = ((RELEASE, "dpo_robin"), (RETRY, "support_anna"))
    facts = [{"decision": kind, "by": by} for kind, by in made]

    assert {"dpo_robin"} == deciders_of(chain(EvidenceKind.DECIDED, *facts))


def chain(kind: EvidenceKind, *facts: dict[str, str]) -> list[Entry]:
    entries: list[Entry] = []
    at = datetime(2026, 11, 20, tzinfo=UTC)
    for number, told in enumerate(facts):
        fact = Fact(key=str(number), kind=kind, at=at, facts=told)
        entries.append(link(CASE, entries[-1] if entries else None, fact))
    return entries


def test_what_was_cleared_up_is_claimed_no_more() -> None:
    claim = {"case": OTHER, "right": "access", "how": "claimed", "doubt": "another_person"}
    clear = {"case": OTHER, "right": "access", "how": "about"}
    together = {"case": OTHER, "right": "erasure"}

    open_question = chain(EvidenceKind.LINKED, claim)
    assert ("another_person", LinkKind.CLAIMED) == (
        links_of(open_question)[0].doubt,
        links_of(open_question)[0].how,
    )
    assert [LinkKind.ABOUT] == [found.how for found in links_of(chain(EvidenceKind.LINKED, claim, clear))]
    assert (LinkKind.TOGETHER,) == tuple(
        found.how for found in links_of(chain(EvidenceKind.LINKED, together))
    )
    assert about_of(chain(EvidenceKind.LINKED, together)) is None
    assert about_of(chain(EvidenceKind.WAITING, {"status": "deciding"})) is None
