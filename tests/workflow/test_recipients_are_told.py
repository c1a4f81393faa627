"""Recipients: told by name, chased, each settled before the case closes (Art. 19; LAW NOT-01..04)."""

from typing import Any

from desk import cases
from desk.recipients import recipients
from dsar.case import Decision
from dsar.decision_kinds import CONFIRMED, DISPROPORTIONATE, IMPOSSIBLE, RESTRICT, WAIVED
from dsar.evidence import EvidenceKind
from dsar.recipients import CHASE_AFTER, Recipient
from dsar.vocabulary import Category, LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import approved, system, told

USAGE = frozenset({Category.TECHNICAL_USAGE})
MAILING = Recipient(code="mailing", name="Post Mill Mailing Ltd", email="p@mill.example", categories=USAGE)
ATTIC = Recipient(code="attic", name="Attic Storage", email="", categories=USAGE)
AUDITOR = Recipient(
    code="auditor", name="Quillon", email="q@audit.example", categories=frozenset({Category.FINANCIAL})
)
WHY = "The vendor closed in May; there is nobody left who could be told."


async def erased(house: House, *receivers: Recipient) -> str:
    """A case whose deed is done and whose recipients were told."""
    house.company.receivers = receivers
    house.add(system())
    case = await approved(house)
    await house.skip(case, days=8)
    await house.until(case, Status.DECIDING)
    return case


async def settle(house: House, case: str, kind: str, code: str, role: Role = Role.DPO) -> Any:
    words = "" if kind == CONFIRMED else WHY
    return await cases.decide(house.desk, case, Decision(kind=kind, by="dpo", role=role, system=code), words)


async def test_the_case_stays_open_until_each_recipient_is_settled(house: House) -> None:
    async with house.worker():
        case = await erased(house, MAILING, ATTIC, AUDITOR)
        first = {line.code: line.answer.value for line in recipients(house.desk, case)}
        with refused("no_such_recipient"):
            await settle(house, case, CONFIRMED, "auditor")
        with refused("role_refused"):
            await settle(house, case, WAIVED, "attic", Role.SUPPORT)
        await settle(house, case, CONFIRMED, "mailing", Role.SUPPORT)
        await house.eventually(lambda: is_settled(house, case, "mailing"), "never settled")
        still_open = house.register.case(case).closed_at is None
        await house.until(case, Status.DECIDING)
        await settle(house, case, DISPROPORTIONATE, "attic")
        closing = await house.life(case).result()

    lines = {line.code: (line.answer.value, line.notices) for line in recipients(house.desk, case)}
    [(to, letter)] = [(to, one) for to, one in house.post.letters if one.kind is LetterKind.RECIPIENT_NOTICE]
    assert {"mailing": "sent", "attic": "unsent"} == first
    assert still_open
    assert {"mailing": ("confirmed", 1), "attic": ("disproportionate", 0)} == lines
    assert Outcome.FULFILLED is closing.outcome
    assert MAILING.email == to
    assert ADA_EMAIL in letter.text
    assert ADA_EMAIL not in letter.subject
    assert "Post Mill Mailing Ltd" in told(house)


async def test_who_does_not_answer_is_chased_and_staff_are_reminded(house: House) -> None:
    async with house.worker():
        case = await erased(house, MAILING)
        await house.days(case, 2 * CHASE_AFTER.days + 1)
        await settle(house, case, WAIVED, "mailing")
        await house.life(case).result()

    [line] = recipients(house.desk, case)
    milestones = [e.facts.get("milestone") for e in house.register.evidence(case)]
    assert ("waived_by_dpo", 3) == (line.answer.value, line.notices)
    assert "task" in milestones
    assert 3 == sum(e.kind is EvidenceKind.NOTIFIED for e in house.register.evidence(case))


async def is_settled(house: House, case: str, code: str) -> bool:
    return any(one.code == code and one.by for one in recipients(house.desk, case))


async def test_a_restriction_is_told_to_recipients_and_settled_before_the_case_closes(house: House) -> None:
    house.company.receivers = (MAILING, ATTIC)
    house.add(system())
    async with house.worker():
        case = await house.open(right="restriction")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        placed = Decision(kind=RESTRICT, by="dpo", role=Role.DPO, ground="18_1_a")
        await cases.decide(house.desk, case, placed)
        await house.eventually(lambda: was_told(house), "no notice")
        await house.until(case, Status.DECIDING)
        await settle(house, case, IMPOSSIBLE, "attic")
        await house.eventually(lambda: is_settled(house, case, "attic"), "never settled")
        still_open = house.register.case(case).closed_at is None
        await house.until(case, Status.DECIDING)
        await settle(house, case, CONFIRMED, "mailing", Role.SUPPORT)
        closing = await house.life(case).result()

    assert still_open
    assert Outcome.FULFILLED is closing.outcome
    assert MAILING.name in house.post.last(LetterKind.RESTRICTION_PLACED).text


async def was_told(house: House) -> bool:
    return {LetterKind.RECIPIENT_NOTICE, LetterKind.RESTRICTION_PLACED} <= set(house.post.kinds)
