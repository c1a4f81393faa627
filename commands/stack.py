"""Commands about the engine itself: systems, prepare, serve, dev, demo."""

import asyncio

import typer
import uvicorn

import fitter
import settings
from commands._counter import Exit, Json, console, guarded, tell
from commands._desk import with_desk
from commands._parts import print_parts
from console.window import window
from desk.desk import Desk
from desk.systems import Health, health
from dsar.webhooks import secret_of
from preparing import prepare as prepare_stack

app = typer.Typer()


@app.command()
def systems(*, as_json: Json = False) -> None:
    """Show what is connected, what each system can do, and whether every part answers.

    What is unsafe about the bucket is shown with the command that mends it; where `systems.yaml` gives a
    budget for the month, also what is left of it. Exit code 1 if a part does not
    answer, or if strangers may read the bucket. Example: starter.py systems
    """

    async def work(desk: Desk) -> tuple[Health, ...]:
        kit = fitter.tools(settings.load())
        connected = fitter.connectors(kit)
        try:
            return await health(desk, connected, fitter.post(kit))
        finally:
            await connected.close()

    found = with_desk(work, as_json=as_json)
    tell(found, lambda: print_parts(found), as_json=as_json)
    if not all(part.ok for part in found):
        raise typer.Exit(Exit.FAILED)


@app.command()
def prepare(*, as_json: Json = False) -> None:
    """Prepare a fresh stack: keys, database schema, bucket, search attributes. Safe to repeat.

    Example: starter.py prepare
    """
    changes = guarded(lambda: asyncio.run(prepare_stack(settings.load())), as_json=as_json)
    tell(
        changes,
        lambda: console.print("\n".join(changes) or "nothing to change", markup=False),
        as_json=as_json,
    )


@app.command()
def serve() -> None:
    """Serve the page where people fetch their answers. Put a proxy with TLS before it.

    Example: DSAR_WINDOW_ADDRESS=0.0.0.0:8080 starter.py serve
    """
    config = guarded(settings.load, as_json=False)
    secret = guarded(lambda: _secret(config), as_json=False)
    host, _, port = config.window_address.rpartition(":")

    async def work(desk: Desk) -> None:
        page = uvicorn.Config(
            window(desk, secret=secret), host=host, port=int(port), access_log=False, log_level="warning"
        )
        await uvicorn.Server(page).serve()

    with_desk(work, as_json=False)


def _secret(config: settings.Settings) -> bytes | None:
    said = config.secret("intake_secret")
    return secret_of(said) if said else None
