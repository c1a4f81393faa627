"""An extension: once, told with its reasons in the first period, or not at all (Art. 12(3); CLK-19)."""

from datetime import timedelta

from desk import cases, letters
from dsar.decision_kinds import EXTEND, RELEASE
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Role
from tests.workflow.beside import WHY, a, days_to, decide, deciding, due_moves, entries, once_free, withdrawn
from tests.workflow.conftest import House, refused


async def test_an_extension_moves_the_date_tells_the_person_and_the_case_goes_on(house: House) -> None:
    """Three months from the start, whatever the first date was (CLK-18); staff hear of the new one only."""
    async with house.worker():
        case, due = await deciding(house)
        await decide(house, case, EXTEND)
        later = await due_moves(house, case, due)
        await house.days(case, days_to(due) + 3)
        kept = house.post.kinds.count(LetterKind.PROGRESS)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert later
    letter = house.post.last(LetterKind.EXTENSION).text
    decided = entries(house, case, EvidenceKind.DECIDED)[0].facts
    assert Outcome.FULFILLED is closing.outcome
    assert 1 == kept == house.post.kinds.count(LetterKind.PROGRESS)  # promised once a month (LAW P-50)
    assert later >= due + timedelta(days=55)
    assert (str(later.day) in letter, "4,200 messages" in letter, "complex" in letter) == (True, True, True)
    assert ("complexity", "reviewing,redacting") == (decided["ground"], decided["fact.doing"])
    assert "4,200" not in str(decided)
    assert [] == entries(house, case, EvidenceKind.BREACHED)
    notices = {e.key.rpartition(":")[2] for e in entries(house, case, EvidenceKind.NOTICE_SENT)}
    assert str(due) not in {e for e in notices if ":due:" in e}


async def test_an_extension_is_given_once_for_reasons_and_by_the_dpo(house: House) -> None:
    async with house.worker():
        case, due = await deciding(house)
        for wrong, reason, words in (
            (a(EXTEND, role=Role.SUPPORT), "role_refused", WHY),
            (a(EXTEND, ground="much_to_do"), "ground_unknown", WHY),
            (a(EXTEND, facts={}), "fact_missing", WHY),
            (a(EXTEND, facts={"doing": "Ada's file"}), "fact_malformed", WHY),
            (a(EXTEND, facts={"doing": "reviewing", "until": "2027-12-01"}), "fact_not_asked", WHY),
            (a(EXTEND), "reason_missing", "busy"),
        ):
            with refused(reason):
                await cases.decide(house.desk, case, wrong, words)
        await decide(house, case, EXTEND)
        await due_moves(house, case, due)
        with refused("extended_already"):
            await decide(house, case, EXTEND)
        await withdrawn(house, case)

    assert 1 == house.post.kinds.count(LetterKind.EXTENSION)


async def test_an_extension_whose_notice_would_be_late_is_refused(house: House) -> None:
    async with house.worker():
        case, due = await deciding(house)
        await house.days(case, days_to(due) + 2)
        with refused("notice_late"):
            await decide(house, case, EXTEND)
        await withdrawn(house, case)

    assert LetterKind.EXTENSION not in house.post.kinds
    assert due == house.register.case(case).due_on


async def test_a_notice_that_reaches_nobody_extends_nothing_until_it_is_handed_over(house: House) -> None:
    async with house.worker():
        case, due = await deciding(house)
        house.post.trouble.append(OperatorError("post", "recipient_refused"))
        await decide(house, case, EXTEND)

        async def failed() -> bool:
            return bool(entries(house, case, EvidenceKind.LETTER_FAILED))

        await house.eventually(failed, "no letter failed")
        assert due == house.register.case(case).due_on
        await once_free(
            house, lambda: letters.hand_over(house.desk, case, LetterKind.EXTENSION, by="support-1")
        )
        assert await due_moves(house, case, due) != due
        await withdrawn(house, case)


async def test_where_the_law_names_no_length_the_notice_does(house: House) -> None:
    """Singapore, regulation 5: by when an answer is given, if not in thirty days."""
    async with house.worker():
        case, due = await deciding(house, regime="SG")
        until = due + timedelta(days=40)
        with refused("fact_missing"):
            await decide(house, case, EXTEND, ground="local_extension")
        facts = {"doing": "searching", "until": until.isoformat()}
        await decide(house, case, EXTEND, ground="local_extension", facts=facts)
        assert until == await due_moves(house, case, due)
        await withdrawn(house, case)
