"""How the tests speak of corrections: a system with rows, a wish, its decision, what was told."""

from typing import Any

from desk import correcting
from dsar.evidence import Entry, EvidenceKind
from dsar.vocabulary import LetterKind, Status
from tests.people import ADA_EMAIL
from tests.pretend_rectifier import PretendRectifier
from tests.workflow.conftest import House
from tests.workflow.erasures import STRANGER

OLD, NEW = "0115 555 0100", "+44 115 555 0142"
WHY = "She called us from the new number, and it is in her account."
WISH = f"phone = {NEW}"


def shop(name: str = "crm", **more: Any) -> PretendRectifier:
    rows = {ADA_EMAIL: [{"phone": OLD, "name": "Ada"}, {"page": "/"}], STRANGER: [{"phone": OLD}]}
    return house_rows(name, rows, **more)


def house_rows(name: str, rows: dict[str, list[dict[str, Any]]], **more: Any) -> PretendRectifier:
    return PretendRectifier(name, rows=rows, **more)


def add(house: House, system: PretendRectifier) -> PretendRectifier:
    house.add(system)
    return system


async def asked(house: House, wish: str = WISH, **more: str) -> str:
    case = await house.open(**{"right": "rectification", "corrections": wish, **more})
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    return case


async def answer(
    house: House, case: str, number: int, said: str, by: str = "support", ground: str = ""
) -> None:
    await house.until(case, Status.DECIDING)
    more: dict[str, Any] = {"facts": {"compared_with": "document"}} if said == "refuse" else {}
    await correcting.decide(house.desk, case, number, said, by=by, reason=WHY, ground=ground, **more)


def facts(house: House, case: str, kind: EvidenceKind) -> list[Entry]:
    return [entry for entry in house.register.evidence(case) if entry.kind is kind]


def told(house: House) -> str:
    return " ".join(house.post.last(LetterKind.RECTIFICATION_OUTCOME).text.split())
