"""Exemptions: item by item, never everything, and what is taken back is in the answer again (LAW EXM-23)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import Decision
from dsar.decision_kinds import EXEMPT, INCLUDE, RELEASE
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact, link
from dsar.exemptions import Item, after, check_exemption, entire, exempted, fields, item_of, without
from dsar.vocabulary import Role

HELD = {"crm": 2, "analytics": 1}
systems = st.sampled_from(["crm", "analytics", "attic"])
collections = st.sampled_from(["notes", "visits"])
some_fields = st.sampled_from(["", "body", "author"])
items = st.builds(Item, systems, collections, some_fields)


def about(item: Item, kind: str = EXEMPT) -> Decision:
    facts = {"collection": item.collection} | ({"field": item.field} if item.field else {})
    return Decision(kind=kind, by="dpo_robin", role=Role.DPO, system=item.system, facts=facts)


def refusal(decision: Decision, left_out: tuple[Item, ...] = ()) -> str:
    with pytest.raises(InputError) as error:
        check_exemption(decision, HELD, left_out)
    return error.value.reason


@given(st.lists(items, max_size=12))
def test_whatever_passes_leaves_something_of_what_was_found(asked: list[Item]) -> None:
    left_out: tuple[Item, ...] = ()
    for item in asked:
        try:
            check_exemption(about(item), {"crm": 2, "analytics": 2}, left_out)
        except InputError:
            continue
        left_out = after(left_out, about(item))

    hidden = sum(len(entire(left_out, system)) for system in ("crm", "analytics"))
    assert hidden < 4
    assert "attic" not in {item.system for item in left_out}


@given(st.lists(items, max_size=6), items)
def test_what_is_taken_back_is_as_if_it_had_never_been_left_out(before: list[Item], item: Item) -> None:
    left_out: tuple[Item, ...] = ()
    for one in before:
        left_out = after(left_out, about(one))
    rest = after(left_out, about(item, INCLUDE))

    assert set(left_out) - {item} == set(rest)
    assert item == item_of(about(item))


def test_an_exemption_names_something_that_is_held() -> None:
    assert "no_such_holding" == refusal(about(Item("attic", "notes")))
    assert "not_exempt" == refusal(about(Item("crm", "notes"), INCLUDE))
    check_exemption(about(Item("crm", "notes"), INCLUDE), HELD, (Item("crm", "notes"),))
    check_exemption(Decision(kind=RELEASE, by="dpo_robin", role=Role.DPO), HELD, ())


def test_everything_at_once_is_a_refusal_and_no_exemption() -> None:
    rest = (Item("crm", "notes"), Item("crm", "visits"))

    assert "everything_exempt" == refusal(about(Item("analytics", "visits")), rest)
    check_exemption(about(Item("analytics", "visits", "author")), HELD, rest)  # only a field


def test_a_field_that_is_left_out_is_in_no_record() -> None:
    left_out = (Item("crm", "notes", "author"), Item("crm", "visits", "body"), Item("mail", "notes", "body"))
    rows = [{"body": "hello", "author": "somebody"}, {"body": "again"}]

    assert frozenset({"author"}) == fields(left_out, "crm", "notes")
    assert [{"body": "hello"}, {"body": "again"}] == list(without(rows, fields(left_out, "crm", "notes")))
    assert rows == list(without(rows, frozenset()))
    assert frozenset() == entire(left_out, "crm")


def test_the_evidence_says_what_is_left_out_and_why() -> None:
    told: tuple[tuple[EvidenceKind, str, str, dict[str, str]], ...] = (
        (EvidenceKind.SEARCHED, "", "", {}),
        (EvidenceKind.DECIDED, RELEASE, "", {}),
        (EvidenceKind.DECIDED, EXEMPT, "15_4_others", {"fact.collection": "notes"}),
        (EvidenceKind.DECIDED, EXEMPT, "EXM-03", {"fact.collection": "notes", "fact.field": "body"}),
        (EvidenceKind.DECIDED, INCLUDE, "", {"fact.collection": "notes"}),
    )
    chain = None
    entries = []
    for number, (kind, decision, ground, facts) in enumerate(told):
        said = {"decision": decision, "system": "crm", "ground": ground, **facts}
        chain = link("case_1", chain, Fact(key=str(number), kind=kind, at=datetime.now(UTC), facts=said))
        entries.append(chain)

    assert {Item("crm", "notes", "body"): "EXM-03"} == {i: f["ground"] for i, f in exempted(entries).items()}
