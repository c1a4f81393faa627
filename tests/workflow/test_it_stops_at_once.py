"""Marketing, consent, sale, sensitive use: stopped at once, asked of nobody (LAW OBJ-03, CAL-16)."""

from datetime import timedelta

import pytest

from desk import cases
from dsar.decision_kinds import ACCEPT_GAP, MANUAL_DONE, REFUSE, RETRY
from dsar.deeds import Purpose
from dsar.dossier import fingerprint_of, open_suppressed
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.stopping import STOPS
from dsar.vocabulary import Found, IdentifierKind, LetterKind, Outcome, Right, Status, Verb
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.test_no_system_is_left_unknown import HELD, WHY, by_dpo, found
from tests.workflow.test_nobody_gets_what_is_not_theirs import called_again

STOPPING = frozenset({Verb.SUPPRESS, Verb.VERIFY})
OBJECTS = Right.MARKETING_OBJECTION.value
STRANGER = "nobody@other.example"


def mailing(**more: object) -> PretendSystem:
    return PretendSystem("mailing", rows=HELD, able=STOPPING, **more)  # type: ignore[arg-type]  # a pretend's dials


async def stopped(house: House, case: str) -> Outcome:
    closing = await house.life(case).result()
    assert house.register.verify_evidence(case).whole
    return Outcome(closing.outcome)


@pytest.mark.parametrize(("right", "purpose"), STOPS.items())
async def test_it_stops_without_proof_decision_or_search(
    house: House, right: Right, purpose: Purpose
) -> None:
    """No code, no DPO, no look at what is held; the person is listed under a keyed fingerprint."""
    systems = [house.add(mailing()), house.add(PretendSystem("crm", able=STOPPING))]
    async with house.worker():
        case = await house.open(right=right.value, regime="US-CA")
        outcome = await stopped(house, case)

    mark = fingerprint_of(house.vault, IdentifierKind.EMAIL, ADA_EMAIL)
    assert Outcome.FULFILLED is outcome
    assert [{purpose}, {purpose}] == [system.stopped[ADA_EMAIL] for system in systems]
    assert 0 == sum(system.searches + system.exports for system in systems)
    assert [LetterKind.ACKNOWLEDGEMENT, LetterKind.STOPPED] == house.post.kinds
    assert [(purpose, case)] == [(line.purpose, line.case_id) for line in house.register.suppressed(mark)]
    assert (ADA_EMAIL,) == open_suppressed(house.vault, case.replace("case_", "sup_")).of(
        IdentifierKind.EMAIL
    )


async def test_each_system_gives_one_receipt_and_is_asked_again(house: House) -> None:
    house.add(mailing())
    async with house.worker():
        case = await house.open(right=OBJECTS)
        await stopped(house, case)

    told = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.RECEIPT]
    seen = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.CHECKED]
    assert [("mailing", "suppress", "done")] == [(f["system"], f["verb"], f["result"]) for f in told]
    assert [("mailing", "verified")] == [(f["system"], f["verdict"]) for f in seen]


async def test_who_is_unknown_gets_the_very_same_letter(house: House) -> None:
    """Nobody proved anything, so the answer must not tell a customer from a stranger."""
    house.add(mailing())
    async with house.worker():
        for address in (ADA_EMAIL, STRANGER):
            await stopped(house, await house.open(right=OBJECTS, email=address))

    first, second = [letter.text for _, letter in house.post.letters if letter.kind is LetterKind.STOPPED]
    assert first.replace(house.lived[0], "") == second.replace(house.lived[1], "")
    facts = [[e.facts for e in house.register.evidence(case)] for case in house.lived]
    assert [[f.get("result") for f in of if "result" in f] for of in facts] == [["done"], ["done"]]


async def test_a_system_that_cannot_stop_is_a_task_by_hand_and_the_person_hears_of_it(house: House) -> None:
    """What machines can do is done at once; a letter says what waits, a second that it is over."""
    quick = house.add(mailing())
    house.add(PretendSystem("crm"))
    async with house.worker():
        case = await house.open(right=OBJECTS)
        await house.until(case, Status.BY_HAND)
        early = house.post.last(LetterKind.STOPPED).text
        assert quick.stopped
        await cases.decide(house.desk, case, by_dpo(MANUAL_DONE, system="crm"), WHY)
        outcome = await stopped(house, case)

    assert Outcome.FULFILLED is outcome
    assert "- crm" in early
    assert "- crm" not in house.post.last(LetterKind.STOPPED).text
    assert {"crm": Found.MANUAL_DONE, "mailing": Found.DONE} == found(house, case)


async def test_a_system_that_lies_is_caught_and_tried_again(house: House) -> None:
    """It says "done" and goes on: asked again, it shows that nothing stopped."""
    liar = house.add(mailing(lies=True))
    async with house.worker():
        case = await house.open(right=OBJECTS)
        await called_again(house, case, 1)
        reasons = [gap.reason for gap in house.register.answers(case)]
        liar.lies = False
        await cases.decide(house.desk, case, by_dpo(RETRY, system="mailing"))
        await stopped(house, case)

    assert ["still_active"] == reasons
    assert {"mailing": Found.DONE} == found(house, case)
    assert 0 == liar.searches


async def test_a_vendor_that_needs_days_is_asked_again_then(house: House) -> None:
    house.add(mailing(needs=timedelta(days=2)))
    async with house.worker():
        case = await house.open(right=OBJECTS)
        await house.eventually(lambda: has_letter(house, LetterKind.STOPPED), "no letter")
        early = house.post.last(LetterKind.STOPPED).text
        await house.skip(case, days=2, minutes=1)
        outcome = await stopped(house, case)

    assert Outcome.FULFILLED is outcome
    assert "- mailing" in early
    assert 2 == house.post.kinds.count(LetterKind.STOPPED)
    assert {"mailing": Found.DONE} == found(house, case)


async def test_nobody_may_refuse_and_an_accepted_gap_is_told(house: House) -> None:
    """Absolute: not even the DPO overrides it (LAW P-39); what was accepted stands in the letter."""
    house.add(mailing(trouble=[OperatorError("mailing", "credentials_refused")]))
    async with house.worker():
        case = await house.open(right=OBJECTS)
        await house.until(case, Status.BY_HAND)
        with refused("absolute"):
            await cases.decide(
                house.desk, case, by_dpo(REFUSE, ground="12_5_excessive", facts={"tried": "clarify"}), WHY
            )
        with refused("too_late"):
            await cases.withdraw(house.desk, case)
        await cases.decide(house.desk, case, by_dpo(ACCEPT_GAP, system="mailing"), WHY)
        await stopped(house, case)

    assert "has accepted that" in house.post.last(LetterKind.STOPPED).text
    assert {"mailing": Found.FAILED_ACCEPTED} == found(house, case)


async def test_a_client_s_system_is_not_touched(house: House) -> None:
    """We only process for the client: the person's word does not move it (LAW PRC-02)."""
    clients = house.add(PretendSystem("client", able=STOPPING, controller=False))
    house.add(mailing())
    async with house.worker():
        case = await house.open(right=OBJECTS)
        await stopped(house, case)

    assert {} == clients.stopped
    assert {"client": Found.EXEMPT, "mailing": Found.DONE} == found(house, case)


async def has_letter(house: House, kind: LetterKind) -> bool:
    return kind in house.post.kinds
