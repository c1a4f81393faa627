"""Complaints at the desk: to which case they belong, and what of their outcome is sealed."""

import json
from datetime import timedelta

import pytest

from desk import cases, complaining
from desk.together import linked, open_together
from dsar.case import Decision
from dsar.decision_kinds import UPHOLD
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.intake import NewRequest
from dsar.links import LinkKind
from dsar.ports import Change
from dsar.vocabulary import LetterKind, Outcome, Right, Role, Status
from letters.writer import LetterWriter
from tests.letter_facts import facts
from tests.people import ADA_EMAIL
from tests.unit.test_opening import BEN_EMAIL, NOW, Counter, case_of

TOOK = Decision(kind=UPHOLD, by="dpo", role=Role.DPO)


def closed(counter: Counter, case: str, outcome: Outcome) -> None:
    fact = Fact(key="closed", kind=EvidenceKind.CLOSED, at=NOW)
    counter.register.record(case, fact, Change(status=Status.CLOSED, outcome=outcome, closed_at=NOW))


async def test_regime_and_language_are_those_of_the_case_unless_others_are_named() -> None:
    counter = Counter()
    earlier = case_of(await counter.open(regime="EU-DE-BY", locale="de"))
    same = await counter.open(right="complaint", regime="", locale="", about=f" {earlier} ")
    other = await counter.open(right="complaint", regime="EU-FR", locale="en", about=earlier, email=BEN_EMAIL)

    said = [(one.record.request.regime, one.record.request.locale) for one in (same, other)]
    assert [("EU-DE-BY", "de"), ("EU-FR", "en")] == said
    assert "en" == (await counter.open_another(locale="")).record.request.locale
    assert "regime_missing" == await counter.refusal(right="complaint", regime="", email=BEN_EMAIL)


async def test_an_unknown_case_is_refused_before_anything_is_written() -> None:
    counter = Counter()

    assert "case_malformed" == await counter.refusal(right="complaint", about="the one of May")
    assert "case_unknown" == await counter.refusal(right="complaint", about="case_" + "0" * 20)
    assert () == counter.register.cases()


async def test_a_complaint_and_a_fresh_request_of_one_letter_are_told_apart() -> None:
    """Only the complaint is about the earlier case; a bad case opens neither."""
    counter = Counter()
    earlier = case_of(await counter.open())
    closed(counter, earlier, Outcome.REFUSED)
    counter.later = timedelta(days=2)
    both = NewRequest(right="access;complaint", regime="UK-ENG", email=ADA_EMAIL, about=earlier)
    opened = await open_together(counter.desk, both)
    with pytest.raises(InputError):
        await open_together(counter.desk, NewRequest(right="erasure;complaint", regime="UK-ENG", about="x"))

    rights = {one.record.request.right: case_of(one) for one in opened}
    about = [(link.how, link.case_id) for link in linked(counter.desk, rights[Right.COMPLAINT])]
    assert {(LinkKind.ABOUT, earlier), (LinkKind.TOGETHER, rights[Right.ACCESS])} == set(about)
    assert {LinkKind.TOGETHER} == {link.how for link in linked(counter.desk, rights[Right.ACCESS])}
    assert 3 == len(counter.register.cases())


async def test_who_speaks_for_another_is_looked_at_first_and_so_is_a_case_that_was_forgotten() -> None:
    counter = Counter()
    earlier = case_of(await counter.open())
    agent = await counter.open(
        right="complaint", about=earlier, requester="agent", agent_email="agent@other.example"
    )
    shredded = Fact(key="shredded", kind=EvidenceKind.SHREDDED, at=NOW)
    counter.register.forget_subject(earlier, shredded)
    late = await counter.open_another(right="complaint", about=earlier)

    doubts = [linked(counter.desk, case_of(one))[0].doubt for one in (agent, late)]
    assert [complaining.REPRESENTED, complaining.ANOTHER] == doubts
    assert () == linked(counter.desk, earlier)


async def test_opening_again_after_a_crash_makes_the_link_that_was_missing() -> None:
    counter = Counter()
    earlier = case_of(await counter.open())
    first = await counter.open(right="complaint", about=earlier)
    again = await counter.open(right="complaint", about=earlier)

    assert case_of(first) == case_of(again)
    assert 1 == len(linked(counter.desk, case_of(first))) == len(linked(counter.desk, earlier))


async def test_what_the_outcome_tells_is_sealed_and_only_its_name_and_counts_travel() -> None:
    counter = Counter()
    case = case_of(await counter.open(right="complaint"))
    read = f"We wrote to {ADA_EMAIL}."
    told = complaining.told(counter.desk, case, TOOK, enquiries=(read, "  "), changes=("Nothing else.",))
    same = complaining.told(counter.desk, case, TOOK, enquiries=(read,), changes=("Nothing else.",))

    assert (1, 1) == (told.enquiries, told.changes)
    assert ADA_EMAIL not in repr(told)
    assert [[read], ["Nothing else."]] == json.loads(counter.vault.get(case, told.told))
    assert told == same
    assert TOOK == complaining.told(counter.desk, case, TOOK, enquiries=("",), changes=())
    with pytest.raises(InputError, match="plain text"):
        complaining.told(counter.desk, case, TOOK, enquiries=("\ud800",), changes=())


@pytest.mark.parametrize("kind", [LetterKind.COMPLAINT_ACKNOWLEDGEMENT, LetterKind.APPEAL_ACKNOWLEDGEMENT])
@pytest.mark.parametrize(("locale", "day"), [("en", "2 December 2026"), ("de", "2. Dezember 2026")])
def test_an_acknowledgement_names_a_last_day_only_where_the_law_has_one(
    kind: LetterKind, locale: str, day: str
) -> None:
    without, dated = (
        " ".join(LetterWriter().render(kind, locale, facts(due_on=on)).text.split())
        for on in (None, facts()["due_on"])
    )

    assert day in dated
    assert day not in without


@pytest.mark.parametrize(("name", "slip"), [("status", "nonsense"), ("right", "acess"), ("regime", "UK-LON")])
async def test_a_slip_in_a_filter_is_no_empty_list(name: str, slip: str) -> None:
    with pytest.raises(InputError) as error:
        await cases.find(Counter().desk, due_by=None, **{name: slip})

    assert (f"{name}_unknown", name) == (error.value.reason, error.value.field)
    assert "regimes" in error.value.hint or "access" in error.value.hint or "closed" in error.value.hint
