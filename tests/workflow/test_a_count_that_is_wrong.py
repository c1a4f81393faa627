"""A vendor that counts wrongly holds no case up for ever, and nobody passes over it unseen (DESIGN §1.1)."""

import json
from dataclasses import dataclass, replace

from desk import cases
from desk.tasks import tasks
from dsar.decision_kinds import ACCEPT_COUNT, RELEASE, RETRY
from dsar.evidence import EvidenceKind
from dsar.holdings import Findings
from dsar.person import Identity
from dsar.vocabulary import Found, Outcome, Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.copies import released, waiting
from tests.workflow.reviews import bundle, count
from tests.workflow.test_no_system_is_left_unknown import WHY, by_dpo, found, proved

ROWS = {ADA_EMAIL: [{"n": 1, "text": "hers"}, {"n": 2, "text": "also hers"}]}


@dataclass
class Boastful(PretendSystem):
    """A vendor that counts more than it holds: what was merged, say, or deleted."""

    more: int = 1

    async def find(self, identity: Identity) -> Findings:
        found = await super().find(identity)
        return replace(found, holdings=tuple(replace(h, count=h.count + self.more) for h in found.holdings))


async def short(house: House, vendor: Boastful) -> str:
    """A case that waits because its vendor's export came short."""
    house.add(vendor)
    case = await proved(house)
    if not vendor.marks:
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
    await waiting(house, case, "vendor")
    return case


async def test_the_dpo_settles_it_and_the_person_reads_why(house: House) -> None:
    async with house.worker():
        case = await short(house, Boastful("vendor", rows=ROWS))
        [task] = tasks(house.desk)
        with refused("role_refused"):
            by_support = replace(by_dpo(ACCEPT_COUNT, system="vendor"), by="support-1", role=Role.SUPPORT)
            await cases.decide(house.desk, case, by_support, WHY)
        with refused("reason_missing"):
            await cases.decide(house.desk, case, by_dpo(ACCEPT_COUNT, system="vendor"))
        await cases.decide(house.desk, case, by_dpo(ACCEPT_COUNT, system="vendor"), WHY)
        closing = await house.life(case).result()

    files = bundle(house, case)
    [left] = json.loads(files["withheld.json"])["withheld"]
    [figures, *_] = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.CAME_SHORT]
    assert "export_short" == task.reason
    assert (3, 2) == (figures["counted"], figures["given"])
    assert Outcome.FULFILLED is closing.outcome
    assert {"vendor": Found.FOUND} == found(house, case)
    assert 2 == len(files["data/vendor/visits.jsonl"].splitlines())
    assert ("vendor", "visits", "count_differs") == (left["system"], left["collection"], left["ground"])
    assert f"counts 3 records and handed over 2. {WHY}" in left["explanation"]


async def test_what_is_missing_later_is_not_what_was_accepted(house: House) -> None:
    vendor = Boastful("vendor", rows=ROWS)
    async with house.worker():
        case = await short(house, vendor)
        vendor.more = 2
        await cases.decide(house.desk, case, by_dpo(ACCEPT_COUNT, system="vendor"), WHY)

        async def again() -> bool:
            return count(house, case, EvidenceKind.CAME_SHORT) > 1 and bool(tasks(house.desk))

        await house.eventually(again, "it was taken")
        vendor.more = 0
        await cases.decide(house.desk, case, by_dpo(RETRY, system="vendor"))
        await house.life(case).result()

    assert [] == json.loads(bundle(house, case)["withheld.json"])["withheld"]  # whole, after all


async def test_no_other_gap_is_settled_as_a_wrong_count(house: House) -> None:
    async with house.worker():
        vendor = Boastful("vendor", rows=ROWS, people=2)
        house.add(vendor)
        case = await proved(house)
        await waiting(house, case, "vendor")
        with refused("not_short"):
            await cases.decide(house.desk, case, by_dpo(ACCEPT_COUNT, system="vendor"), WHY)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()


async def test_what_is_marked_is_reviewed_all_the_same(house: House) -> None:
    async with house.worker():
        case = await short(house, Boastful("vendor", rows=ROWS, marks=("text",)))
        await cases.decide(house.desk, case, by_dpo(ACCEPT_COUNT, system="vendor"), WHY)
        await released(house, case)
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
    assert 1 == count(house, case, EvidenceKind.REVIEW_BEGUN)
