"""How far the corrections of a case have come: the last look at a system counts, and the last decision."""

from hypothesis import given
from hypothesis import strategies as st

from dsar.decision_kinds import ACCEPT_CORRECTION, REFUSE_CORRECTION, RELEASE
from dsar.evidence import EvidenceKind, Fact
from dsar.rectified import before_name, corrections_of, dispute_name, wish_name
from dsar.vocabulary import Category
from tests.chains import chain, fact

numbers = st.integers(1, 9999)


def located(system: str, order: int, number: int = 1) -> tuple[Fact, Fact]:
    head = fact(EvidenceKind.LOCATED, system=system, order=order, places=1)
    return head, fact(
        EvidenceKind.LOCATED,
        correction=number,
        system=system,
        collection="people",
        category=Category.CONTACT.value,
        rows=3,
        values=2,
        right=1,
        order=order,
        place=4,
    )


def decided(number: int, decision: str) -> Fact:
    return fact(EvidenceKind.DECIDED, system=str(number), decision=decision)


def test_a_later_look_at_a_system_takes_the_place_of_an_earlier_one() -> None:
    found = corrections_of(chain(*located("crm", 1), *located("shop", 1), *located("crm", 2, number=2)), 2)

    assert ("crm", "shop") == found.looked
    assert {("crm", 2, 2), ("shop", 1, 1)} == {(one.system, one.order, one.number) for one in found.places}
    assert {("people", Category.CONTACT, 3, 2, 1, 4)} == {
        (one.collection, one.category, one.rows, one.values, one.right, one.place) for one in found.places
    }


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from([ACCEPT_CORRECTION, REFUSE_CORRECTION])), max_size=9
    )
)
def test_each_correction_stands_where_it_was_last_decided(decisions: list[tuple[int, str]]) -> None:
    entries = chain(fact(EvidenceKind.OPENED), *(decided(number, kind) for number, kind in decisions))
    found, last = corrections_of(entries, 4), dict(decisions)

    assert tuple(sorted(n for n, kind in last.items() if kind == ACCEPT_CORRECTION)) == found.accepted
    assert tuple(sorted(n for n, kind in last.items() if kind == REFUSE_CORRECTION)) == found.refused
    assert {str(n) for n in range(1, 5)} - {str(n) for n in last} == set(found.undecided)


def test_another_decision_decides_no_correction() -> None:
    assert ("1",) == corrections_of(chain(decided(1, RELEASE)), 1).undecided


@given(numbers, numbers)
def test_no_two_sealed_texts_share_a_name(one: int, other: int) -> None:
    names = {f(n) for n in {one, other} for f in (wish_name, dispute_name, lambda n: before_name("crm", n))}

    assert 3 * len({one, other}) == len(names)
    assert (one < other) == (wish_name(one) < wish_name(other))
