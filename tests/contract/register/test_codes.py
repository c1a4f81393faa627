"""One-time codes and links: guessed a bounded number of times, each try counted once."""

from collections import Counter
from datetime import timedelta

import pytest

from dsar.errors import InputError
from dsar.evidence import EvidenceKind
from dsar.identity import MAX_ATTEMPTS, CodeResult
from dsar.ports import Register
from tests.contract.register.registers import NOW, RIGHT_CODE, WRONG_CODE, code, fact, opened

PURPOSES = pytest.mark.parametrize("purpose", ["identity", "delivery"])


def kinds(register: Register, case_id: str) -> Counter[EvidenceKind]:
    return Counter(entry.kind for entry in register.evidence(case_id))


def asked(register: Register, purpose: str) -> str:
    """Open a case with a code set."""
    case_id = opened(register)
    register.set_challenge(case_id, purpose, code(), fact("code:1", EvidenceKind.CODE_SET))
    return case_id


@PURPOSES
def test_a_right_code_is_accepted_again_and_recorded_once(register: Register, purpose: str) -> None:
    case_id = asked(register, purpose)

    results = [register.try_challenge(case_id, purpose, RIGHT_CODE, NOW) for _ in range(3)]

    proved = EvidenceKind.IDENTITY_PROVED if purpose == "identity" else EvidenceKind.CODE_ACCEPTED
    assert results == [CodeResult.ACCEPTED] * 3
    assert kinds(register, case_id) == {EvidenceKind.OPENED: 1, EvidenceKind.CODE_SET: 1, proved: 1}
    assert register.challenge(case_id, purpose).accepted  # type: ignore[union-attr]


@PURPOSES
def test_the_last_wrong_code_locks_and_a_right_one_is_then_refused(register: Register, purpose: str) -> None:
    case_id = asked(register, purpose)

    results = [register.try_challenge(case_id, purpose, WRONG_CODE, NOW) for _ in range(MAX_ATTEMPTS)]
    results += [register.try_challenge(case_id, purpose, RIGHT_CODE, NOW) for _ in range(2)]

    locked = EvidenceKind.IDENTITY_LOCKED if purpose == "identity" else EvidenceKind.DELIVERY_LOCKED
    seen = kinds(register, case_id)
    assert results == [CodeResult.WRONG] * (MAX_ATTEMPTS - 1) + [CodeResult.LOCKED] * 3
    assert (seen[EvidenceKind.CODE_REFUSED], seen[locked]) == (MAX_ATTEMPTS, 1)
    assert register.challenge(case_id, purpose).attempts == MAX_ATTEMPTS  # type: ignore[union-attr]
    assert register.verify_evidence(case_id).whole


def test_a_locked_identity_is_not_reopened_by_asking_for_a_new_code(register: Register) -> None:
    case_id = asked(register, "identity")
    for _ in range(MAX_ATTEMPTS):
        register.try_challenge(case_id, "identity", WRONG_CODE, NOW)
    before = register.evidence(case_id)

    assert not register.set_challenge(case_id, "identity", code("e" * 64), fact("code:2"))

    assert register.try_challenge(case_id, "identity", "e" * 64, NOW) is CodeResult.LOCKED
    assert register.evidence(case_id) == before


def test_a_locked_delivery_takes_a_new_code(register: Register) -> None:
    case_id = asked(register, "delivery")
    for _ in range(MAX_ATTEMPTS):
        register.try_challenge(case_id, "delivery", WRONG_CODE, NOW)

    assert register.set_challenge(case_id, "delivery", code("e" * 64), fact("code:2"))

    assert register.try_challenge(case_id, "delivery", "e" * 64, NOW) is CodeResult.ACCEPTED


def test_a_new_code_takes_the_place_of_the_old_one_and_its_attempts_start_again(register: Register) -> None:
    case_id = asked(register, "identity")
    register.try_challenge(case_id, "identity", WRONG_CODE, NOW)

    assert register.set_challenge(case_id, "identity", code("e" * 64), fact("code:2"))
    assert not register.set_challenge(case_id, "identity", code("f" * 64), fact("code:2"))

    assert register.try_challenge(case_id, "identity", RIGHT_CODE, NOW) is CodeResult.WRONG
    assert register.challenge(case_id, "identity").attempts == 1  # type: ignore[union-attr]
    assert register.try_challenge(case_id, "identity", "e" * 64, NOW) is CodeResult.ACCEPTED
    assert kinds(register, case_id)[EvidenceKind.CODE_REFUSED] == 2


def test_an_expired_code_is_refused_without_being_counted_and_told_once(register: Register) -> None:
    case_id = asked(register, "identity")
    late = NOW + timedelta(hours=48)

    results = [register.try_challenge(case_id, "identity", RIGHT_CODE, late) for _ in range(3)]

    assert results == [CodeResult.EXPIRED] * 3
    assert register.challenge(case_id, "identity").attempts == 0  # type: ignore[union-attr]
    assert register.evidence(case_id)[-1].facts["reason"] == "expired"
    assert kinds(register, case_id)[EvidenceKind.CODE_REFUSED] == 1


def test_no_code_set_is_said_so_and_purposes_do_not_mix(register: Register) -> None:
    case_id = asked(register, "identity")

    assert register.try_challenge(case_id, "delivery", RIGHT_CODE, NOW) is CodeResult.NONE_SET
    assert register.challenge(case_id, "delivery") is None
    assert len(register.evidence(case_id)) == 2


def test_evidence_and_events_never_hold_a_digest(register: Register) -> None:
    case_id = asked(register, "identity")
    register.try_challenge(case_id, "identity", WRONG_CODE, NOW)
    register.try_challenge(case_id, "identity", RIGHT_CODE, NOW)

    told = repr([entry.facts for entry in register.evidence(case_id)]) + repr(
        [event.body["data"] for event in register.events()]
    )
    assert RIGHT_CODE not in told
    assert WRONG_CODE not in told


def test_a_link_is_remembered_with_its_case_and_end(register: Register) -> None:
    case_id = opened(register)
    until = NOW + timedelta(days=14)

    offered = [register.offer_delivery(case_id, RIGHT_CODE, until, fact("offer:1")) for _ in range(2)]

    assert offered == [True, False]
    assert register.delivery(RIGHT_CODE) == (case_id, until)
    assert register.delivery(WRONG_CODE) is None


def test_a_new_link_ends_the_earlier_one_of_its_case_and_of_no_other(register: Register) -> None:
    case_id, other = opened(register), opened(register)
    register.offer_delivery(case_id, RIGHT_CODE, NOW, fact("offer:1"))
    register.offer_delivery(other, WRONG_CODE, NOW, fact("offer:1"))
    register.offer_delivery(case_id, "e" * 64, NOW, fact("offer:2"))

    assert register.delivery(RIGHT_CODE) is None
    assert register.delivery("e" * 64) == (case_id, NOW)
    assert register.delivery(WRONG_CODE) == (other, NOW)


def test_a_link_belongs_to_one_offer(register: Register) -> None:
    first, second = opened(register), opened(register)
    register.offer_delivery(first, RIGHT_CODE, NOW, fact("offer:1"))

    for case_id in (first, second):
        with pytest.raises(InputError) as refused:
            register.offer_delivery(case_id, RIGHT_CODE, NOW, fact("offer:2"))
        assert refused.value.reason == "token_known"

    assert register.delivery(RIGHT_CODE) == (first, NOW)
    assert len(register.evidence(second)) == 1
