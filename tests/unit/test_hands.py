"""In whose hands a system is: what the reason of a task says, and what a processor was asked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import SystemAnswer
from dsar.decision_kinds import APPROVE_PLAN, FOUND
from dsar.erasure import Line, Plan, plan_facts
from dsar.errors import UnsupportedError
from dsar.evidence import Entry, EvidenceKind, Fact
from dsar.hands import by_hand, by_mail, deed, named_owner, wanted_by_mail, was_by_hand
from dsar.processors import LEAST, approved_by_hand, asked, asked_fact
from dsar.tasks import owner_of
from dsar.vocabulary import Category, Found, Verb

OWNERS = st.from_regex(r"([a-z][a-z0-9_-]{0,39})?", fullmatch=True)
VERBS = st.sampled_from([verb for verb in Verb if verb is not Verb.FIND])
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def chain(*facts: Fact) -> list[Entry]:
    return [
        Entry(case_id="c", seq=n, key=f.key, kind=f.kind, at=f.at, facts=f.facts, previous="", hash="")
        for n, f in enumerate(facts)
    ]


def letter(number: int, verb: Verb = Verb.FIND, *, days: int = 0, reason: str = "") -> Fact:
    at = NOON + timedelta(days=days)
    return asked_fact("mill", verb, number, at, at.date() + timedelta(days=10), reason)


def decided(kind: str, **facts: str) -> Fact:
    return Fact(key=f"decision:{kind}", kind=EvidenceKind.DECIDED, at=NOON, facts={"decision": kind, **facts})


@given(OWNERS, VERBS)
def test_a_reason_says_whose_it_is_and_what_is_wanted(owner: str, verb: Verb) -> None:
    for search in (by_hand(owner), by_mail(owner)):
        UnsupportedError("mill", deed(search, verb))  # a reason is a code, however long a handle is
        assert was_by_hand(search)
        assert was_by_hand(deed(search, verb))
        assert {owner} == {named_owner(search), named_owner(deed(search, verb))}
        assert deed(search, verb) == deed(deed(search, Verb.EXPORT), verb)
    assert (Verb.FIND, verb) == (wanted_by_mail(by_mail(owner)), wanted_by_mail(deed(by_mail(owner), verb)))
    assert (None, None) == (wanted_by_mail(by_hand(owner)), wanted_by_mail(deed(by_hand(owner), verb)))


@given(OWNERS, VERBS)
def test_what_a_machine_could_not_do_is_nobodys_by_name(owner: str, verb: Verb) -> None:
    for reason in ("", "unreachable", f"permission_missing:{owner}"):
        assert f"cannot_{verb}" == deed(reason, verb)
        assert ("", None) == (named_owner(reason), wanted_by_mail(reason))


def test_a_task_is_whose_who_took_it_then_whose_the_system_is_then_the_cases() -> None:
    gap = SystemAnswer(system="mill", found=Found.UNKNOWN, reason=by_mail("mill_desk"))
    took = [
        Fact(key=f"taken:{s}:{by}", kind=EvidenceKind.TAKEN, at=NOON, facts={"system": s, "by": by})
        for s, by in (("mill", "anna"), ("mill", "ben"), ("crm", "carla"))
    ]

    assert "mill_desk" == owner_of(gap, (), "support")
    assert "ben" == owner_of(gap, chain(*took), "support")
    assert "support" == owner_of(SystemAnswer(system="x", found=Found.UNKNOWN), chain(*took), "support")


def test_letters_are_counted_from_the_last_decision_about_that_processor() -> None:
    other = asked_fact("crm", Verb.FIND, 1, NOON, date(2026, 12, 1), "")
    gap = Fact(key="gap:mill:1", kind=EvidenceKind.SEARCHED, at=NOON, facts={"system": "mill"})
    entries = chain(
        letter(1),
        gap,
        decided(FOUND, system="mill"),
        other,
        letter(2, Verb.ERASE),
        letter(3, Verb.ERASE, days=11),
    )
    erasing = asked(entries, "mill", Verb.ERASE)

    assert (2, 3) == (erasing.times, erasing.letters)
    assert (NOON, NOON + timedelta(days=11)) == (erasing.first_at, erasing.last_at)
    assert erasing == asked(entries, "mill")
    assert (0, 3, None) == (
        asked(entries, "mill", Verb.FIND).times,
        asked(entries, "mill", Verb.FIND).letters,
        asked(entries, "mill", Verb.FIND).again_at,
    )
    assert "recipient_refused" == asked(chain(letter(1, reason="recipient_refused")), "mill").refused


@given(st.integers(-30, 60))
def test_silence_is_answered_after_its_term_and_never_within_days(term: int) -> None:
    answer_by = NOON.date() + timedelta(days=term)
    again = asked(chain(asked_fact("mill", Verb.FIND, 1, NOON, answer_by, "")), "mill").again_at

    assert again is not None
    assert again.date() > answer_by
    assert again.date() >= NOON.date() + LEAST


def line(collection: str, *, system: str = "mill", ground: str = "") -> Line:
    category = Category.CONTACT
    return Line(system=system, collection=collection, category=category, count=1, by_hand=True, ground=ground)


def approved(plan: Plan) -> Fact:
    return decided(APPROVE_PLAN, plan=plan.digest, system="")


def test_a_processor_erases_what_an_approved_plan_names_and_nothing_else() -> None:
    plan = Plan(number=1, lines=(line("a"), line("b", ground="17_3_b"), line("c", system="x")))
    grown = Plan(number=2, lines=(line("a"), line("more")))
    smaller = Plan(number=3, lines=(line("a"),))
    told = chain(*plan_facts(plan, NOON), approved(plan))

    assert () == approved_by_hand(chain(*plan_facts(plan, NOON)), "mill")
    assert plan.lines[:2] == approved_by_hand(told, "mill")
    assert plan.lines[:2] == approved_by_hand([*told, *chain(*plan_facts(grown, NOON))], "mill")
    assert smaller.lines == approved_by_hand([*told, *chain(*plan_facts(smaller, NOON))], "mill")
    assert () == approved_by_hand(told, "crm")


@pytest.mark.parametrize("reason", ["", "by_hand", "by_hand:a", "unreachable"])
def test_only_a_processor_is_written_to(reason: str) -> None:
    assert wanted_by_mail(reason) is None
