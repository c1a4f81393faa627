"""How the tests speak of a client's instruction: a shared system, a case that was passed on, a letter."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from temporalio.client import WorkflowHandle

from desk import cases
from desk.forwarding import forward
from desk.instructing import Given, instruct
from dsar.deeds import Method, Receipt, Result, Seen, Step, Verdict
from dsar.evidence import Entry, EvidenceKind
from dsar.holdings import Card, Collection, Findings, Holding, Page
from dsar.person import Identifier, Identity
from dsar.vocabulary import Category, IdentifierKind, Status, Verb
from tests.people import ADA_EMAIL
from tests.pretend_eraser import EVERY
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House
from tests.workflow.erasures import STRANGER
from tests.workflow.test_a_clients_data_is_theirs import HARBOUR

WORD = Given(to="erase", instructed_by="Harbour, Kim Rowe", reference="HT-118", on=date(2000, 1, 1))
OURS = Collection(name="orders", category=Category.TRANSACTION)
THEIRS = Collection(name="trainings", category=Category.PROFILE, client="training")


@dataclass
class Shared(PretendSystem):
    """A system of ours with two collections, of which one is a client's. `idle`: deeds that do nothing."""

    held: dict[str, dict[str, int]] = field(
        default_factory=lambda: {
            "orders": {ADA_EMAIL: 3, STRANGER: 1},
            "trainings": {ADA_EMAIL: 2, "learned@work.example": 5, STRANGER: 4},
        }
    )
    verbs: frozenset[Verb] = EVERY
    idle: int = 0
    jobs: int = 0
    owner: str = "training"  # whose the second collection is

    @property
    def card(self) -> Card:
        theirs = replace(THEIRS, client=self.owner if self.controller else "")
        both = (OURS, theirs) if self.controller else (theirs,)
        return Card(name=self.name, vendor="v", collections=both, can=self.verbs, controller=self.controller)

    def count(self, identity: Identity, collection: str) -> int:
        return sum(self.held[collection].get(value, 0) for value in self._values(identity))

    async def find(self, identity: Identity) -> Findings:
        self._trip()
        learned = Identifier(kind=IdentifierKind.EMAIL, value="learned@work.example", system=self.name)
        held = [
            Holding(
                system=self.name, collection=c.name, category=c.category, count=self.count(identity, c.name)
            )
            for c in self.card.collections
        ]
        return Findings(holdings=tuple(held), learned=(learned,), people=self.people)

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        self.exports += 1
        for number in range(int(cursor or 0), self.count(identity, collection)):
            self._trip()
            yield Page(rows=({"title": f"{collection} {number}"},), cursor=str(number + 1))

    async def plan_erasure(self, identity: Identity) -> Sequence[Step]:
        self._trip()
        found = (await self.find(identity)).holdings
        return [
            Step(system=h.system, collection=h.collection, category=h.category, count=h.count) for h in found
        ]

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        self._trip()
        self.idle -= 1
        for step in steps if self.idle < 0 else ():
            for value in self._values(identity):
                self.held[step.collection].pop(value, None)
        result = Result.ACCEPTED if self.jobs else Result.DONE
        return [replace(self._given(step, result), job="job-1" if self.jobs else "") for step in steps]

    async def poll(self, receipt: Receipt) -> Receipt:
        self.jobs -= 1
        return replace(receipt, result=Result.ACCEPTED if self.jobs else Result.DONE)

    async def verify(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        return [
            Seen(
                system=r.system,
                collection=r.collection,
                verb=r.verb,
                verdict=Verdict.STILL_PRESENT if self.count(identity, r.collection) else Verdict.VERIFIED,
            )
            for r in receipts
        ]

    def _given(self, step: Step, result: Result) -> Receipt:
        return Receipt(
            system=self.name,
            collection=step.collection,
            verb=Verb.ERASE,
            result=result,
            count=step.count,
            method=Method.REMOVE,
        )


async def passed_on(house: House, *systems: PretendSystem, **more: str) -> str:
    """A case that was passed on to the client."""
    house.company.clients = (HARBOUR,)
    for system in systems:
        house.add(system)
    case = await house.open(**more)
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    if not next(iter(systems)).controller:
        await forward(house.desk, case, "training", by="support-1")
    return case


async def instructed(house: House, case: str, **more: Any) -> int:
    number = await instruct(house.desk, case, "training", replace(today(house), **more), by="dpo")
    await life(house, case, number).result()
    return number


def life(house: House, case: str, number: int = 1) -> WorkflowHandle[Any, Any]:
    return house.environment.client.get_workflow_handle(f"{case}/instruct/training/{number}")


def today(house: House) -> Given:
    return replace(WORD, on=house.desk.now().date())


def letters(house: House) -> list[str]:
    return [notice.text for _, notice in house.post.notices if "instructed us to erase" in notice.text]


def of_client(house: House, case: str, kind: EvidenceKind) -> list[Entry]:
    return [
        e for e in house.register.evidence(case) if e.kind is kind and e.facts.get("client") == "training"
    ]


async def ended(house: House, case: str) -> None:
    await cases.withdraw(house.desk, case)
    await house.life(case).result()
