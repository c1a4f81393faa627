"""What changes after a review is reviewed again, and what does not is not (LAW EXM-22)."""

from dataclasses import replace
from typing import Any

import pytest

from activities.disclosure import BUNDLE
from desk import cases, redacting, reviewing
from desk.delivery import send_again
from dsar.decision_kinds import RELEASE
from dsar.errors import InputError, OperatorError
from dsar.evidence import EvidenceKind
from dsar.holdings import Card
from dsar.vocabulary import LetterKind, Outcome, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.reviews import CODE, EVE, ROWS, bundle, by_words, count, waiting
from tests.workflow.test_no_system_is_left_unknown import WHY, by_dpo


async def test_what_is_changed_after_it_was_cleared_is_not_released(house: House) -> None:
    house.add(PretendSystem("crm", rows=ROWS, marks=("text",)))
    async with house.worker():
        case = await waiting(house)
        await redacting.keep(house.desk, case, "all", by="reviewer-1")
        await redacting.clear(house.desk, case, "all", by="reviewer-2")
        await by_words(house, case, 1, "reviewer-2")
        with refused("not_reviewed"):
            await cases.decide(house.desk, case, by_dpo(RELEASE))
        await redacting.redact(house.desk, case, 1, (), by="reviewer-2")
        with refused("not_looked_at"):
            await redacting.clear(house.desk, case, "all", by="reviewer-1")
        await by_words(house, case, 1, "reviewer-2")
        await redacting.clear(house.desk, case, "all", by="reviewer-1")
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()
        with refused("review_over"):
            await by_words(house, case, 1, "reviewer-1")
        house.vault.remove(case, BUNDLE)
        await send_again(house.desk, case, by="support-1")

    assert EVE.upper().encode() not in bundle(house, case)["data/crm/visits.jsonl"]
    assert LetterKind.ANSWER_CODE is house.post.kinds[-1]


async def test_what_is_exported_anew_is_reviewed_anew(house: House) -> None:
    """An export fails while the review is prepared; the system is asked again and answers otherwise."""
    trouble: list[Any] = [OperatorError("crm", "credentials_refused")]
    house.add(PretendSystem("crm", rows=ROWS, marks=("text",), trouble=trouble, trouble_after=1))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.BY_HAND)
        house.systems["crm"].rows = {ADA_EMAIL: ROWS[ADA_EMAIL][:1]}
        await cases.decide(house.desk, case, by_dpo("retry", system="crm"))
        await house.until(case, Status.DECIDING)
        sheet = reviewing.listed(house.desk, case)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert (1, 1) == (sheet.items, sheet.open)


class Talks(PretendSystem):
    """A system of which another collection is marked, in which nothing stands about this person."""

    @property
    def card(self) -> Card:
        card = super().card
        talks = replace(card.collections[0], name="talks", third_party=("*",))
        return replace(card, collections=(*card.collections, talks))


async def test_a_mark_where_nothing_was_found_holds_nobody_up(house: House) -> None:
    house.add(Talks("crm", rows=ROWS))
    async with house.worker():
        case = await waiting(house)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome


@pytest.mark.parametrize("more", [{}, {"field": "text"}])
async def test_what_is_left_out_after_a_review_needs_no_other_one(house: House, more: dict[str, str]) -> None:
    house.add(PretendSystem("crm", rows=ROWS, marks=("text",)))
    house.add(PretendSystem("mail", rows=ROWS, marks=("text",)))
    async with house.worker():
        case = await waiting(house)
        for item in (1, 3):
            await by_words(house, case, item, "reviewer-1")
        await redacting.keep(house.desk, case, "all", by="reviewer-1")
        await redacting.clear(house.desk, case, "all", by="reviewer-2")
        facts = {"collection": "visits", **more}
        exempt = by_dpo("exempt", system="crm", ground=CODE, facts=facts)
        await cases.decide(house.desk, case, exempt, WHY)
        await house.eventually(lambda: is_released(house, case), "never released")
        closing = await house.life(case).result()

    files = bundle(house, case)
    assert Outcome.PARTLY_FULFILLED is closing.outcome
    assert 1 == count(house, case, EvidenceKind.REVIEW_BEGUN)
    assert not any(EVE.upper().encode() in data for data in files.values())
    assert f"[redacted: {CODE}]".encode() in files["data/mail/visits.jsonl"]
    assert bool(more) is ("data/crm/visits.jsonl" in files)


async def is_released(house: House, case: str) -> bool:
    """The decision before it may still be carried out: then another is not heard yet."""
    try:
        await cases.decide(house.desk, case, by_dpo(RELEASE))
    except InputError:
        return False
    return True
