"""Commands about events that go out: how far each destination was told, what is dead, what is told again."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from commands._counter import Json, console, tell
from commands._desk import with_desk
from desk import telling
from desk.desk import Desk
from dsar.errors import InputError
from dsar.ports.relay import Course, Parked

app = typer.Typer()


class Action(StrEnum):
    """What can be done."""

    LIST = "list"
    DEAD = "dead"
    REPLAY = "replay"
    DROP = "drop"


@app.command()
def events(
    action: Annotated[Action, typer.Argument(help="list | dead | replay | drop")] = Action.LIST,
    destination: Annotated[str, typer.Argument(help="Of which destination.")] = "",
    *,
    after: Annotated[
        int | None, typer.Option(help="replay: send everything after this position again; 0: from the start.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how far each destination was told, or what it did not take; or send again.

    `replay` has the dead tried again; with --after it sends everything since a position once more.
    `drop` forgets a destination that stands in DSAR_EVENTS_FILE no more.

    Examples:
      starter.py events list
      starter.py events replay desk
      starter.py events replay desk --after 1200
    """

    async def work(desk: Desk) -> tuple[object, str | Table]:
        if action is Action.LIST:
            courses = desk.relays.courses()
            return [asdict(one) for one in courses], _courses(courses)
        if action is Action.DEAD:
            dead = desk.relays.dead(destination)
            return [_told(*one) for one in dead], _dead(dead)
        if not destination:
            raise InputError("destination_missing", "name one; see `events list`", field="destination")
        if action is Action.DROP:
            telling.drop(desk, destination)
            return {"destination": destination}, f"{destination} is forgotten"
        count = telling.replay(desk, destination, after=after)
        said = "everything since then is sent again" if after is not None else f"{count} are tried again"
        return {"destination": destination, "revived": count, "after": after}, said

    told, said = with_desk(work, as_json=as_json)
    tell(told, lambda: console.print(said), as_json=as_json)


def _told(destination: str, parked: Parked) -> dict[str, object]:
    body = parked.event.body
    about = {"position": parked.event.position, "event": body["id"], "type": body["type"]}
    why = {"reason": parked.reason, "attempts": parked.attempts, "since": parked.since_at}
    return {"destination": destination, **about, **why}


def _courses(courses: tuple[Course, ...]) -> str | Table:
    if not courses:
        return "nobody was told anything yet: name destinations in DSAR_EVENTS_FILE and start a worker"
    table = Table("destination", "told up to", "of", "waiting", "dead", "trouble")
    for one in courses:
        counts = (one.position, one.newest, one.waiting, one.dead)
        table.add_row(one.destination, *map(str, counts), one.trouble)
    return table


def _dead(dead: tuple[tuple[str, Parked], ...]) -> str | Table:
    if not dead:
        return "nothing is dead"
    table = Table("destination", "position", "event", "type", "reason", "attempts", "since")
    for destination, parked in dead:
        row = _told(destination, parked)
        table.add_row(*(str(value) for value in row.values()))
    return table
