"""What an exemption makes of a system's answer: it settles nothing that waits for a person (LAW EXM-23)."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.exempting import Exempting
from dsar.case import SystemAnswer
from dsar.decision_kinds import EXEMPT, INCLUDE
from dsar.evidence import EvidenceKind, Fact
from dsar.holdings import Holding
from dsar.orders import Order
from dsar.systems import EXEMPTED
from dsar.vocabulary import Category, Found
from tests.answered import AT, CASE, Answered

HELD = Holding(system="crm", collection="visits", category=Category.IDENTITY, count=1)


def after(found: Found, *decided: str, reason: str = "") -> SystemAnswer:
    """The answer of a system once this was decided about all that it holds."""
    register = Answered().register
    answer = SystemAnswer(system="crm", found=found, reason=reason, collections=1)
    fact = Fact(key="searched:crm", kind=EvidenceKind.SEARCHED, at=AT, facts={"system": "crm"})
    register.put_answer(CASE, answer, (HELD,), fact)
    for number, kind in enumerate(decided):
        facts = {"decision": kind, "system": "crm", "fact.collection": "visits"}
        register.record(CASE, Fact(key=f"decision:{number}", kind=EvidenceKind.DECIDED, at=AT, facts=facts))
    order = Order(request=register.case(CASE).request, at=AT, system="crm", number=1)
    heard: SystemAnswer = ActivityEnvironment().run(Exempting(register).apply_exemption, order)
    assert register.answers(CASE) == (heard,)
    return heard


def test_what_is_exempt_is_stated_and_what_is_taken_back_is_found_again() -> None:
    assert (Found.EXEMPT, EXEMPTED) == ((one := after(Found.FOUND, EXEMPT)).found, one.reason)
    assert (Found.FOUND, "") == (
        (one := after(Found.EXEMPT, EXEMPT, INCLUDE, reason=EXEMPTED)).found,
        one.reason,
    )


@pytest.mark.parametrize("found", sorted({*Found} - {Found.FOUND}))
@pytest.mark.parametrize("decided", [(EXEMPT,), (EXEMPT, INCLUDE)])
def test_what_waits_for_a_person_or_was_settled_by_one_stays_so(
    found: Found, decided: tuple[str, ...]
) -> None:
    assert (found, "why") == ((one := after(found, *decided, reason="why")).found, one.reason)
