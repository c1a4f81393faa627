"""Identity is proved no further than the law lets us ask, and nobody may guess for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.identity import (
    CODE_LIFETIME,
    MAX_ATTEMPTS,
    UNPROVED,
    Challenge,
    CodeResult,
    attempt,
    required_proof,
)
from dsar.vocabulary import Proof, Requester, Right

SET_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
FRESH = Challenge(digest="d" * 64, expires_at=SET_AT + CODE_LIFETIME)
tries = st.lists(st.tuples(st.booleans(), st.timedeltas(timedelta(0), CODE_LIFETIME * 2)), max_size=12)


@given(tries)
def test_a_locked_or_expired_code_is_never_called_right(history: list[tuple[bool, timedelta]]) -> None:
    challenge: Challenge | None = FRESH
    wrong = 0
    for matches, later in history:
        now = SET_AT + later
        challenge, result = attempt(challenge, matches=matches, now=now)
        if wrong >= MAX_ATTEMPTS:
            assert result is CodeResult.LOCKED
        elif now >= FRESH.expires_at:
            assert result is CodeResult.EXPIRED
        else:
            wrong += not matches
            expected = CodeResult.LOCKED if wrong == MAX_ATTEMPTS else CodeResult.WRONG
            assert result is (CodeResult.ACCEPTED if matches else expected)


@given(tries)
def test_an_attempt_changes_nothing_but_what_it_counts(history: list[tuple[bool, timedelta]]) -> None:
    challenge = FRESH
    for matches, later in history:
        after, result = attempt(challenge, matches=matches, now=SET_AT + later)
        assert after is not None
        assert (challenge.digest, challenge.expires_at) == (after.digest, after.expires_at)
        assert after.attempts - challenge.attempts in {0, 1}
        assert after.accepted == (challenge.accepted or result is CodeResult.ACCEPTED)
        challenge = after


def test_the_fifth_wrong_code_locks_and_the_right_one_comes_too_late() -> None:
    challenge: Challenge | None = FRESH
    results = []
    for matches in (False, False, False, False, False, True):
        challenge, result = attempt(challenge, matches=matches, now=SET_AT)
        results.append(result)

    assert [CodeResult.WRONG] * 4 + [CodeResult.LOCKED] * 2 == results
    assert challenge is not None
    assert challenge.locked
    assert not challenge.accepted


def test_the_last_instant_of_a_code_is_just_before_its_expiry() -> None:
    tick = timedelta(microseconds=1)

    assert CodeResult.ACCEPTED is attempt(FRESH, matches=True, now=FRESH.expires_at - tick)[1]
    assert CodeResult.EXPIRED is attempt(FRESH, matches=True, now=FRESH.expires_at)[1]


@given(st.booleans())
def test_without_a_code_nothing_can_match(matches: bool) -> None:  # noqa: FBT001  # drawn
    assert (None, CodeResult.NONE_SET) == attempt(None, matches=matches, now=SET_AT)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("requester", Requester)
def test_proof_is_never_asked_where_asking_is_forbidden_and_always_elsewhere(
    right: Right, requester: Requester
) -> None:
    assert (right in UNPROVED) == (required_proof(right, requester) is Proof.NONE)


@pytest.mark.parametrize("right", sorted({Right.MARKETING_OBJECTION, Right.OPT_OUT, Right.LIMIT}))
def test_a_marketing_objection_and_a_californian_opt_out_need_no_proof(right: Right) -> None:
    """Art. 21(3) GDPR is absolute; 11 CCR 7026(d) and 7027(e) forbid a verifiable request."""
    assert {Proof.NONE} == {required_proof(right, requester) for requester in Requester}


@pytest.mark.parametrize("right", sorted(set(Right) - UNPROVED))
def test_an_agent_shows_authority_and_everybody_else_answers_at_the_contact_point(right: Right) -> None:
    assert Proof.AGENT_AUTHORITY is required_proof(right, Requester.AGENT)
    assert {Proof.CONTACT_POINT} == {required_proof(right, r) for r in (Requester.SUBJECT, Requester.PARENT)}
