"""Evidence: nothing in a chain is changed, removed, added or reordered unseen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dsar.errors import ContractError, DsarError, InputError, OperatorError, TemporaryError, UnsupportedError
from dsar.evidence import (
    GENESIS,
    Entry,
    EvidenceKind,
    Fact,
    Verification,
    hash_of,
    instant,
    link,
    verify,
    verify_sealed,
)
from dsar.holdings import Card, Collection
from dsar.vocabulary import Category

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
words = st.text(st.characters(codec="utf-8"), max_size=8)
scalars = st.none() | st.booleans() | st.integers() | words
facts = st.builds(
    Fact,
    key=words,
    kind=st.sampled_from(EvidenceKind),
    at=st.datetimes(timezones=st.just(UTC)),
    facts=st.dictionaries(words, scalars, max_size=3),
)
changes = st.one_of(
    st.tuples(st.just("case_id"), words),
    st.tuples(st.just("seq"), st.integers(0, 99)),
    st.tuples(st.just("key"), words),
    st.tuples(st.just("kind"), st.sampled_from(EvidenceKind)),
    st.tuples(st.just("at"), st.datetimes(timezones=st.just(UTC))),
    st.tuples(st.just("facts"), st.dictionaries(words, scalars, max_size=3)),
    st.tuples(st.just("previous"), st.text("0123456789abcdef", min_size=64, max_size=64)),
    st.tuples(st.just("hash"), st.text("0123456789abcdef", min_size=64, max_size=64)),
)


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> list[Entry]:
    chain: list[Entry] = []
    for fact in draw(st.lists(facts, min_size=least, max_size=6)):
        chain.append(link("case_a", chain[-1] if chain else None, fact))
    return chain


@given(chains(least=0))
def test_an_untouched_chain_is_whole(chain: list[Entry]) -> None:
    whole = Verification(whole=True, entries=len(chain))

    assert whole == verify(chain)
    assert whole == verify_sealed(chain, count=len(chain), head=chain[-1].hash if chain else GENESIS)


@given(chains(), changes, st.data())
def test_a_changed_entry_is_found_where_it_stands(
    chain: list[Entry], change: tuple[str, object], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    name, value = change
    assume(repr(getattr(chain[at], name)) != repr(value))
    changed = replace(chain[at], **{name: value})  # type: ignore[arg-type]
    found = verify([*chain[:at], changed, *chain[at + 1 :]])

    assert not found.whole
    assert at + 1 == found.broken_at
    reasons = {"seq": "entry_missing", "previous": "link_broken"}
    assert reasons.get(name, "entry_changed") == found.reason


@given(chains(least=2), st.data())
def test_a_removed_or_moved_entry_is_found(chain: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 2))
    removed = verify(chain[:at] + chain[at + 1 :])
    moved = verify([*chain[:at], chain[at + 1], chain[at], *chain[at + 2 :]])

    for found in (removed, moved):
        assert (False, at + 1, "entry_missing") == (found.whole, found.broken_at, found.reason)


@given(chains(), st.data())
def test_a_missing_end_is_found_by_its_seal(chain: list[Entry], data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(chain) - 1))
    found = verify_sealed(chain[:kept], count=len(chain), head=chain[-1].hash)

    assert (False, kept + 1, "tail_missing") == (found.whole, found.broken_at, found.reason)


@given(chains(), facts)
def test_an_end_that_was_added_or_written_anew_is_found_by_its_seal(chain: list[Entry], fact: Fact) -> None:
    added = [*chain, link("case_a", chain[-1], fact)]
    anew = [*chain[:-1], link("case_a", chain[-2] if len(chain) > 1 else None, fact)]
    assume(anew[-1].hash != chain[-1].hash)

    for forged in (added, anew):
        found = verify_sealed(forged, count=len(chain), head=chain[-1].hash)
        assert (False, "tail_changed") == (found.whole, found.reason)


@given(chains(), chains())
def test_a_broken_chain_is_told_by_its_break_not_by_its_end(chain: list[Entry], other: list[Entry]) -> None:
    broken = [replace(chain[0], key=chain[0].key + "x"), *chain[1:]]

    assert verify(broken) == verify_sealed(broken, count=len(other), head=other[-1].hash)


@given(st.datetimes().filter(lambda at: 1 < at.year < 9999), st.integers(-720, 720))
def test_an_instant_has_one_spelling_wherever_it_is_read(at: datetime, minutes: int) -> None:
    aware = at.replace(tzinfo=UTC)

    assert instant(aware) == instant(aware.astimezone(timezone(timedelta(minutes=minutes))))
    assert aware == datetime.fromisoformat(instant(aware))
    with pytest.raises(ValueError, match="aware"):
        instant(at)


@given(facts)
def test_the_order_of_facts_does_not_matter_and_their_types_do(fact: Fact) -> None:
    turned = replace(fact, facts=dict(reversed(list(fact.facts.items()))))

    assert hash_of("case_a", 1, fact, GENESIS) == hash_of("case_a", 1, turned, GENESIS)
    hashes = {
        hash_of("case_a", 1, replace(fact, facts={"n": n}), GENESIS) for n in (1, True, "1", None, "true")
    }
    assert 5 == len(hashes)


def test_a_day_is_evidence_and_an_object_is_not() -> None:
    fact = Fact(key="due", kind=EvidenceKind.DUE_SET, at=AT, facts={"on": date(2026, 12, 23)})  # type: ignore[dict-item]

    assert 64 == len(hash_of("case_a", 1, fact, GENESIS))
    with pytest.raises(TypeError, match="plain values, not object"):
        hash_of("case_a", 1, replace(fact, facts={"on": object()}), GENESIS)  # type: ignore[dict-item]


@given(words)
def test_a_reason_is_a_code_and_no_error_takes_a_sentence(words_said: str) -> None:
    sentence = f"{words_said} Ada Osei"
    for kind in (DsarError, TemporaryError, OperatorError, UnsupportedError, ContractError):
        with pytest.raises(ValueError, match="a reason is a code") as error:
            kind("crm", sentence)
        assert "Osei" not in str(error.value)


def test_an_input_error_shows_field_and_next_move() -> None:
    assert "email: give one" == str(InputError("email_malformed", "give one", field="email"))
    assert "give one" == str(InputError("email_malformed", "give one"))


def test_a_card_knows_its_collections_by_name() -> None:
    people = Collection(name="people", category=Category.IDENTITY)
    card = Card(name="crm", vendor="Sample", collections=(people,))

    assert people is card.collection("people")
    with pytest.raises(KeyError):
        card.collection("visits")
