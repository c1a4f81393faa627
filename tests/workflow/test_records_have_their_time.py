"""Our own records go when their time is over; nothing is shredded under a hold, nor by one person alone."""

from datetime import timedelta

from desk import cases, holding, shredding
from dsar.evidence import EvidenceKind
from dsar.expiry import ExpiryOrder, Gone
from dsar.orders import ShredOrder
from dsar.vocabulary import Right, Status
from tests.contract.register.registers import request
from tests.shredding import shredded
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import system
from tests.workflow.rooms import activities_of
from workflows.retention import DsarRetention
from workflows.shred import DsarShred

REASON = "a claim of which the judgment is not final yet"


async def closed(house: House) -> str:
    """A case that was proved, searched and withdrawn: something is sealed in it, and nothing was exported."""
    case = await house.open()
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    await cases.withdraw(house.desk, case)
    await house.eventually(lambda: is_closed(house, case), "it never closed")
    return case


async def is_closed(house: House, case: str) -> bool:
    return house.register.case(case).status is Status.CLOSED


async def after(house: House, **span: float) -> Gone:
    """Run what the calendar runs, as of a later day."""
    order = ExpiryOrder(at=house.desk.now() + timedelta(**span))
    client = house.environment.client
    return await client.execute_workflow(
        DsarRetention.run, args=[order, None], id=f"retention/{house.queue}", task_queue=house.queue
    )


def kinds(house: House, case: str) -> list[EvidenceKind]:
    return [entry.kind for entry in house.register.evidence(case)]


async def test_kind_after_kind_goes_in_its_time_and_it_is_on_record(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await closed(house)
        house.vault.put(case, "parcels/crm/001/000001", b"rows")
        house.vault.put(case, "batched/crm/1/ids", b"keys of a deed that was given up")
        early = await after(house, days=13)
        weeks = await after(house, weeks=7)
        removed = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.RECORD_REMOVED]
        left = house.vault.names(case)
        years = await after(house, days=3 * 366)
        house.lived.remove(case)  # nobody can read its history any more, not even the fixture
        end = house.register.evidence(case)[-1]
        gone = await after(house, days=10 * 366)

    assert Gone() == early
    assert {"identity", "parcels"} == {str(facts["record"]) for facts in removed}
    assert 0 < weeks.objects
    assert left
    assert not [name for name in left if name.startswith(("parcels/", "batched/", "claimed/"))]
    assert Gone(cases=1) == years
    assert (EvidenceKind.SHREDDED, "time_over") == (end.kind, end.facts["because"])
    assert Gone(chains=1) == gone
    assert () == house.register.cases()


async def test_what_is_held_stays_however_long(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await closed(house)
        holding.hold(house.desk, case, by="dpo", reason=REASON)
        nothing = await after(house, days=50 * 366)
        with refused("held"):
            shredding.ask(house.desk, case, by="dpo")
        holding.lift(house.desk, case, by="dpo", reason=REASON)
        done = await after(house, days=4 * 366)
        house.lived.remove(case)

    assert Gone() == nothing
    assert 1 == done.cases
    assert EvidenceKind.SHREDDED is kinds(house, case)[-1]


async def test_a_hold_that_comes_after_the_wish_stops_the_confirmation(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await closed(house)
        shredding.ask(house.desk, case, by="dpo")
        holding.hold(house.desk, case, by="dpo", reason=REASON)
        with refused("held"):
            await shredding.confirm(house.desk, case, by="dpo_deputy")
        holding.lift(house.desk, case, by="dpo", reason=REASON)
        with refused("not_asked"):  # what was asked before the hold is asked anew
            await shredding.confirm(house.desk, case, by="dpo_deputy")

    assert house.vault.names(case)


async def test_a_hold_that_comes_at_the_last_moment_counts_until_it_is_lifted(
    house: House,
) -> None:
    """It came after the case was listed, or confirmed: the first step of the shredding asks once more."""
    house.add(system())
    client = house.environment.client
    async with house.worker():
        case = await closed(house)
        holding.hold(house.desk, case, by="dpo", reason=REASON)
        order = ShredOrder(case_id=case, by="", at=house.desk.now())
        done = await client.execute_workflow(DsarShred.run, order, id=f"shred/{case}", task_queue=house.queue)
        before = house.vault.names(case)
        holding.lift(house.desk, case, by="dpo", reason=REASON)
        await shredded(house.desk, case, "dpo")
        house.lived.remove(case)

    assert done is None
    assert before
    assert () == house.vault.names(case)


async def test_what_was_held_since_it_was_listed_is_not_removed(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await closed(house)
    holding.hold(house.desk, case, by="dpo", reason=REASON)
    room = next(act for act in activities_of(house) if getattr(act, "__name__", "") == "remove_records")

    assert 0 == room(ExpiryOrder(at=house.desk.now() + timedelta(days=9999), case_id=case))
    assert house.vault.names(case, "claimed/")


async def test_one_person_alone_shreds_nothing(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await closed(house)
        with refused("not_asked"):
            await shredding.confirm(house.desk, case, by="dpo")
        shredding.ask(house.desk, case, by="dpo")
        for by, reason in (("dpo", "same_person"), ("support", "role_refused")):
            with refused(reason):
                await shredding.confirm(house.desk, case, by=by)
        before = house.vault.names(case)
        await shredding.confirm(house.desk, case, by="dpo_deputy")
        house.lived.remove(case)
    end = house.register.evidence(case)[-1]

    assert before
    assert () == house.vault.names(case)
    assert ("dpo", "dpo_deputy") == (end.facts["by"], end.facts["confirmed_by"])


async def test_a_wish_that_nobody_confirms_in_time_ends(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await closed(house)
        until = shredding.ask(house.desk, case, by="dpo")
        with refused("ask_expired"):
            await shredding.confirm(house.later(until), case, by="dpo_deputy")


async def test_what_a_complaint_may_turn_on_is_not_shredded(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await closed(house)
    subject = house.register.case(case).request.subject_id
    complaint = request(right=Right.COMPLAINT, subject_id=subject)
    house.register.open_case(complaint, fingerprint="b" * 64, intake_key="complaint", at=house.desk.now())
    with refused("complaint_open"):
        shredding.ask(house.desk, case, by="dpo")


async def test_what_was_shredded_cannot_be_held(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await closed(house)
        await shredded(house.desk, case, "dpo")
        house.lived.remove(case)
        with refused("shredded"):
            holding.hold(house.desk, case, by="dpo", reason=REASON)


async def test_only_the_dpo_holds_with_a_reason_and_lifts_what_is_held(house: House) -> None:
    house.add(system())
    async with house.worker():
        case = await closed(house)
    for by, reason, why in (("support", REASON, "role_refused"), ("dpo", "x", "reason_missing")):
        with refused(why):
            holding.hold(house.desk, case, by=by, reason=reason)
    with refused("not_held"):
        holding.lift(house.desk, case, by="dpo", reason=REASON)
    holding.hold(house.desk, case, by="dpo", reason=REASON)
    with refused("held"):
        holding.hold(house.desk, case, by="dpo", reason=REASON)
    placed = house.register.evidence(case)[-1]

    assert REASON not in str(placed)
    assert REASON.encode() == house.vault.get(case, str(placed.facts["words"]))
