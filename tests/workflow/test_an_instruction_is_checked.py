"""No instruction is noted too early, by the wrong person or about a stranger, nor cut off (LAW PRC-03)."""

from dataclasses import replace
from datetime import timedelta

from desk import cases
from desk.instructing import foresee, instruct
from desk.shredding import ask
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.vocabulary import Proof, Status
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House, refused
from tests.workflow.instructions import WORD, Shared, ended, life, passed_on, today
from tests.workflow.test_a_clients_data_is_theirs import HARBOUR
from tests.workflow.test_records_have_their_time import after


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


async def test_a_dry_run_says_what_would_be_done_and_does_none_of_it(house: House) -> None:
    crm, url = Shared("crm"), "https://files.harbour.example/in"
    async with house.worker():
        case = await passed_on(house, crm)
        house.company.clients = (replace(HARBOUR, host="files.harbour.example"),)
        searches, cards = crm.searches, [system.card for system in house.systems.values()]
        seen = [
            foresee(
                house.desk, cards, case, "training", replace(today(house), to=to, send_to=send_to), by="dpo"
            )
            for to, send_to in (("erase", ""), ("hand-over", url), ("leave", ""))
        ]
        with refused("transfer_host_unknown"):
            word = replace(today(house), to="hand-over", send_to="https://elsewhere.example/")
            foresee(house.desk, cards, case, "training", word, by="dpo")
        await ended(house, case)

    told, at_crm = HARBOUR.email, {"crm": ("trainings",)}
    assert [(at_crm, told, ""), (at_crm, told, "files.harbour.example"), ({}, "", "")] == [
        (one.places, one.told, one.host) for one in seen
    ]
    assert searches == crm.searches
    assert [] == [e for e in house.register.evidence(case) if e.kind is EvidenceKind.INSTRUCTED]


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


async def test_a_person_proved_by_document_can_still_be_instructed_about_when_proofs_are_gone(
    house: House,
) -> None:
    """What they claimed is theirs since somebody looked: it stays with the case, as their address does."""
    crm = Shared("crm")
    async with house.worker():
        case = await passed_on(house, crm)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()
        facts: dict[str, Scalar] = {"method": Proof.DOCUMENT, "by": "support-1"}
        fact = Fact(
            key="identity:document", kind=EvidenceKind.IDENTITY_PROVED, at=house.desk.now(), facts=facts
        )
        house.register.record(case, fact)
        claims = house.vault.names(case, "claimed/")
        await after(house, days=15)
        foresee(house.desk, [crm.card], case, "training", today(house), by="dpo")

    assert claims
    assert claims == house.vault.names(case, "claimed/")
    assert EvidenceKind.RECORD_REMOVED in {e.kind for e in house.register.evidence(case)}


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
