"""Commands that need the rehearsal room: a whole engine on this machine, and the demo."""

import asyncio
import os
import shlex
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

import fitter
import settings
from commands._counter import Exit, complaints, console, guarded
from dsar.errors import InputError
from preparing import prepare as prepare_stack
from rehearsal.processes import StartError
from rehearsal.stage import Scenery, Stage, performing, scenery
from rehearsal.story import Story, StoryError

app = typer.Typer()
_MARK = ".demo"  # stands in what a demo left
Keep = Annotated[bool, typer.Option("--keep", help="Leave everything running, to look at; Ctrl-C ends it.")]


@app.command()
def dev(*, directory: Annotated[Path, typer.Option(help="Where everything is kept.")] = Path(".dev")) -> None:
    """Boot Temporal, S3, mail catcher, sample systems, worker and page on this machine, and stay.

    Prints the settings that other commands need in another terminal. Example: starter.py dev
    """
    with _staged(directory) as stage:
        _stay(stage)


@app.command()
def demo(
    *, keep: Keep = False, out: Annotated[Path, typer.Option(help="What it leaves.")] = Path("demo-out")
) -> None:
    """Play one access request from the first letter to the downloaded answer, on real parts.

    Example: starter.py demo --keep
    """
    guarded(lambda: _cleared(out), as_json=False)
    began, told = time.perf_counter(), []

    def say(line: str) -> None:
        told.append(line)
        complaints.print(f"[dim]{time.perf_counter() - began:6.1f} s[/dim]  ", end="")
        complaints.print(line, markup=False, soft_wrap=True)

    say("Starting a Temporal server, an S3 server, a mail catcher, two sample systems, the worker…")
    with _staged(out / "stage") as stage:
        asyncio.run(_played(stage.scenery, out, say))
        say(f"Look at {out}/bundle.zip, {out}/letters/, {out}/evidence.json and {out}/story.txt.")
        (out / "story.txt").write_text("\n".join(told) + "\n")
        if keep:
            _stay(stage)
    shutil.rmtree(out / "stage", ignore_errors=True)


async def _played(scene: Scenery, out: Path, say: Callable[[str], None]) -> None:
    desk = await fitter.desk(fitter.tools(settings.load()))
    await Story(desk=desk, scene=scene, out=out, say=say).play()


def _cleared(out: Path) -> None:
    """Remove what an earlier demo left, and nothing that is somebody else's."""
    if out.exists() and any(out.iterdir()) and not (out / _MARK).exists():
        raise InputError("out_taken", "this directory holds something else: name a new one", field="--out")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / _MARK).touch()


@contextmanager
def _staged(directory: Path) -> Iterator[Stage]:
    """Boot everything, with our own settings pointing at it. TERM and Ctrl-C end it in good order."""
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        with scenery(directory, ui=True) as scene:
            os.environ.update(scene.environment)
            asyncio.run(prepare_stack(settings.load()))
            with performing(scene) as stage:
                yield stage
    except StartError as error:
        complaints.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(Exit.NOT_READY) from None
    except StoryError as error:
        complaints.print(f"{error}; look at the logs in {directory}", markup=False, soft_wrap=True)
        raise typer.Exit(Exit.FAILED) from None
    except KeyboardInterrupt:
        complaints.print("\nstopped; nothing is left running")
        raise typer.Exit(Exit.STOPPED) from None


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stay(stage: Stage) -> None:
    """Say where everything is, and wait for Ctrl-C."""
    directory = stage.scenery.directory
    exports = (f"export {name}={shlex.quote(value)}" for name, value in stage.scenery.environment.items())
    (directory / "environment").write_text("\n".join(exports) + "\n")
    console.print(f"\nTemporal UI   {stage.scenery.temporal.ui_url}", soft_wrap=True)
    console.print(f"Letters       {directory / 'letters'}", soft_wrap=True, markup=False)
    console.print(
        f"In another terminal, first:   . {directory / 'environment'}", soft_wrap=True, markup=False
    )
    console.print("Ctrl-C ends everything.")
    with suppress(KeyboardInterrupt):
        signal.pause()
