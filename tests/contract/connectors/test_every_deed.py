"""What a system is asked to do is planned, done exactly so, seen again afterwards, and harms nobody else."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dsar.deeds import Correction, Purpose, Receipt, Result, Seen, Step, Verdict
from dsar.errors import ContractError, OperatorError, UnsupportedError
from dsar.person import Identity
from dsar.ports import Connector
from dsar.vocabulary import Verb
from tests.contract.connectors.conftest import systems, variants
from tests.contract.connectors.pretend import Pretend
from tests.contract.connectors.reading import known, pages
from tests.people import ADA, ADA_EMAIL, STRANGER, identity

Offers = Callable[[Verb], bool]
UNASKED = "unasked"  # read by `starter.py connector check` and `python -m bench.conformance`
MOST_POLLS = 20
OTHER = identity("another.ada@subject.example")


@pytest.fixture(params=systems(), ids="-".join)
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pretend]:
    """A fresh one for each test: these change what it stores."""
    kind, variant = request.param
    with variants(kind)[variant](tmp_path) as pretend:
        yield pretend


@pytest.fixture
async def connector(system: Pretend) -> AsyncIterator[Any]:
    found = system.connector()
    yield found
    await found.close()


@pytest.fixture
def offers(connector: Any, record_property: Callable[[str, object], None]) -> Offers:
    """Return whether the card offers a verb. Nothing is promised of one that it does not: that is noted, so
    that nobody counts it as kept.
    """

    def offered(verb: Verb) -> bool:
        if verb in connector.card.can:
            return True
        record_property(UNASKED, verb.value)
        return False

    return offered


async def counts(connector: Connector, who: Identity) -> dict[str, int]:
    return {h.collection: h.count for h in (await connector.find(who)).holdings}


async def settled(connector: Any, receipts: Sequence[Receipt]) -> list[Receipt]:
    """Poll every job to its end."""
    found = list(receipts)
    for _ in range(MOST_POLLS):
        found = [await connector.poll(r) if r.job and r.result is Result.ACCEPTED else r for r in found]
    return found


async def seen(connector: Any, who: Identity, receipts: Sequence[Receipt]) -> list[Seen]:
    """Look again until nothing changes any more: a vendor may erase product by product."""
    found: list[Seen] = []
    for _ in range(MOST_POLLS):
        found = [*await connector.verify(who, receipts)]
        if {s.verdict for s in found} == {Verdict.VERIFIED}:
            break
    return found


async def test_what_is_erased_is_gone_and_was_planned_to_the_row(
    system: Pretend, connector: Any, offers: Offers
) -> None:
    if not offers(Verb.ERASE):
        return
    who, other = await known(connector), await known(connector, OTHER)
    before, others = system.state(), await counts(connector, other)

    plan = await connector.plan_erasure(who)

    assert system.state() == before
    assert {step.collection: step.count for step in plan} == system.held
    for step in plan:  # whatever goes can be exported
        assert sum(len(page.rows) for page in await pages(connector, who, step.collection)) == step.count

    receipts = await settled(connector, await connector.erase(who, plan))

    assert [(r.collection, r.count, r.method) for r in receipts] == [
        (s.collection, s.count, s.method) for s in plan
    ]
    assert {r.result for r in receipts} <= {Result.DONE, Result.ACCEPTED}
    assert {s.verdict for s in await seen(connector, who, receipts)} == {Verdict.VERIFIED}
    assert (await counts(connector, who), await counts(connector, ADA)) == ({}, {})
    assert await counts(connector, other) == others
    assert ADA_EMAIL not in repr(receipts)


async def test_erasing_again_is_no_harm(system: Pretend, connector: Any, offers: Offers) -> None:
    if not offers(Verb.ERASE):
        return
    who = await known(connector)
    plan = await connector.plan_erasure(who)
    receipts = await settled(connector, await connector.erase(who, plan))
    await seen(connector, who, receipts)

    again = await connector.erase(who, plan)

    assert {r.result for r in again} == {Result.ALREADY}


async def test_more_than_was_approved_is_not_touched(system: Pretend, connector: Any, offers: Offers) -> None:
    if not offers(Verb.ERASE):
        return
    who, before = await known(connector), system.state()
    plan = await connector.plan_erasure(who)

    with pytest.raises(OperatorError, match="plan_outgrown"):
        await connector.erase(who, [replace(step, count=step.count - 1) for step in plan])
    with pytest.raises(ContractError, match="step_unknown"):
        await connector.erase(who, [replace(plan[0], collection="elsewhere")])

    assert system.state() == before


async def test_one_step_alone_is_done_alone_or_refused(
    system: Pretend, connector: Any, offers: Offers
) -> None:
    """Where a vendor can only take everything, less than everything goes to a person."""
    if not offers(Verb.ERASE):
        return
    who = await known(connector)
    plan: Sequence[Step] = await connector.plan_erasure(who)
    before, held = system.state(), await counts(connector, who)
    try:
        receipts = await settled(connector, await connector.erase(who, plan[:1]))
    except OperatorError as refusal:
        assert refusal.reason in {"plan_partial", "open_tickets"}  # noqa: PT017 - either way is right
        assert system.state() == before
    else:
        left = {**held, **{r.collection: 0 for r in receipts}}
        assert await counts(connector, who) == {name: count for name, count in left.items() if count}


async def test_a_restriction_is_set_seen_and_lifted(system: Pretend, connector: Any, offers: Offers) -> None:
    if not offers(Verb.RESTRICT):
        return
    who, before = await known(connector), system.state()
    names = [*system.held]
    assert {Verb.LIFT, Verb.VERIFY} <= connector.card.can

    placed = await connector.restrict(who, names)
    again = await connector.restrict(who, names)
    false = [replace(receipt, verb=Verb.LIFT) for receipt in placed]  # says "lifted", and is not

    assert [(r.collection, r.verb, r.result) for r in placed] == [
        (n, Verb.RESTRICT, Result.DONE) for n in names
    ]
    assert {r.result for r in again} == {Result.ALREADY}
    assert {s.verdict for s in await connector.verify(who, placed)} == {Verdict.VERIFIED}
    assert [(s.collection, s.verb, s.verdict) for s in await connector.verify(who, false)] == [
        (name, Verb.LIFT, Verdict.STILL_PRESENT) for name in names
    ]

    lifted = await connector.lift(who, names)

    assert {r.verb for r in lifted} == {Verb.LIFT}
    for receipt in (*placed, *lifted):  # what a receipt asks for is in no case longer than the card says
        told = connector.card.abilities.get(receipt.verb)
        assert receipt.ready_after is None or (
            told and told.finishes_in and receipt.ready_after <= told.finishes_in
        )
    assert {s.verdict for s in await connector.verify(who, lifted)} == {Verdict.VERIFIED}
    assert {s.verdict for s in await connector.verify(who, placed)} == {Verdict.STILL_PRESENT}
    assert system.state() == before


async def test_what_is_suppressed_stays_so_and_an_unknown_person_is_no_trouble(
    system: Pretend, connector: Any, offers: Offers
) -> None:
    if not offers(Verb.SUPPRESS):
        return
    who, every = await known(connector), frozenset(Purpose)

    stopped = await connector.suppress(who, every)
    again = await connector.suppress(who, every)
    nobody = await connector.suppress(STRANGER, every)

    assert {r.result for r in stopped} <= {Result.DONE, Result.ACCEPTED}
    assert stopped
    stopped = await settled(connector, stopped)
    assert {s.verdict for s in await connector.verify(who, stopped)} == {Verdict.VERIFIED}
    assert {r.result for r in again} <= {Result.ALREADY, Result.ACCEPTED}
    assert not any(r.count for r in nobody)


async def test_a_new_value_is_written_and_read_back(system: Pretend, connector: Any, offers: Offers) -> None:
    if not offers(Verb.RECTIFY):
        return
    who = await known(connector)
    corrections = [
        Correction(collection=collection, attribute=name, value=f"New {name}")
        for collection, names in system.correctable.items()
        for name in names
    ]

    written = await connector.rectify(who, corrections)
    again = await connector.rectify(who, corrections)

    assert written
    assert {r.result for r in written} == {Result.DONE}
    assert {r.result for r in again} == {Result.ALREADY}
    elsewhere = [
        Correction(collection=c.collection, attribute=c.attribute, value="Newer", old="stands nowhere")
        for c in corrections
    ]
    assert {r.result for r in await connector.rectify(who, elsewhere)} == {Result.ALREADY}
    exact = [
        Correction(collection=c.collection, attribute=c.attribute, value="Newest", old=c.value)
        for c in corrections
    ]
    assert {r.result for r in await connector.rectify(who, exact)} == {Result.DONE}
    with pytest.raises(UnsupportedError, match="attribute_by_hand"):
        await connector.rectify(
            who, [Correction(collection=corrections[0].collection, attribute="x", value="y")]
        )
