"""Whatever an answer waits for, it goes on in a fresh history: nothing is done, told or decided twice."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from dsar.decision_kinds import (
    MANUAL_DONE,
    REFUSE,
    RELEASE,
    RESTRICT,
    RETRY,
    UPHOLD,
)
from dsar.errors import OperatorError
from dsar.systems import POST
from dsar.transfers import TRANSFER, Destination
from dsar.vocabulary import LetterKind, Outcome, Status, Verb
from tests.pretend_eraser import EVERY
from tests.pretend_tools import PretendSystem
from tests.workflow.beside import decide
from tests.workflow.conftest import House
from tests.workflow.corrections import answer, asked, shop
from tests.workflow.erasures import approved, system
from tests.workflow.long_lives import by_hand, ended, letters
from tests.workflow.test_complaints_are_looked_into import MENDED, by_deputy, refused_access
from tests.workflow.test_complaints_are_looked_into import decided as complaint_decided
from tests.workflow.test_it_stops_at_once import OBJECTS, mailing
from tests.workflow.test_two_must_agree import REFUSAL
from tests.workflow.test_what_an_erasure_left_elsewhere import GAP, LOG, begun, scanned
from tests.workflow.test_what_is_theirs_goes_with_them import URL, held, released

REFUSED_POST = [OperatorError("post", "recipient_refused")] * 1_000


def no_letter_goes(house: House) -> None:
    house.post.trouble = list(REFUSED_POST)


async def carried(house: House, case: str, kind: str = MANUAL_DONE) -> None:
    """A letter that nobody takes is carried by hand, two histories later."""
    await house.until(case, Status.BY_HAND)
    house.post.trouble = []
    await by_hand(house, case, POST, kind)


async def erased(house: House) -> str:
    house.add(system())
    case = await approved(house)
    no_letter_goes(house)
    await house.skip(case, days=8)
    return case


async def corrected(house: House) -> str:
    house.add(shop())
    case = await asked(house)
    no_letter_goes(house)
    await answer(house, case, 1, "accept")
    return case


async def restricted(house: House) -> str:
    house.add(system())
    case = await house.open(right="restriction")
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    no_letter_goes(house)
    await decide(house, case, RESTRICT, ground="18_1_a")
    return case


async def moved(house: House) -> str:
    house.add(held("crm"))
    case = await house.open(right="portability")
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    no_letter_goes(house)
    await decide(house, case, RELEASE)
    return case


async def categories_told(house: House) -> str:
    house.add(held("crm"))
    case = await house.open(right="know_categories", regime="US-CA")
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    no_letter_goes(house)
    await decide(house, case, RELEASE)
    return case


async def turned_down(house: House) -> str:
    house.add(held("crm"))
    case = await house.open()
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    no_letter_goes(house)
    await decide(house, case, REFUSE, **REFUSAL)
    return case


async def complained(house: House) -> str:
    earlier = await refused_access(house)
    case = await house.open(right="complaint", about=earlier)
    await house.until(case, Status.DECIDING)
    no_letter_goes(house)
    await complaint_decided(house, case, by_deputy(UPHOLD), changes=(MENDED,))
    return case


@pytest.mark.parametrize(
    ("begin", "letter", "outcome"),
    [
        (erased, LetterKind.ERASURE_OUTCOME, Outcome.FULFILLED),
        (corrected, LetterKind.RECTIFICATION_OUTCOME, Outcome.FULFILLED),
        (restricted, LetterKind.RESTRICTION_PLACED, Outcome.FULFILLED),
        (moved, LetterKind.PORTABILITY_ANSWER, Outcome.FULFILLED),
        (categories_told, LetterKind.ACCESS_ANSWER, Outcome.FULFILLED),
        (turned_down, LetterKind.REFUSAL, Outcome.REFUSED),
        (complained, LetterKind.COMPLAINT_OUTCOME, Outcome.FULFILLED),
    ],
)
@pytest.mark.parametrize("kind", [RETRY, MANUAL_DONE])
async def test_a_last_letter_that_goes_nowhere_waits_in_short_histories(
    house: House,
    begin: Callable[[House], Awaitable[str]],
    letter: LetterKind,
    outcome: Outcome,
    kind: str,
) -> None:
    async with house.worker():
        case = await begin(house)
        await carried(house, case, kind)
        found = await ended(house, case)

    assert outcome is found
    assert (kind == RETRY) == letters(house, letter)


async def cannot_erase(house: House) -> tuple[str, str]:
    house.add(system("shop"))
    house.add(system(verbs=EVERY - {Verb.ERASE}))
    case = await approved(house)
    await house.skip(case, days=8)
    return case, "crm"


async def leaves_traces(house: House) -> tuple[str, str]:
    scanned(house, (LOG,), ())
    return await begun(house), GAP


async def cannot_mark(house: House) -> tuple[str, str]:
    house.add(system("shop"))
    house.add(system(verbs=EVERY - {Verb.RESTRICT}))
    case = await house.open(right="restriction")
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    await decide(house, case, RESTRICT, ground="18_1_a")
    return case, "crm"


async def cannot_correct(house: House) -> tuple[str, str]:
    house.add(shop("shop"))
    house.add(shop(writable=frozenset()))
    case = await asked(house)
    await answer(house, case, 1, "accept")
    return case, "crm"


async def cannot_stop(house: House) -> tuple[str, str]:
    house.add(mailing())
    house.add(PretendSystem("crm"))
    return await house.open(right=OBJECTS), "crm"


async def cannot_be_sent(house: House) -> tuple[str, str]:
    house.add(held("crm"))
    house.company.destinations["imports.meadow.example"] = Destination(name="Meadow Apps Ltd")
    house.carrier.trouble = [OperatorError(TRANSFER, "transfer_refused")]
    return await released(house, send_to=URL), TRANSFER


@pytest.mark.parametrize(
    ("begin", "letter"),
    [
        (cannot_erase, LetterKind.ERASURE_OUTCOME),
        (leaves_traces, LetterKind.ERASURE_OUTCOME),
        (cannot_mark, LetterKind.RESTRICTION_PLACED),
        (cannot_correct, LetterKind.RECTIFICATION_OUTCOME),
        (cannot_be_sent, LetterKind.PORTABILITY_ANSWER),
    ],
)
async def test_a_system_that_waits_for_a_hand_does_so_in_short_histories(
    house: House, begin: Callable[[House], Awaitable[tuple[str, str]]], letter: LetterKind
) -> None:
    async with house.worker():
        case, name = await begin(house)
        await by_hand(house, case, name)
        found = await ended(house, case)

    assert Outcome.FULFILLED is found
    assert 1 == letters(house, letter)
    deeds = [deed for one in house.systems.values() for deed in getattr(one, "deeds", ())]
    assert 1 >= deeds.count(Verb.ERASE)


async def test_what_is_stopped_by_hand_is_told_twice_and_no_system_is_stopped_twice(house: House) -> None:
    """One letter says what waits, a second that it is over: many months may lie between them."""
    async with house.worker():
        case, name = await cannot_stop(house)
        await by_hand(house, case, name)
        found = await ended(house, case)

    assert Outcome.FULFILLED is found
    assert 2 == letters(house, LetterKind.STOPPED)


async def test_a_busy_vendor_keeps_its_time_while_the_first_letter_is_carried_by_hand(house: House) -> None:
    house.add(mailing(needs=timedelta(days=2)))
    no_letter_goes(house)
    async with house.worker():
        case = await house.open(right=OBJECTS)
        await by_hand(house, case, POST)
        house.post.trouble = []
        await house.skip(case, days=2, minutes=1)
        found = await ended(house, case)

    assert Outcome.FULFILLED is found
    assert 1 == letters(house, LetterKind.STOPPED)
