"""An erasure of ours may have taken what led to a client's data: then nothing found proves nothing."""

from collections.abc import Sequence

import pytest

from dsar.deeds import Method, Receipt, Result
from dsar.erasure import Line, Plan, plan_facts
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.receipts import receipt_fact
from dsar.vocabulary import Category, Verb
from dsar.ways import way_gone
from tests.chains import AT, chain

PLANNED = plan_facts(
    Plan(number=1, lines=(Line(system="crm", collection="people", category=Category.IDENTITY, count=1),)), AT
)


def begun(number: int = 1, system: str = "crm", **more: Scalar) -> Fact:
    key = f"begun:erase:{number}:{system}"
    return Fact(key=key, kind=EvidenceKind.BEGUN, at=AT, facts={"system": system, "plan": number, **more})


def erased(place: int, client: str) -> Fact:
    given = Receipt(
        system="crm", collection="people", verb=Verb.ERASE, result=Result.DONE, count=1, method=Method.REMOVE
    )
    return receipt_fact(given, f"receipt:erase:{place}:crm:0", AT, client=client)


def by_hand(system: str = "crm") -> Fact:
    facts: dict[str, Scalar] = {"decision": "manual-done", "system": system}
    return Fact(key=f"decision:{system}", kind=EvidenceKind.DECIDED, at=AT, facts=facts)


@pytest.mark.parametrize(
    ("facts", "gone"),
    [
        ((), False),
        (PLANNED, False),  # nobody has begun: what is not found was never there
        ((*PLANNED, begun()), True),
        ((begun(),), True),  # killed before its receipts
        ((begun(client="training"), erased(1, "training")), False),
        ((begun(), begun(2, client="training"), erased(2, "training")), False),
        ((begun(), begun(2, client="another"), erased(2, "another")), True),
        ((*PLANNED, by_hand()), True),
        ((*PLANNED, by_hand("residue:crm")), False),
        ((by_hand(),), False),  # a copy that a person made by hand erased nothing
        ((begun(system="shop"),), False),
    ],
)
def test_an_erasure_of_ours_may_have_taken_what_led_there(facts: Sequence[Fact], *, gone: bool) -> None:
    entries = chain(*facts)

    assert gone is way_gone(entries, "crm", "training", {"people"})
    assert not way_gone(entries, "files", "training", {"people"})
    assert not way_gone(entries, "crm", "training", ())


def test_it_does_not_matter_in_which_of_the_persons_cases_it_went() -> None:
    there, elsewhere = chain(*PLANNED, begun()), chain(by_hand())

    assert way_gone((), "crm", "training", {"people"}, [elsewhere, there])
    assert not way_gone((), "crm", "training", {"people"}, [elsewhere, chain(*PLANNED)])
