"""How the tests speak of a client that has its data corrected: a shared system, an instruction, a letter."""

from dataclasses import replace
from typing import Any

from desk.instructing import instruct
from desk.instructing_corrections import corrections_in
from desk.tasks import tasks
from dsar.evidence import EvidenceKind
from tests.people import ADA_EMAIL
from tests.pretend_shared import SharedRectifier
from tests.workflow.conftest import House
from tests.workflow.corrections import OLD, WISH
from tests.workflow.erasures import STRANGER
from tests.workflow.instructions import life, of_client, today


def shared(name: str = "crm", **more: Any) -> SharedRectifier:
    """Ada is in both collections, with the same wrong number; so is a stranger."""
    rows = {ADA_EMAIL: [{"phone": OLD, "email": ADA_EMAIL}], STRANGER: [{"phone": OLD, "email": STRANGER}]}
    held = {
        name: {who: [dict(row) for row in of] for who, of in rows.items()} for name in ("orders", "trainings")
    }
    return SharedRectifier(name, **{"held": held, **more})


def phones(system: SharedRectifier, who: str = ADA_EMAIL) -> dict[str, list[str]]:
    return {name: [row["phone"] for row in rows.get(who, [])] for name, rows in system.held.items()}


async def correct(house: House, case: str, wish: str = WISH, **more: Any) -> int:
    """Type it, as the desk does, without waiting for its end."""
    cards = [system.card for system in house.systems.values()]
    wishes = corrections_in(wish, cards, "training") if wish else ()
    given = replace(today(house), **{"to": "correct", "corrections": wishes, **more})
    return await instruct(house.desk, case, "training", given, by="dpo")


async def corrected(house: House, case: str, wish: str = WISH, **more: Any) -> int:
    number = await correct(house, case, wish, **more)
    await life(house, case, number).result()
    return number


def letters(house: House) -> list[str]:
    return [notice.text for _, notice in house.post.notices if "instructed us to correct" in notice.text]


def waiting(house: House) -> list[tuple[str, str]]:
    return [(task.system, task.reason) for task in tasks(house.desk)]


async def is_written(house: House, case: str) -> bool:
    return bool(of_client(house, case, EvidenceKind.RECEIPT))
