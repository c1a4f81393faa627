"""What was restricted by hand or by letter is lifted the same way, and is not over before (Art. 18(3))."""

from connectors import mail, manual
from desk import cases, restricting
from desk.tasks import Shown, settle, tasks
from dsar.decision_kinds import RESTRICT, UPHOLD
from dsar.holdings import Holding
from dsar.vocabulary import Category, LetterKind, Outcome, Status
from tests.contract.connectors.systems.mail import SETTINGS as OF_MAIL
from tests.contract.connectors.systems.manual import SETTINGS as OF_ATTIC
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import WORDS
from tests.workflow.marks import ends, is_lifted, skip, waits
from tests.workflow.test_no_system_is_left_unknown import WHY, by_dpo
from tests.workflow.test_processors_are_written_to import text, written
from tests.workflow.test_what_is_restricted_stays_so import lifted

MAILINGS = Holding(system="mill", collection="mailings", category=Category.MARKETING_COMMS, count=7)
CONTRACTS = Holding(system="attic", collection="contracts", category=Category.TRANSACTION, count=3)


async def by_hand(house: House, held: Holding) -> str:
    """Its owner finds it, and restricts it once that was decided."""
    case = await house.open(right="restriction")
    await house.prove(case)
    await _waiting(house, case)
    shown = Shown(held=[held])
    await settle(house.desk, case, held.system, "found", by="support-1", note=WHY, shown=shown)
    await house.until(case, Status.DECIDING)
    await cases.decide(house.desk, case, by_dpo(RESTRICT, ground="18_1_a"), WHY)
    await _waiting(house, case)
    await settle(house.desk, case, held.system, "done", by="support-1", note=WHY)
    await house.until(case, Status.CLOSED)
    return case


async def _waiting(house: House, case: str) -> None:
    async def listed() -> bool:
        return bool(tasks(house.desk))

    await house.until(case, Status.BY_HAND)
    await house.eventually(listed, "no task")


async def test_a_processor_that_restricted_on_our_letter_is_written_to_again_and_chased(house: House) -> None:
    house.systems["mill"] = mail.connect("mill", mail.Settings.model_validate(OF_MAIL))  # type: ignore[assignment]  # as good as a pretend
    async with house.worker():
        case = await by_hand(house, MAILINGS)
        before = len(written(house))
        with refused("not_marked"):
            restricting.lifted(house.desk, case, "mill", by="support-1", reason=WORDS)
        await ends(house, case)
        await skip(house, case, 12)
        in_term = len(written(house))
        await skip(house, case, 3)
        task = await waits(house, "still_marked.by_mail:mill_desk:lift")
        await skip(house, case, 30)
        chased, ended = written(house)[before:], await lifted(house, case)
        restricting.lifted(house.desk, case, "mill", by="support-1", reason=WORDS)
        await skip(house, case, 8)
        await is_lifted(house, case)

    assert (before, "mill_desk") == (in_term, task.owner)
    assert Outcome.FULFILLED is house.register.case(case).outcome
    assert len(chased) > 1
    assert "The restriction that we asked you for has ended" in text(chased[0][1])
    assert ADA_EMAIL in text(chased[0][1])
    assert "We wrote to you about this" in text(chased[1][1])
    assert not ended
    assert () == tasks(house.desk)


async def test_what_its_owner_restricted_by_hand_is_told_and_is_their_task_when_it_ends(house: House) -> None:
    house.systems["attic"] = manual.connect("attic", manual.Settings.model_validate(OF_ATTIC))  # type: ignore[assignment]  # as above
    async with house.worker():
        case = await by_hand(house, CONTRACTS)
        await ends(house, case)
        await skip(house, case, 15)
        task = await waits(house, "still_marked.by_hand:attic_desk:lift")
        ended = await lifted(house, case)
        restricting.lifted(house.desk, case, "attic", by="support-1", reason=WORDS)
        await skip(house, case, 2)
        await is_lifted(house, case)

    placed = " ".join(house.post.last(LetterKind.RESTRICTION_PLACED).text.split())
    titles = [c.title for c in house.systems["attic"].card.collections if c.name == "contracts"]
    assert Outcome.FULFILLED is house.register.case(case).outcome
    assert titles[0] in placed
    assert ("attic_desk", False) == (task.owner, ended)


async def test_an_objection_upheld_stands_where_people_restricted_too(house: House) -> None:
    house.systems["attic"] = manual.connect("attic", manual.Settings.model_validate(OF_ATTIC))  # type: ignore[assignment]  # as above
    async with house.worker():
        case = await house.open(right="objection")
        await house.prove(case)
        await _waiting(house, case)
        await settle(house.desk, case, "attic", "done", by="support-1", note=WHY)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(UPHOLD), WHY)
        await house.until(case, Status.CLOSED)
        await restricting.end(house.desk, case, "objection_decided", by="dpo", reason=WORDS)
        await skip(house, case, 15)
        await waits(house, "still_marked.by_hand:attic_desk:lift")
        restricting.lifted(house.desk, case, "attic", by="support-1", reason=WORDS)
        await skip(house, case, 2)
        await is_lifted(house, case)

    assert LetterKind.RESTRICTION_PLACED in house.post.kinds
