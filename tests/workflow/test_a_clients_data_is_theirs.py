"""Processor role: a client's data is not searched on the person's word (LAW PRC-01..04)."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import pytest

from activities.disclosure import BUNDLE
from desk import cases
from desk.forwarding import dismiss, forward
from desk.tasks import tasks
from dsar.case import Decision
from dsar.clients import Client
from dsar.decision_kinds import RELEASE
from dsar.deeds import Step
from dsar.evidence import EvidenceKind
from dsar.holdings import Card, Collection, Findings, Holding
from dsar.person import Identity
from dsar.vocabulary import Category, Found, LetterKind, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_eraser import PretendEraser
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import approved, closed, entries, plan
from tests.workflow.test_no_system_is_left_unknown import HELD, WHY, by_dpo, found

HARBOUR = Client(system="training", name="Harbour Training Co.", email="privacy@harbour.example")


async def test_a_mixed_case_is_split_and_each_part_is_answered_by_who_decides(house: House) -> None:
    theirs = house.add(PretendSystem("training", rows=HELD, controller=False))
    house.add(PretendSystem("crm", rows=HELD))
    house.company.clients = (HARBOUR,)
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        with refused("not_a_clients"):
            await forward(house.desk, case, "crm", by="support-1")
        sent = await forward(house.desk, case, "training", by="support-1")
        again = await forward(house.desk, case, "training", by="support-1")
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()

    letter = house.post.last(LetterKind.FORWARDED).text
    [(to, notice)] = house.post.notices
    assert (sent.ok, again.ok, 1) == (True, True, house.post.kinds.count(LetterKind.FORWARDED))
    assert (0, 0) == (theirs.searches, theirs.exports)
    assert HARBOUR.email == to
    assert ADA_EMAIL in notice.text
    assert ADA_EMAIL not in notice.subject
    assert HARBOUR.name in letter
    assert {"training": Found.EXEMPT, "crm": Found.FOUND} == found(house, case)
    assert Outcome.FULFILLED is closing.outcome


async def test_a_client_that_nobody_named_is_asked_for(house: House) -> None:
    house.add(PretendSystem("training", controller=False))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        with refused("client_unknown"):
            await forward(house.desk, case, "training", by="support-1")


TRAINING = Collection(name="trainings", category=Category.PROFILE, client="training")


class Mixed(PretendEraser):
    """A system of ours in which one collection is a client's."""

    @property
    def card(self) -> Card:
        card = super().card
        return replace(card, collections=(*card.collections, TRAINING))

    async def find(self, identity: Identity) -> Findings:
        found = await super().find(identity)
        return replace(found, holdings=(*found.holdings, self._theirs()))

    def _theirs(self) -> Holding:
        return Holding(system=self.name, collection=TRAINING.name, category=TRAINING.category, count=7)

    async def plan_erasure(self, identity: Identity) -> Sequence[Step]:
        theirs = Step(system=self.name, collection=TRAINING.name, category=TRAINING.category, count=7)
        return (theirs, *await super().plan_erasure(identity))


def mixed() -> Mixed:
    return Mixed("crm", rows={ADA_EMAIL: [{"page": "/"}]})


async def test_a_clients_part_of_our_own_system_is_passed_on_and_not_disclosed(house: House) -> None:
    house.add(mixed())
    house.company.clients = (HARBOUR,)
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()

    [(to, notice)] = house.post.notices
    files = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE))).namelist()
    assert HARBOUR.email == to
    assert "trainings" not in notice.text
    assert 1 == house.post.kinds.count(LetterKind.FORWARDED)
    assert ["visits"] == [h.collection for h in house.register.holdings(case)]
    assert not [name for name in files if "trainings" in name]
    assert Outcome.FULFILLED is closing.outcome


async def test_a_clients_part_is_not_erased_on_the_persons_word(house: House) -> None:
    crm = mixed()
    house.add(crm)
    house.company.clients = (HARBOUR,)
    async with house.worker():
        case = await approved(house)
        await closed(house, case)

    assert ["visits"] == [line.collection for line in plan(house, case).lines]
    assert "trainings" not in {r.facts["collection"] for r in entries(house, case, EvidenceKind.RECEIPT)}


@pytest.mark.parametrize("how", ["retry", "manual-done"])
async def test_a_client_that_cannot_be_told_waits_for_a_hand(house: House, how: str) -> None:
    house.add(mixed())
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.BY_HAND)
        await house.eventually(lambda: is_listed(house, "client:training", "client_unknown"), "no task")
        house.company.clients = (HARBOUR,)
        decision = Decision(kind=how, by="support-1", role=Role.SUPPORT, system="client:training")
        await cases.decide(house.desk, case, decision, WHY)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    assert (1 if how == "retry" else 0) == house.post.kinds.count(LetterKind.FORWARDED)
    assert "client:" not in house.post.last(LetterKind.ACCESS_ANSWER).text


async def test_staff_say_of_each_clients_system_whether_the_request_is_about_it(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD))
    house.add(PretendSystem("training", controller=False))
    house.add(PretendSystem("payroll", controller=False))
    house.company.clients = (HARBOUR,)
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        before = [(t.system, t.reason, t.deadline_on - t.since_on) for t in tasks(house.desk)]
        with refused("not_a_clients"):
            dismiss(house.desk, case, "crm", by="support-1")
        dismiss(house.desk, case, "payroll", by="support-1")
        await forward(house.desk, case, "training", by="support-1")
        after = tasks(house.desk)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert [(s, "to_pass_on", house.company.forward_within) for s in ("payroll", "training")] == before
    assert () == after


async def is_listed(house: House, system: str, reason: str) -> bool:
    return (system, reason) in {(task.system, task.reason) for task in tasks(house.desk)}
