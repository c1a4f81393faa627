"""Who was told of an erasure or correction, and who must be settled before the case may end (Art. 19)."""

from hypothesis import given
from hypothesis import strategies as st

from dsar.decision_kinds import CONFIRMED, DISPROPORTIONATE, IMPOSSIBLE, RELEASE, WAIVED
from dsar.evidence import EvidenceKind, Fact
from dsar.recipients import LIFTING, OPEN, Answer, ledger, reached, waiting
from tests.chains import AT, chain, fact

SETTLES = {
    CONFIRMED: Answer.CONFIRMED,
    IMPOSSIBLE: Answer.IMPOSSIBLE,
    DISPROPORTIONATE: Answer.DISPROPORTIONATE,
    WAIVED: Answer.WAIVED_BY_DPO,
}


def told(code: str, answer: Answer) -> Fact:
    return fact(EvidenceKind.NOTIFIED, recipient=code, answer=answer.value)


def decided(code: str, decision: str) -> Fact:
    return fact(EvidenceKind.DECIDED, system=code, decision=decision, by="dpo_robin")


@given(st.lists(st.tuples(st.sampled_from(["mailer", "carrier"]), st.sampled_from(sorted(OPEN)))))
def test_every_notice_is_counted_and_nobody_who_only_heard_is_settled(
    notices: list[tuple[str, Answer]],
) -> None:
    found = ledger(chain(*(told(code, answer) for code, answer in notices)))
    sent = [code for code, answer in notices if answer is Answer.SENT]

    assert {code: sent.count(code) for code, _ in notices} == {c: one.notices for c, one in found.items()}
    assert tuple(sorted(dict(notices))) == waiting(found)


@given(st.sampled_from(sorted(SETTLES)))
def test_a_person_settles_one_recipient_and_signs_for_it(decision: str) -> None:
    found = ledger(
        chain(told("mailer", Answer.SENT), told("carrier", Answer.UNSENT), decided("mailer", decision))
    )
    mailer = found["mailer"]

    assert (SETTLES[decision], "dpo_robin", 1, AT) == (
        mailer.answer,
        mailer.by,
        mailer.notices,
        mailer.last_at,
    )
    assert ("carrier",) == waiting(found)


def test_that_a_restriction_ended_is_told_and_waits_for_nobody() -> None:
    lifted = fact(EvidenceKind.NOTIFIED, recipient="mailer", answer=Answer.UNSENT.value, about=LIFTING)
    found = ledger(chain(told("mailer", Answer.CONFIRMED), lifted))

    assert (Answer.CONFIRMED, ()) == (found["mailer"].answer, waiting(found))


def test_the_ledger_says_why_a_call_became_a_letter() -> None:
    letter = fact(EvidenceKind.NOTIFIED, recipient="mailer", answer=Answer.SENT.value, reason="redirected")
    found = ledger(chain(told("mailer", Answer.CALLING), letter, told("mailer", Answer.SENT)))

    assert ("redirected", True, 2) == (
        found["mailer"].reason,
        found["mailer"].by_machine,
        found["mailer"].notices,
    )


def test_what_is_decided_about_the_answer_settles_no_recipient() -> None:
    found = ledger(chain(told("mailer", Answer.SENT), decided("mailer", RELEASE), fact(EvidenceKind.OPENED)))

    assert ("mailer",) == waiting(found)


@given(st.sampled_from(Answer))
def test_who_may_have_heard_of_it_hears_of_its_end_too(answer: Answer) -> None:
    """One that is being called may have taken it before we noted so."""
    may_have = {Answer.CALLING, Answer.SENT, Answer.CONFIRMED}

    assert (("carrier",) if answer in may_have else ()) == reached(ledger(chain(told("carrier", answer))))
