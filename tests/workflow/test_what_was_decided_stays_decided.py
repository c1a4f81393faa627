"""A case that came to its end comes to no other, however long its last letter waits."""

from typing import Any

from dsar.case import RightsRequest
from dsar.decision_kinds import FEE, REFUSE, RELEASE, RETRY, SECOND
from dsar.errors import OperatorError
from dsar.vocabulary import LetterKind, Outcome, Status
from tests.workflow.beside import a, decide, deciding
from tests.workflow.conftest import House
from workflows.deciding import Deciding
from workflows.searching import Searching
from workflows.state import at_first

REFUSAL: dict[str, Any] = {"ground": "12_5_repetitive", "facts": {"earlier": "2026-10-01"}}


async def test_who_was_refused_gets_no_answer_after_a_fresh_history(house: House) -> None:
    """The refusal waits for a hand for months; meanwhile the fee that was asked for ends, too."""
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, FEE)
        await house.eventually(lambda: house.wrote(LetterKind.FEE), "no fee was asked for")
        house.post.trouble = [OperatorError("post", "recipient_refused")]
        await decide(house, case, REFUSE, **REFUSAL)
        await house.until(case, Status.BY_HAND)
        await house.days(case, 120)
        await decide(house, case, RETRY, system="post")
        closing = await house.life(case).result()

    assert Outcome.REFUSED is closing.outcome
    assert 1 == house.post.kinds.count(LetterKind.REFUSAL)
    assert LetterKind.ACCESS_ANSWER not in house.post.kinds


async def test_a_release_that_is_being_seconded_is_released(house: House) -> None:
    """From then on nobody withdraws, and nobody changes what was reviewed."""
    async with house.worker():
        case, _ = await deciding(house)
        request = house.register.case(case).request
        await decide(house, case, RELEASE)
        await house.life(case).result()

    assert [True, True, False] == [
        releasing(request, decision, proposed)
        for decision, proposed in ((RELEASE, ""), (SECOND, RELEASE), (SECOND, REFUSE))
    ]


def releasing(request: RightsRequest, kind: str, proposed: str) -> bool:
    state = at_first(request)
    state.proposed = a(proposed) if proposed else None
    nothing: Any = None
    deciding = Deciding(
        request, state, Searching(request, state.searching), nothing, nothing, nothing, nothing
    )
    deciding.note(a(kind))
    return deciding.releasing
