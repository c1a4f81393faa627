"""Four eyes: where the company wants two people, one alone acts on nothing (LAW ADM-03)."""

from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType

from desk import cases
from dsar.decision_kinds import (
    ACCEPT_GAP,
    CLARIFIED,
    CLARIFY,
    EXTEND,
    MANUAL_DONE,
    REFUSE,
    RELEASE,
    SECOND,
    TAKE_BACK,
)
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Outcome, Right, Role, Status
from tests.pretend_tools import PretendSystem
from tests.workflow.beside import WHY, a, decide, deciding, due_moves, entries, recorded, withdrawn
from tests.workflow.conftest import House, refused
from tests.workflow.test_it_stops_at_once import STOPPING
from tests.workflow.test_no_system_is_left_unknown import HELD

REFUSAL: dict[str, Any] = {"ground": "12_5_excessive", "facts": {"tried": "clarify"}}


async def proposed(house: House, case: str, count: int = 1) -> dict[str, Any]:
    """Wait for a proposal; return what seconds it."""

    async def known() -> bool:
        return len(entries(house, case, EvidenceKind.PROPOSED)) == count and await heard(house, case)

    await house.eventually(known, "nothing was proposed")
    return {"facts": {"proposal": str(entries(house, case, EvidenceKind.PROPOSED)[-1].facts["proposal"])}}


async def heard(house: House, case: str) -> bool:
    """Whether the case has heard that its decisions are written down: until then it is busy with them."""
    events = (await house.histories(case))[0].events
    asked = [(e.event_id, e.activity_task_scheduled_event_attributes.activity_type.name) for e in events]
    begun = {number for number, name in asked if name == "record-decision"}
    done = {e.activity_task_completed_event_attributes.scheduled_event_id for e in events}
    waits, told = EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED, EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    turns = [e.event_type for e in events if e.event_type in {waits, told}]
    return begun <= done and turns[-1] == told


async def test_one_alone_refuses_nothing_and_two_do(house: House) -> None:
    house.company.four_eyes = frozenset({REFUSE})
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, REFUSE, **REFUSAL)
        proposal = await proposed(house, case)
        assert LetterKind.REFUSAL not in house.post.kinds
        with refused("same_person"):
            await decide(house, case, SECOND, **proposal)
        with refused("role_refused"):
            await decide(house, case, SECOND, by="support-1", role=Role.SUPPORT, **proposal)
        with refused("proposal_changed"):
            await decide(house, case, SECOND, by="dpo_deputy", facts={"proposal": "77"})
        with refused("second_waits"):
            await decide(house, case, RELEASE, by="dpo_deputy")
        await decide(house, case, SECOND, by="dpo_deputy", **proposal)
        closing = await house.life(case).result()

    decided = entries(house, case, EvidenceKind.DECIDED)
    assert Outcome.REFUSED is closing.outcome
    assert [(REFUSE, "dpo", "dpo_deputy")] == [
        (e.facts["decision"], e.facts["by"], e.facts["second"]) for e in decided
    ]
    assert "4,200 messages" in house.post.last(LetterKind.REFUSAL).text


async def test_what_is_taken_back_never_happened_and_another_way_is_open(house: House) -> None:
    house.company.four_eyes = frozenset({REFUSE})
    async with house.worker():
        case, _ = await deciding(house)
        with refused("nothing_proposed"):
            await decide(house, case, SECOND, by="dpo_deputy", facts={"proposal": "1"})
        await decide(house, case, REFUSE, **REFUSAL)
        await decide(house, case, TAKE_BACK, **await proposed(house, case))
        await recorded(house, case, 1)
        await decide(house, case, REFUSE, **REFUSAL)
        await decide(house, case, TAKE_BACK, by="dpo_deputy", **await proposed(house, case, 2))
        await recorded(house, case, 2)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
    assert LetterKind.REFUSAL not in house.post.kinds


async def test_what_goes_on_beside_the_story_is_seconded_as_well(house: House) -> None:
    """And what merely happens, such as an answer, is noted meanwhile."""
    house.company.four_eyes = frozenset({EXTEND})
    async with house.worker():
        case, due = await deciding(house, regime="EU-FR")
        await decide(house, case, CLARIFY)
        await recorded(house, case, 1)
        await decide(house, case, EXTEND)
        proposal = await proposed(house, case)
        await decide(house, case, CLARIFIED, role=Role.SUPPORT)
        await recorded(house, case, 2)
        assert (due, False) == (house.register.case(case).due_on, LetterKind.EXTENSION in house.post.kinds)
        await decide(house, case, SECOND, by="dpo_deputy", **proposal)
        assert due != await due_moves(house, case, due)
        await withdrawn(house, case)


async def test_a_proposal_that_is_seconded_too_late_is_refused(house: House) -> None:
    """It must be lawful on the day on which it takes effect: a late notice is void."""
    house.company.four_eyes = frozenset({EXTEND})
    async with house.worker():
        case, due = await deciding(house)
        await decide(house, case, EXTEND)
        proposal = await proposed(house, case)
        await house.days(case, 40)
        with refused("notice_late"):
            await decide(house, case, SECOND, by="dpo_deputy", **proposal)
        await withdrawn(house, case)

    assert due == house.register.case(case).due_on


async def test_the_reasons_that_the_second_person_read_are_those_that_stand(house: House) -> None:
    house.company.four_eyes = frozenset({REFUSE})
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, REFUSE, **REFUSAL)
        proposal = await proposed(house, case)
        other = "because this person is a nuisance to all of us"
        with refused("second_waits"):
            await cases.decide(house.desk, case, a(REFUSE, **REFUSAL), other)
        await decide(house, case, SECOND, by="dpo_deputy", **proposal)
        await house.life(case).result()

    [decision] = entries(house, case, EvidenceKind.DECIDED)
    assert WHY == house.vault.get(case, str(decision.facts["words"])).decode()
    assert "nuisance" not in house.post.last(LetterKind.REFUSAL).text


async def test_what_is_taken_back_while_nobody_waits_for_a_decision_occupies_nothing(house: House) -> None:
    """A vendor takes its days, so that the story waits for nobody; what was proposed is long settled."""
    house.company.four_eyes = frozenset({ACCEPT_GAP})
    down = OperatorError("mailing", "credentials_refused")
    house.add(PretendSystem("mailing", rows=HELD, able=STOPPING, trouble=[down]))
    house.add(PretendSystem("slow", rows=HELD, able=STOPPING, needs=timedelta(days=3)))
    async with house.worker():
        case = await house.open(right=Right.MARKETING_OBJECTION.value)
        await house.until(case, Status.BY_HAND)
        await decide(house, case, ACCEPT_GAP, system="mailing")
        proposal = await proposed(house, case)
        await decide(house, case, MANUAL_DONE, by="support-1", role=Role.SUPPORT, system="mailing")
        await recorded(house, case, 1)
        stands = house.register.case(case).status
        await decide(house, case, TAKE_BACK, **proposal)
        await recorded(house, case, 2)
        with refused("nothing_proposed"):
            await decide(house, case, TAKE_BACK, **proposal)
        assert stands is house.register.case(case).status
        await house.skip(case, days=4)
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
