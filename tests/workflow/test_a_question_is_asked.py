"""A question: the clock waits for its answer only where the regime says so (Art. 12A(5)-(6); CLK-20..24)."""

from datetime import UTC, datetime, timedelta

from dsar.decision_kinds import CLARIFIED, CLARIFY, RELEASE
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Role
from tests.workflow.beside import decide, deciding, due_moves, entries, recorded, withdrawn
from tests.workflow.conftest import House, refused


async def asked(house: House) -> None:
    await house.eventually(lambda: house.wrote(LetterKind.CLARIFICATION), "nothing was asked")


async def test_the_days_of_the_question_do_not_count_and_its_answer_starts_the_clock_again(
    house: House,
) -> None:
    async with house.worker():
        case, due = await deciding(house)
        await decide(house, case, CLARIFY)
        stood = await due_moves(house, case, due)
        with refused("question_open"):
            await decide(house, case, CLARIFY)
        await house.days(case, 10)
        answered_on = datetime.now(UTC).date() + timedelta(days=9)
        await decide(house, case, CLARIFIED, role=Role.SUPPORT, facts={"on": answered_on.isoformat()})
        later = await due_moves(house, case, None)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert stood is None
    assert later
    received_on = house.register.case(case).request.received_on
    assert received_on + timedelta(days=28 + 9) <= later <= received_on + timedelta(days=31 + 10 + 5)
    assert Outcome.FULFILLED is closing.outcome
    letter = house.post.last(LetterKind.CLARIFICATION).text
    assert ("stands still" in letter, "4,200 messages" in letter, "period of time" in letter) == (True,) * 3


async def test_a_silence_is_reminded_and_then_closes_the_case_where_the_clock_waited(house: House) -> None:
    """LAW CLK-24: a reminder after fourteen days, the end after sixty, with a letter."""
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, CLARIFY)
        await asked(house)
        await house.days(case, 16)
        reminded = house.post.kinds.count(LetterKind.CLARIFICATION)
        await house.days(case, 43)
        await house.skip(case, days=3)
        closing = await house.life(case).result()

    assert 2 == reminded == house.post.kinds.count(LetterKind.CLARIFICATION)
    assert Outcome.UNCLARIFIED is closing.outcome
    assert "what your request is about" in house.post.last(LetterKind.CLOSED_UNANSWERED).text
    assert [] == entries(house, case, EvidenceKind.BREACHED)


async def test_where_the_clock_runs_on_so_does_the_case(house: House) -> None:
    """Art. 12(3) knows no pause (LAW CLK-07): after a silence the search is made without the answer."""
    async with house.worker():
        case, due = await deciding(house, regime="EU-FR")
        await decide(house, case, CLARIFY)
        await asked(house)
        await house.days(case, 16)

        async def noted() -> bool:
            return bool(entries(house, case, EvidenceKind.UNANSWERED))

        await house.eventually(noted, "the silence was not written down")
        with refused("no_question"):
            await decide(house, case, CLARIFIED)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert due == house.register.case(case).due_on
    assert Outcome.FULFILLED is closing.outcome
    assert "go on without" in house.post.last(LetterKind.CLARIFICATION).text


async def test_an_erasure_may_be_asked_about_but_its_clock_runs_on(house: House) -> None:
    """LAW CLK-22: the pause is for access alone."""
    async with house.worker():
        case, due = await deciding(house, right="erasure")
        await decide(house, case, CLARIFY)
        await asked(house)
        await decide(house, case, CLARIFIED)
        await recorded(house, case, 2)
        await withdrawn(house, case)

    assert due == house.register.case(case).due_on
