"""How the tests speak of erasures: a system with rows, a plan, its approval, what was told."""

from typing import Any

from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import (
    ACCEPT_GAP,
    APPROVE_PLAN,
)
from dsar.deeds import Verdict
from dsar.erasure import Plan, plans_of
from dsar.evidence import Entry, EvidenceKind
from dsar.person import Identity
from dsar.residue import Scan
from dsar.vocabulary import LetterKind, Role, Status, Verb
from tests.people import ADA, ADA_EMAIL
from tests.pretend_eraser import PretendEraser
from tests.workflow.conftest import House

STRANGER = "nobody.here@stranger.example"
WORDS = "Nothing of it can be reached; the archive was burnt."


def system(name: str = "crm", **more: object) -> PretendEraser:
    rows = {ADA_EMAIL: [{"page": "/pricing"}, {"page": "/docs"}], STRANGER: [{"page": "/"}]}
    return PretendEraser(name, rows=rows, **more)  # type: ignore[arg-type]  # dials of the pretend


async def known(system: Any) -> Identity:  # a connector that can also erase and scan
    findings = await system.find(ADA)
    return ADA.merged(findings.learned)


async def erased_in(system: Any) -> tuple[set[Verdict], Scan]:
    """Erase Ada in one real system, and look again. Returns the verdicts, and what a scan finds elsewhere."""
    who = await known(system)
    receipts = await system.erase(who, await system.plan_erasure(who))
    verdicts = {one.verdict for one in await system.verify(who, receipts)}
    return verdicts, await system.scan(who)


def plan(house: House, case: str) -> Plan:
    return plans_of(house.register.evidence(case))[-1]


def entries(house: House, case: str, kind: EvidenceKind, verb: Verb = Verb.ERASE) -> list[Entry]:
    found = [entry for entry in house.register.evidence(case) if entry.kind is kind]
    return [entry for entry in found if entry.facts.get("verb", verb) == verb]


def told(house: House) -> str:
    return " ".join(house.post.last(LetterKind.ERASURE_OUTCOME).text.split())


async def approve(house: House, case: str) -> None:
    await house.until(case, Status.DECIDING)
    digest = plan(house, case).digest
    decision = Decision(kind=APPROVE_PLAN, by="dpo", role=Role.DPO, plan=digest)
    await cases.decide(house.desk, case, decision)


async def approved(house: House, **more: str) -> str:
    case = await house.open(**{"right": "erasure", **more})
    await house.prove(case)
    await approve(house, case)
    await house.until(case, Status.GRACE)
    return case


async def closed(house: House, case: str) -> None:
    await house.skip(case, days=8)
    await house.until(case, Status.CLOSED)


async def settle(house: House, case: str, kind: str, name: str = "crm") -> None:
    by = "dpo" if kind == ACCEPT_GAP else "support"
    role = Role.DPO if kind == ACCEPT_GAP else Role.SUPPORT
    await house.until(case, Status.BY_HAND)
    await cases.decide(house.desk, case, Decision(kind=kind, by=by, role=role, system=name), WORDS)
