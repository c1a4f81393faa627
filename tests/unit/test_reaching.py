"""How each system was reached is told in kinds and sources, never in values; and no list is a person."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from dsar.evidence import Entry, EvidenceKind
from dsar.person import Identifier, Identity
from dsar.reaching import (
    MOST,
    REQUEST,
    Confidence,
    is_too_much,
    news,
    own,
    reached,
    sources,
    unknown_to,
    way_to,
)
from dsar.vocabulary import IdentifierKind
from tests.people import ADA, ADA_EMAIL, ADA_NAME, ADA_PHONE

EMAIL, DISTINCT = IdentifierKind.EMAIL, IdentifierKind.DISTINCT_ID
identifiers = st.builds(
    Identifier,
    kind=st.sampled_from(IdentifierKind),
    value=st.text(min_size=1),
    system=st.sampled_from(["", "crm", "support"]),
)


def searched(system: str, asked_by: str) -> Entry:
    return entry(EvidenceKind.SEARCHED, {"system": system, "asked_by": asked_by})


def entry(kind: EvidenceKind, facts: dict[str, str]) -> Entry:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Entry(case_id="case_0", seq=1, key="k", kind=kind, at=at, facts=facts, previous="", hash="")


def test_a_way_is_told_back_to_the_request() -> None:
    paths = reached(
        [searched("crm", "email:request"), searched("analytics", "distinct_id:crm email:request")]
    )
    by_system = {one.system: one for one in paths}

    assert "email (request)" == way_to("crm", by_system)
    assert "distinct_id (crm, by email (request)), email (request)" == way_to("analytics", by_system)
    assert [Confidence.TAUGHT, Confidence.PROVED] == [one.confidence for one in paths]


def test_two_systems_that_taught_each_other_lead_to_an_end() -> None:
    by_system = {
        one.system: one for one in reached([searched("a", "email:b phone:request"), searched("b", "phone:a")])
    }

    assert "email (b, by phone (a)), phone (request)" == way_to("a", by_system)


def test_systems_that_all_taught_one_another_are_told_in_a_line_each() -> None:
    names = [f"system_{number}" for number in range(20)]
    by_system = {
        one.system: one
        for one in reached(
            [searched(name, " ".join(f"phone:{n}" for n in [*names, "request"])) for name in names[:-1]]
            + [searched(names[-1], f"distinct_id:{names[0]}")]
        )
    }

    assert f"distinct_id ({names[0]}, by phone (request))" == way_to(names[-1], by_system)
    assert all(len(way_to(name, by_system)) < 1000 for name in names)


def test_a_way_over_three_systems_is_told_by_its_shortest() -> None:
    said = {"a": "email:request", "b": "phone:a", "c": "phone:b account_id:a", "d": "distinct_id:c"}
    by_system = {one.system: one for one in reached([searched(name, by) for name, by in said.items()])}

    assert "distinct_id (c, by account_id (a, by email (request)))" == way_to("d", by_system)


def test_whatever_a_person_decided_about_a_system_settles_it() -> None:
    looked = entry(EvidenceKind.DECIDED, {"system": "crm", "decision": "confirm"})
    other = entry(EvidenceKind.DECIDED, {"system": "elsewhere", "decision": "confirm"})

    [path] = reached([searched("crm", "email:request"), looked, other])

    assert (Confidence.SETTLED, ((EMAIL, REQUEST),)) == (path.confidence, path.by)


def test_what_was_not_asked_has_no_path() -> None:
    assert () == reached([entry(EvidenceKind.SEARCHED, {"system": "client", "found": "exempt"})])


@given(st.lists(identifiers, max_size=8), st.frozensets(st.sampled_from(IdentifierKind)))
def test_only_kinds_and_sources_are_told(
    known: list[Identifier], finds_by: frozenset[IdentifierKind]
) -> None:
    told = sources(Identity(identifiers=tuple(known)), finds_by)
    words = {*IdentifierKind, REQUEST, "crm", "support"}

    assert all(set(pair.split(":")) <= words for pair in told.split())
    assert IdentifierKind.RECORD_KEY not in told


def test_the_person_is_named_in_no_path() -> None:
    told = sources(ADA, IdentifierKind)

    assert "email:request name:request phone:request" == told
    assert not any(value in told for value in (ADA_EMAIL, ADA_NAME, ADA_PHONE))


def test_another_spelling_is_no_news() -> None:
    assert () == news(ADA, [Identifier(kind=EMAIL, value=ADA_EMAIL.upper(), system="crm")])


@given(st.integers(min_value=0, max_value=2 * MOST))
def test_a_record_that_teaches_more_than_one_person_has_is_a_list(count: int) -> None:
    taught = [Identifier(kind=DISTINCT, value=f"visitor-{n}", system="crm") for n in range(count)]
    keys = [Identifier(kind=IdentifierKind.RECORD_KEY, value=str(n), system="crm") for n in range(2 * MOST)]

    assert (count + len(ADA.identifiers) > MOST) is is_too_much(ADA, [*taught, *taught, *keys])


def test_what_a_system_taught_is_not_the_persons_own_word() -> None:
    taught = Identifier(kind=DISTINCT, value="visitor-1", system="crm")

    assert ADA == own(ADA.merged([taught]))


@given(st.lists(identifiers, max_size=8), st.sampled_from(["crm", "support"]))
def test_a_system_forgets_its_own_keys_and_no_other(known: list[Identifier], system: str) -> None:
    left = unknown_to(system, Identity(identifiers=tuple(known))).identifiers
    keys = [i for i in known if i.kind is IdentifierKind.RECORD_KEY and i.system == system]

    assert [i for i in known if i not in keys] == list(left)
