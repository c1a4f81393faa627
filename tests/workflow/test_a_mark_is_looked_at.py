"""A mark is looked at when its system had the time it needs, and for as long as the restriction stands."""

from desk import cases, restricting
from desk.tasks import tasks
from dsar.case import Decision
from dsar.decision_kinds import RESTRICT
from dsar.evidence import EvidenceKind
from dsar.vocabulary import LetterKind, Role, Status, Verb
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import WORDS, entries, system
from tests.workflow.marks import DPO, comes, ends, is_lifted, restricted, skip, told, waits
from tests.workflow.test_what_is_restricted_stays_so import DAY


async def marking(house: House, unseen: int) -> str:
    house.add(system(shows_in=2 * DAY, unseen=unseen))
    case = await house.open(right="restriction")
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    return case


async def test_one_that_needs_days_until_it_shows_is_given_them(house: House) -> None:
    async with house.worker():
        case = await marking(house, unseen=2)
        await _decide(house, case)
        await house.skip(case, days=7)
        await house.until(case, Status.CLOSED)
        verdicts = [e.facts["verdict"] for e in entries(house, case, EvidenceKind.CHECKED, Verb.RESTRICT)]

    assert ["still_present", "still_present", "verified"] == verdicts
    assert LetterKind.RESTRICTION_PLACED in house.post.kinds
    assert () == tasks(house.desk)


async def test_one_that_never_shows_it_waits_for_a_hand_and_nobody_is_told_that_it_is_restricted(
    house: House,
) -> None:
    async with house.worker():
        case = await marking(house, unseen=99)
        await _decide(house, case)
        await house.skip(case, days=7)
        await waits(house, "restriction_not_held")

    assert LetterKind.RESTRICTION_PLACED not in house.post.kinds


async def test_a_mark_that_vanished_is_found_within_days_set_anew_and_told_to_the_dpo(house: House) -> None:
    async with house.worker():
        case, crm = await restricted(house)
        crm.restricted.clear()
        await skip(house, case, 2)
        await comes(house, lambda: DPO in told(house, "NOT RESTRICTED"), "nobody was told")
        await comes(house, lambda: not tasks(house.desk), "the task stays")
        early = set(crm.restricted)
        await skip(house, case, 200)
        looks = entries(house, case, EvidenceKind.CHECKED, Verb.RESTRICT)

    assert {ADA_EMAIL} == early
    assert 1 == told(house, "NOT RESTRICTED").count(DPO)
    assert "still_present" == looks[1].facts["verdict"]
    assert len(looks) > 7


async def test_one_that_says_restricted_and_never_is_stays_a_task_until_a_person_sets_the_mark(
    house: House,
) -> None:
    async with house.worker():
        case, crm = await restricted(house)
        crm.restricted.clear()
        crm.lies = True
        await skip(house, case, 2)
        task = await waits(house, "unmarked.restriction_not_held")
        with refused("not_marked"):
            restricting.placed(house.desk, case, "billing", by="support-1", reason=WORDS)
        restricting.placed(house.desk, case, "crm", by="support-1", reason=WORDS)
        await skip(house, case, 40)
        between = tasks(house.desk)
        await ends(house, case)
        await skip(house, case, 15)
        await waits(house, "still_marked.marked_by_hand")
        restricting.lifted(house.desk, case, "crm", by="support-1", reason=WORDS)
        await skip(house, case, 8)
        await is_lifted(house, case)

    assert ("crm", house.register.case(case).request.owner) == (task.system, task.owner)
    assert () == between


async def _decide(house: House, case: str) -> None:
    decision = Decision(kind=RESTRICT, by="dpo", role=Role.DPO, ground="18_1_a")
    await cases.decide(house.desk, case, decision)
