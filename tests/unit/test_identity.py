"""One-time codes: nobody may guess for ever."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dsar.identity import CODE_LIFETIME, MAX_ATTEMPTS, Challenge, CodeResult, attempt

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
