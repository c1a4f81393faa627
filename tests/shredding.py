"""Shredding as staff do it: one person asks, a second one confirms."""

from desk import shredding
from desk.desk import Desk


async def shredded(desk: Desk, case: str, by: str = "dpo_robin", confirmed_by: str = "dpo_deputy") -> int:
    shredding.ask(desk, case, by=by)
    return await shredding.confirm(desk, case, by=confirmed_by)
