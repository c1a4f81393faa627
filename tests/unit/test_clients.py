"""A client's data is met and named, and never answered for in our name (LAW PRC-01)."""

from hypothesis import given
from hypothesis import strategies as st

from dsar.case import SystemAnswer
from dsar.clients import NOT_THEIRS, PROCESSOR, met, ours, to_pass_on
from dsar.evidence import EvidenceKind
from dsar.holdings import Card, Collection, Findings, Holding
from dsar.systems import Completeness
from dsar.vocabulary import Category, Found
from tests.chains import AT, chain, fact

CLIENTS = {"orders": "", "visits": "", "tickets": "meadow", "calls": "brook"}
CARD = Card(
    name="crm",
    vendor="v",
    collections=tuple(
        Collection(name=name, category=Category.CONTACT, client=client) for name, client in CLIENTS.items()
    ),
)
holdings = st.builds(
    Holding,
    system=st.just("crm"),
    collection=st.sampled_from(sorted(CLIENTS)),
    category=st.just(Category.CONTACT),
    count=st.integers(0, 3),
)


@given(st.lists(holdings, max_size=8).map(tuple), st.integers(1, 3))
def test_ours_is_kept_and_whoever_owns_the_rest_is_named(held: tuple[Holding, ...], people: int) -> None:
    kept = ours(CARD, Findings(holdings=held, people=people))
    theirs = {CLIENTS[h.collection] for h in held if h.count} - {""}

    assert tuple(h for h in held if h.collection in {"orders", "visits"}) == kept.holdings
    assert people == kept.people
    assert tuple(sorted(theirs)) == met(CARD, Findings(holdings=held))


def test_each_client_waits_until_staff_told_them_or_said_that_it_is_not_theirs() -> None:
    names = ("crm", "payroll", "training", "travel")
    answers = [SystemAnswer(system=n, found=Found.EXEMPT, reason=PROCESSOR) for n in names[1:]]
    answers.append(SystemAnswer(system="crm", found=Found.FOUND))
    entries = chain(
        *(fact(EvidenceKind.SEARCHED, system=name) for name in names),
        fact(EvidenceKind.FORWARDED, system="training"),
        fact(EvidenceKind.DECIDED, system="payroll", decision=NOT_THEIRS),
        fact(EvidenceKind.DECIDED, system="travel", decision="forward"),
    )

    assert {"travel": AT} == to_pass_on(answers, entries)
    assert names[1:] == Completeness().heard(answers).of_clients
