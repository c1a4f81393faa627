"""What a client instructed, and how far it has come, is read from the evidence alone (LAW PRC-03)."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import SystemAnswer
from dsar.clients import theirs
from dsar.deeds import Method, Receipt, Result
from dsar.erasure import Line, Plan, plan_facts, plans_of
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.holdings import Card, Collection
from dsar.instruction_checks import check_by_hand, check_instruction
from dsar.instructions import (
    To,
    by_hand_in,
    key_of,
    runs,
    told_left,
    trails,
    was_instructed,
    way_gone,
)
from dsar.orders import DeedOrder
from dsar.receipts import receipt_fact
from dsar.vocabulary import Category, Found, Role, Verb
from tests.chains import AT, chain, fact
from tests.unit.test_opendsr import request

TODAY = date(2026, 11, 26)
CODES = st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True)


def instructed(number: int, to: To = To.ERASE, by_hand: str = "", client: str = "training") -> Fact:
    facts: dict[str, Scalar] = {"client": client, "number": number, "to": to.value, "by_hand": by_hand}
    return Fact(key=key_of(client, number), kind=EvidenceKind.INSTRUCTED, at=AT, facts=facts)


def ended(number: int, left: str = "", client: str = "training") -> Fact:
    kind = EvidenceKind.LEFT_OPEN if left else EvidenceKind.CARRIED_OUT
    facts: dict[str, Scalar] = {"client": client, "number": number, **({"left": left} if left else {})}
    return Fact(key=f"{kind}:{client}:{number}", kind=kind, at=AT, facts=facts)


@given(st.dictionaries(CODES, CODES, min_size=1))
def test_what_is_left_is_told_and_read_back(left: dict[str, str]) -> None:
    told = told_left(SystemAnswer(system=s, found=Found.UNKNOWN, reason=why) for s, why in left.items())
    trail = trails(chain(instructed(1), ended(1, told)))["training"]

    assert left == trail.left
    assert (1, To.ERASE, False) == (trail.number, trail.to, trail.done)


def test_each_client_has_a_trail_of_their_own_and_the_newest_instruction_counts() -> None:
    found = trails(
        chain(
            fact(EvidenceKind.OPENED),
            instructed(1),
            instructed(1, To.LEAVE, client="payroll"),
            ended(1, "crm=still_present"),
            instructed(2),
            ended(2),
            instructed(3),
        )
    )

    assert {"training": (3, False), "payroll": (1, True)} == {
        client: (trail.number, trail.done) for client, trail in found.items()
    }


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([], False),
        ([instructed(1)], True),
        ([instructed(1, To.LEAVE)], False),
        ([instructed(1), ended(1, "crm=cannot_erase")], False),
        ([instructed(1), ended(1)], False),
        ([instructed(1), ended(1), instructed(2)], True),
    ],
)
def test_one_runs_until_it_is_over_or_waits_for_a_hand(facts: list[Fact], *, expected: bool) -> None:
    assert expected is runs(chain(*facts))


def test_nothing_may_go_but_what_that_client_said_is_to_beerased() -> None:
    entries = chain(instructed(1, To.LEAVE), instructed(2))

    assert [False, True, False] == [was_instructed(entries, "training", number) for number in (1, 2, 3)]
    assert not was_instructed(entries, "payroll", 2)


def test_what_was_done_by_hand_counts_for_the_instruction_it_was_said_of() -> None:
    first = (instructed(1), ended(1, "crm=cannot_erase"), instructed(2, by_hand="crm shop"))

    assert frozenset({"crm", "shop"}) == by_hand_in(chain(*first), "training")
    assert frozenset() == by_hand_in(chain(*first), "payroll")
    assert frozenset() == by_hand_in(chain(*first, ended(2), instructed(3)), "training")


@pytest.mark.parametrize(
    ("role", "days", "passed_on", "reason"),
    [
        (Role.SUPPORT, 0, [TODAY], "role_refused"),
        (Role.DPO, 0, [], "not_passed_on"),
        (Role.DPO, 1, [TODAY], "day_unlikely"),
        (Role.DPO, -2, [TODAY - timedelta(days=1), TODAY], "day_unlikely"),
        (Role.DPO, -1, [TODAY, TODAY - timedelta(days=1)], ""),
        (Role.DPO, 0, [TODAY], ""),
    ],
)
def test_the_dpo_notes_it_after_it_was_passed_on(
    role: Role, days: int, passed_on: list[date], reason: str
) -> None:
    try:
        check_instruction(role, TODAY + timedelta(days=days), TODAY, passed_on)
        refused = ""
    except InputError as error:
        refused = error.reason

    assert reason == refused


def test_only_what_waits_for_a_hand_is_done_by_hand() -> None:
    check_by_hand((), ())
    check_by_hand(("crm",), ("shop", "crm"))
    with pytest.raises(InputError) as refusal:
        check_by_hand(("crm",), ())

    assert "not_a_clients" == refusal.value.reason


@given(st.booleans(), st.sampled_from(["training", "payroll", "crm"]))
def test_a_client_reaches_their_own_collections_and_no_other(controller: bool, client: str) -> None:  # noqa: FBT001
    owners = {"orders": "", "trainings": "training"}
    card = Card(
        name="crm",
        vendor="v",
        controller=controller,
        collections=tuple(
            Collection(name=name, category=Category.PROFILE, client=owner) for name, owner in owners.items()
        ),
    )
    whole = not controller and client == "crm"

    assert frozenset(n for n, owner in owners.items() if whole or owner == client) == theirs(card, client)


def test_the_plan_of_an_instruction_is_none_of_the_cases_own() -> None:
    line = Line(system="crm", collection="visits", category=Category.PROFILE, count=2, method=Method.REMOVE)
    own, other = Plan(number=1, lines=(line,)), Plan(number=1, lines=(line, line), client="training")
    entries = chain(*plan_facts(other, AT), *plan_facts(own, AT))

    assert (own,) == plans_of(entries)
    assert (other,) == plans_of(entries, "training")
    assert () == plans_of(entries, "payroll")
    assert len({entry.key for entry in entries}) == len(entries)


def test_a_deed_is_named_apart_for_each_client() -> None:
    deeds = [DeedOrder(request=request(), at=AT, system="crm", number=2, client=c) for c in ("", "training")]

    assert ["2", "training.2"] == [deed.name for deed in deeds]


def erased(place: int, count: int, **more: Scalar) -> Fact:
    given = Receipt(
        system="crm", collection="people", verb=Verb.ERASE, result=Result.DONE, count=count, method=None
    )
    return receipt_fact(given, f"receipt:erase:{place}:crm:0", AT, **more)


@pytest.mark.parametrize(
    ("facts", "gone"),
    [
        ((), False),
        ((erased(1, 1),), True),
        ((erased(1, 0),), False),
        ((erased(1, 1, client="training"),), False),
        ((erased(1, 1), erased(2, 1, client="training")), False),
        ((erased(1, 1), erased(2, 1, client="another")), True),
    ],
)
def test_an_erasure_of_ours_may_have_taken_what_led_to_a_clients_data(
    facts: Sequence[Fact],
    *,
    gone: bool,
) -> None:
    entries = chain(*facts)

    assert gone is way_gone(entries, "crm", "training", {"people"})
    assert not way_gone(entries, "shop", "training", {"people"})
    assert not way_gone(entries, "crm", "training", ())
