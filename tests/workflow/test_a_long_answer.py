"""A fresh history begins wherever a case waits for people, and forgets nothing that is open or half done."""

from datetime import date

from dsar.decision_kinds import ACCEPT_GAP, CLARIFIED, CLARIFY, EXTEND, MANUAL_DONE, RELEASE, RETRY, SECOND
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.systems import POST
from dsar.vocabulary import LetterKind, Outcome, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.beside import decide, due_moves, entries
from tests.workflow.conftest import House, refused

MOST_EVENTS = 400  # a fresh history is suggested at 300
MOST_TRIES = 60


async def tried_until_fresh(house: House, case: str, system: str, histories: int) -> None:
    """Have a system tried again, in vain, until the case lives in its so-manieth history."""
    await house.until(case, Status.BY_HAND)
    for _ in range(MOST_TRIES):
        if len(await house.histories(case)) >= histories:
            return
        calls = len(entries(house, case, EvidenceKind.WAITING))
        await decide(house, case, RETRY, system=system)

        async def waits(calls: int = calls) -> bool:
            return len(entries(house, case, EvidenceKind.WAITING)) > calls

        await house.eventually(waits, "it did not come back to a person")
    raise AssertionError("no fresh history ever began")


async def test_an_answer_that_nobody_can_deliver_waits_in_short_histories(house: House) -> None:
    """What was exported and posted so far is in the state: it is done once, and the person hands it over."""
    crm = house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        house.post.trouble = [OperatorError("post", "recipient_refused")] * 1_000
        await decide(house, case, RELEASE)
        await tried_until_fresh(house, case, POST, 3)
        house.post.trouble = []
        await house.until(case, Status.BY_HAND)
        await decide(house, case, MANUAL_DONE, system=POST)
        closing = await house.life(case).result()
        histories = await house.histories(case)

    assert Outcome.FULFILLED is closing.outcome
    assert max(len(history.events) for history in histories) < MOST_EVENTS
    assert (1, 1) == (crm.exports, len(entries(house, case, EvidenceKind.BUNDLE_WRITTEN)))
    assert LetterKind.ACCESS_ANSWER not in house.post.kinds  # a person handed it over
    assert house.register.verify_evidence(case).whole


async def test_an_export_that_fails_for_months_goes_on_from_a_fresh_history(house: House) -> None:
    crm = house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    attic = house.add(PretendSystem("attic", rows={ADA_EMAIL: [{"n": 2}]}))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        attic.trouble_after, attic.trouble = 0, [OperatorError("attic", "gone")] * 1_000
        await decide(house, case, RELEASE)
        await tried_until_fresh(house, case, "attic", 3)
        attic.trouble = []
        await house.until(case, Status.BY_HAND)
        await decide(house, case, RETRY, system="attic")
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
    assert 1 == crm.exports
    assert LetterKind.ACCESS_ANSWER in house.post.kinds


async def open_in_every_way(house: House) -> tuple[str, date]:
    """A case that was extended, asks a question, and has a proposal; and the date before it asked."""
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"n": 1}]}))
    house.add(PretendSystem("attic", trouble=[OperatorError("attic", "gone")] * 1_000))
    case = await house.open()
    await house.prove(case)
    await house.until(case, Status.BY_HAND)
    due = house.register.case(case).due_on
    await decide(house, case, EXTEND)
    later = await due_moves(house, case, due)
    await decide(house, case, CLARIFY)
    await due_moves(house, case, later)
    await decide(house, case, ACCEPT_GAP, system="attic")
    assert later
    return case, later


async def test_what_is_open_beside_the_story_survives_a_fresh_history(house: House) -> None:
    """A question, an extension and a proposal: asked in one history, answered in another."""
    house.company.four_eyes = frozenset({ACCEPT_GAP})
    async with house.worker():
        case, later = await open_in_every_way(house)
        await tried_until_fresh(house, case, "attic", 3)
        with refused("extended_already"):
            await decide(house, case, EXTEND)
        await house.days(case, 3)
        await decide(house, case, CLARIFIED)
        again = await due_moves(house, case, None)
        number = entries(house, case, EvidenceKind.PROPOSED)[0].facts["proposal"]
        await decide(house, case, SECOND, by="dpo_deputy", facts={"proposal": str(number)})
        await house.until(case, Status.DECIDING)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert again
    assert again > later
    assert Outcome.FULFILLED is closing.outcome
