"""Discovery ends, asks nobody in vain, and counts every gap."""

from hypothesis import given
from hypothesis import strategies as st

from dsar.case import Decision, SystemAnswer
from dsar.holdings import Holding
from dsar.orders import Searchable
from dsar.systems import CAME_SHORT, CLIENT, POST, Completeness, next_round
from dsar.vocabulary import Category, Found, IdentifierKind, Role

NAMES = ("analytics", "billing", "crm", "support")
kinds = st.frozensets(st.sampled_from(IdentifierKind))
searchables = st.lists(st.sampled_from(NAMES), unique=True).flatmap(
    lambda names: st.tuples(
        *(st.builds(Searchable, name=st.just(n), finds_by=kinds.map(sorted).map(tuple)) for n in names)
    )
)


def answers(name: str) -> st.SearchStrategy[SystemAnswer]:
    learned = kinds.map(sorted).map(tuple)
    return st.builds(SystemAnswer, system=st.just(name), found=st.sampled_from(Found), learned=learned)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[tuple[Searchable, ...], list[SystemAnswer]]:
    systems = draw(searchables)
    return systems, [draw(answers(system.name)) for system in systems]


@given(st.lists(st.sampled_from(NAMES).flatmap(answers), max_size=12))
def test_the_newest_answer_of_each_system_stands(heard: list[SystemAnswer]) -> None:
    known = Completeness()
    for answer in heard:
        known = known.heard([answer])
    newest = {answer.system: answer for answer in heard}

    assert newest == known.answers == Completeness().heard(heard).answers
    assert tuple(newest[name] for name in sorted(newest)) == known.statement


@given(rounds())
def test_a_gap_is_what_is_unknown_or_fits_several_people(
    found: tuple[tuple[Searchable, ...], list[SystemAnswer]],
) -> None:
    known = Completeness().heard(found[1])
    gaps = {a.system for a in found[1] if a.found in {Found.UNKNOWN, Found.AMBIGUOUS}}

    assert sorted(gaps) == list(known.gaps)
    assert sorted(a.system for a in found[1] if a.found is Found.FOUND) == list(known.holding)
    assert not gaps & set(known.holding)


def test_what_a_person_found_is_held_by_hand_where_no_machine_reaches() -> None:
    reasons = {"attic": "by_hand:support_ben", "barn": "by_hand", "crm": "by_handle", "mail": ""}
    gaps = [SystemAnswer(system=s, found=Found.UNKNOWN, reason=why) for s, why in reasons.items()]
    known = Completeness().heard(gaps)

    assert ((), ("attic",)) == (known.held_by_hand, known.settled("attic", Found.FOUND).held_by_hand)


@given(rounds(), st.sampled_from([Found.MANUAL_DONE, Found.FAILED_ACCEPTED]))
def test_a_person_settles_one_system_and_no_other(
    found: tuple[tuple[Searchable, ...], list[SystemAnswer]], by_hand: Found
) -> None:
    known = Completeness().heard(found[1])
    for name in known.answers:
        settled = known.settled(name, by_hand)
        assert set(known.gaps) - {name} == set(settled.gaps)
        assert known.without(name).answers == settled.without(name).answers
        assert name not in known.without(name).answers
        assert known.answers[name].learned == settled.answers[name].learned


@given(rounds())
def test_a_system_is_asked_again_only_for_what_another_taught(
    found: tuple[tuple[Searchable, ...], list[SystemAnswer]],
) -> None:
    systems, latest = found
    again = next_round(systems, latest, Completeness().heard(latest))
    stands = {answer.system: answer.found for answer in latest}
    for system in systems:
        news = {kind for a in latest if a.system != system.name for kind in a.learned}
        by_itself = stands[system.name] in {Found.FOUND, Found.NOTHING_HELD}
        worth = by_itself and bool(news & set(system.finds_by))
        assert worth == (system in again)
    assert [s for s in systems if s in again] == list(again)


@given(rounds(), st.data())
def test_a_search_ends_when_nobody_learns_anything_new(
    found: tuple[tuple[Searchable, ...], list[SystemAnswer]], data: st.DataObject
) -> None:
    """A kind is news once; so there are at most as many rounds as kinds, besides the first."""
    asking, latest = found
    systems, known, taught, number = asking, Completeness(), set[tuple[str, str]](), 0
    while asking:
        number += 1
        drawn = [data.draw(answers(system.name)) for system in asking]
        latest = [_only_news(answer, taught) for answer in drawn]
        taught |= {(a.system, kind) for a in latest for kind in a.learned}
        known = known.heard(latest)
        ambiguous = {name for name, a in known.answers.items() if a.found is Found.AMBIGUOUS}
        asking = next_round(systems, latest, known)
        assert not ambiguous & {system.name for system in asking}
    assert number <= 1 + len(systems) * len(IdentifierKind)


def _only_news(answer: SystemAnswer, taught: set[tuple[str, str]]) -> SystemAnswer:
    fresh = tuple(kind for kind in answer.learned if (answer.system, kind) not in taught)
    return SystemAnswer(system=answer.system, found=answer.found, learned=fresh)


def test_what_a_system_taught_is_no_news_to_itself() -> None:
    crm = Searchable(name="crm", finds_by=(IdentifierKind.EMAIL,))
    answer = SystemAnswer(system="crm", found=Found.FOUND, learned=(IdentifierKind.EMAIL,))

    assert () == next_round([crm], [answer], Completeness().heard([answer]))


def test_a_letter_carried_by_hand_is_no_answer_of_a_system() -> None:
    """Passing a request on to a client makes no answer of "nothing held"."""
    by_hand = [SystemAnswer(system=s, found=Found.MANUAL_DONE) for s in (POST, f"{CLIENT}acme", "attic")]

    assert ("attic",) == Completeness().heard(by_hand).done_by_hand


def test_a_count_can_be_wrong_only_where_an_export_came_short() -> None:
    reasons = {"vendor": CAME_SHORT, "crm": "unreachable"}
    gaps = [SystemAnswer(system=s, found=Found.UNKNOWN, reason=why) for s, why in reasons.items()]

    assert ("vendor",) == Completeness().heard(gaps).short


def test_what_a_person_found_by_hand_is_counted_as_they_said() -> None:
    gap = SystemAnswer(system="attic", found=Found.UNKNOWN, reason="by_hand")
    held = (Holding(system="attic", collection="contracts", category=Category.TRANSACTION, count=3),)
    said = Decision(
        kind="found", by="support_ben", role=Role.SUPPORT, system="attic", holdings=held, marked=1
    )
    answer = Completeness().heard([gap]).settled("attic", Found.FOUND, said).answers["attic"]

    assert (3, 1, 1) == (answer.records, answer.collections, answer.marked)
