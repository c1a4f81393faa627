"""No instruction is noted too early, by the wrong person or about a stranger, nor cut off (LAW PRC-03)."""

from dataclasses import replace
from datetime import timedelta

from desk.instructing import instruct
from desk.shredding import ask
from dsar.evidence import EvidenceKind, Fact
from dsar.vocabulary import Status
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House, refused
from tests.workflow.instructions import WORD, Shared, ended, life, passed_on, today
from tests.workflow.test_a_clients_data_is_theirs import HARBOUR


async def test_an_instruction_is_noted_by_the_dpo_after_it_was_passed_on_and_proved(house: House) -> None:
    other = replace(HARBOUR, system="payroll")
    async with house.worker():
        case = await passed_on(house, Shared("crm"))
        house.company.clients = (HARBOUR, other)
        word, desk = today(house), house.desk
        for reason, client, given, by in (
            ("role_refused", "training", word, "support-1"),
            ("client_unknown", "crm", word, "dpo"),
            ("not_passed_on", "payroll", word, "dpo"),
            ("instruction_unknown", "training", replace(word, to="export"), "dpo"),
            ("instruction_malformed", "training", replace(word, reference=" "), "dpo"),
            ("instruction_malformed", "training", replace(word, instructed_by="Kim\nRowe"), "dpo"),
            ("day_unlikely", "training", replace(word, on=word.on + timedelta(days=2)), "dpo"),
            ("day_unlikely", "training", WORD, "dpo"),
        ):
            with refused(reason):
                await instruct(desk, case, client, given, by=by)
        noted = [e for e in house.register.evidence(case) if e.kind is EvidenceKind.INSTRUCTED]
        await ended(house, case)

    assert [] == noted


async def test_nobody_is_erased_who_never_proved_who_they_are(house: House) -> None:
    house.company.clients = (HARBOUR,)
    theirs = house.add(Shared("training", controller=False))
    async with house.worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        kind = EvidenceKind.FORWARDED
        fact = Fact(key="forwarded:training", kind=kind, at=house.desk.now(), facts={"system": "training"})
        house.register.record(case, fact)
        with refused("identity_unproved"):
            await instruct(house.desk, case, "training", today(house), by="dpo")
        await ended(house, case)

    assert isinstance(theirs, Shared)
    assert 2 == theirs.held["trainings"][ADA_EMAIL]


async def test_no_case_is_shredded_while_an_instruction_runs_and_none_is_noted_twice(house: House) -> None:
    crm = Shared("crm", jobs=1)
    async with house.worker():
        case = await passed_on(house, crm)
        await ended(house, case)
        number = await instruct(house.desk, case, "training", today(house), by="dpo")
        again = await instruct(house.desk, case, "training", today(house), by="dpo")
        with refused("instruction_runs"):
            await instruct(house.desk, case, "training", replace(today(house), to="leave"), by="dpo")
        with refused("instruction_runs"):
            ask(house.desk, case, by="dpo")
        await life(house, case).result()
        with refused("instruction_repeatable"):
            ask(house.desk, case, by="dpo")
        ask(house.later(house.desk.now() + timedelta(days=37)), case, by="dpo")

    assert (1, 1) == (number, again)
