"""A receipt comes back from the evidence as it was given; the latest word on a collection counts."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dsar.deeds import Method, Receipt, Result, Seen, Verdict
from dsar.evidence import EvidenceKind, Fact
from dsar.receipts import (
    check_fact,
    receipt_fact,
    receipt_key,
    receipt_of,
    receipts_of,
    restricted_in,
    verdicts_of,
)
from dsar.vocabulary import Verb
from tests.chains import AT, chain, fact

codes = st.from_regex(r"[a-z0-9_-]{1,12}", fullmatch=True)
receipts = st.builds(
    Receipt,
    system=codes,
    collection=codes,
    verb=st.sampled_from(Verb),
    result=st.sampled_from(Result),
    count=st.integers(0, 10**9),
    method=st.none() | st.sampled_from(Method),
    job=st.just("") | codes,
    ready_after=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=400)),
    requests=st.lists(codes, max_size=4).map(tuple),
)
OTHER = fact(EvidenceKind.OPENED)


def given_for(verb: Verb, system: str = "crm", number: int = 1, place: int = 0) -> Fact:
    receipt = Receipt(system=system, collection="orders", verb=verb, result=Result.DONE)
    return receipt_fact(receipt, receipt_key(verb, number, system, place), AT)


def seen(verdict: Verdict, verb: Verb = Verb.ERASE, number: int = 1) -> Fact:
    found = Seen(system="crm", collection="orders", verb=verb, verdict=verdict, count=2)
    return check_fact(found, f"checked:{number}", AT, number=number)


@given(receipts)
def test_a_receipt_is_read_back_as_it_was_given(receipt: Receipt) -> None:
    (entry,) = chain(receipt_fact(receipt, "receipt", AT, order=3))

    assert receipt == receipt_of(entry)
    assert 3 == entry.facts["order"]


def test_an_order_is_answered_by_its_own_receipts_alone() -> None:
    others = [given_for(Verb.ERASE, number=11), given_for(Verb.RESTRICT), given_for(Verb.ERASE, "crm2")]
    same_key = fact(EvidenceKind.BEGUN, "receipt:erase:1:crm:7")
    own = [given_for(Verb.ERASE, place=0), given_for(Verb.ERASE, place=1)]
    found = receipts_of(chain(*others, same_key, *own), Verb.ERASE, "crm", 1)

    assert [one.key for one in own] == list(found)


def test_the_latest_verdict_on_a_collection_counts() -> None:
    entries = chain(OTHER, seen(Verdict.STILL_PRESENT), seen(Verdict.VERIFIED, number=2))
    entries += chain(seen(Verdict.UNVERIFIABLE, Verb.RESTRICT))

    assert {("crm", "orders"): Verdict.VERIFIED} == verdicts_of(entries, Verb.ERASE)
    assert 2 == entries[1].facts["count"]


@given(st.lists(st.sampled_from([Verb.RESTRICT, Verb.LIFT, Verb.ERASE]), max_size=8))
def test_what_was_marked_and_not_lifted_since_is_restricted(deeds: list[Verb]) -> None:
    entries = chain(OTHER, *(given_for(verb, number=n) for n, verb in enumerate(deeds)))
    marks = [verb for verb in deeds if verb is not Verb.ERASE]
    stands = bool(marks) and marks[-1] is Verb.RESTRICT

    assert (frozenset({("crm", "orders")}) if stands else frozenset()) == restricted_in(entries)


def test_a_deed_of_which_nobody_can_be_asked_again_is_neither_proved_nor_denied() -> None:
    receipt = Receipt(system="crm", collection="notes", verb=Verb.LIFT, result=Result.DONE, count=3)
    seen = Seen.unasked(receipt)

    assert ("crm", "notes", Verb.LIFT) == (seen.system, seen.collection, seen.verb)
    assert (Verdict.UNVERIFIABLE, 0) == (seen.verdict, seen.count)
