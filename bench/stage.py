"""The stage of the bench: the rehearsal's real servers, the shop, and `worker.py` as often as wanted."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

import fitter
import settings
from bench import shop
from desk.desk import Desk
from preparing import prepare
from rehearsal import s3, temporal
from rehearsal.processes import LOOPBACK, Child, Program, StartError, free_ports, running
from workflows.attributes import ALL

_HOME = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """What the engine and the yardstick lean on."""

    directory: Path
    temporal: temporal.TemporalServer
    s3: s3.S3Server
    mail_port: int
    systems: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A desk, and the worker that lives its cases."""

    desk: Desk
    worker: Child
    environment: Mapping[str, str] = field(repr=False)


@contextmanager
def servers(directory: Path, shop_url: str, kinds: tuple[shop.Kind, ...]) -> Iterator[Servers]:
    """Start Temporal, SeaweedFS and the mail catcher, and fill the shop.

    Raises:
        StartError: which program did not come up, and where its log is.
    """
    directory.mkdir(parents=True)
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        filled = pool.submit(shop.fill, shop_url, kinds)
        store = pool.submit(stack.enter_context, s3.start(directory / "s3"))
        flow = pool.submit(stack.enter_context, temporal.start(directory / "temporal", ALL, ui=False))
        mail_port = stack.enter_context(_mail_server())
        filled.result()
        yield Servers(
            directory=directory,
            temporal=flow.result(),
            s3=store.result(),
            mail_port=mail_port,
            systems=shop.write_systems(directory, shop_url),
        )


@contextmanager
def _mail_server() -> Iterator[int]:
    """Run a mail server that takes everything and reads nothing: what it does with mail is not measured."""
    (port,) = free_ports(1)
    controller = Controller(Sink(), hostname=LOOPBACK, port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@asynccontextmanager
async def engine(held: Servers, name: str, register_url: str) -> AsyncIterator[Engine]:
    """Run `worker.py` as a program of its own on a register of ours, and open a desk beside it."""
    environment = _environment(held, name, register_url)
    os.environ.update(environment)
    config = settings.load()
    await prepare(config)
    program = _python(held, name, ("worker.py",), environment, _answers(environment["DSAR_HEALTH_ADDRESS"]))
    with running(program) as worker:
        yield Engine(
            desk=await fitter.desk(fitter.tools(config), lazy=False), worker=worker, environment=environment
        )


@contextmanager
def bare_worker(held: Servers, bell: int) -> Iterator[Child]:
    """Run the worker of the bare workflow."""
    environment = {"TEMPORAL_ADDRESS": held.temporal.address, "BENCH_BELL": str(bell)}
    with running(_python(held, "bare", ("-m", "bench.bare"), environment, lambda: True)) as worker:
        yield worker


def pid_of(child: Child) -> int:
    """Return the process id of a program that must be running.

    Raises:
        StartError: it is not.
    """
    if child.pid is None:
        raise StartError(f"{child.program.name} has ended; its log is {child.program.log}")
    return child.pid


def _python(
    held: Servers,
    name: str,
    arguments: tuple[str, ...],
    environment: Mapping[str, str],
    ready: Callable[[], bool],
) -> Program:
    return Program(
        name=name,
        command=(sys.executable, *arguments),
        log=held.directory / f"{name}.log",
        ready=ready,
        environment={**environment, **_compiled(held)},
        directory=_HOME,
        patience=60,
        grace=30,
    )


def _compiled(held: Servers) -> dict[str, str]:
    """Let programs keep their compiled modules, as deployed ones do, whatever this shell wants."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(held.directory.absolute() / "pyc")}


def _environment(held: Servers, name: str, register_url: str) -> dict[str, str]:
    here = held.directory.absolute()
    metrics, health = free_ports(2)
    return {
        "TEMPORAL_ADDRESS": held.temporal.address,
        "DSAR_REGISTER_URL": register_url,
        "DSAR_S3_ENDPOINT": held.s3.endpoint,
        "DSAR_S3_REGION": held.s3.region,
        "DSAR_S3_ACCESS_KEY": held.s3.access_key,
        "DSAR_S3_SECRET": held.s3.secret,
        "DSAR_MASTER_KEY_FILE": str(here / "master.key"),
        "DSAR_SIGNING_KEY_FILE": str(here / "signing.pem"),
        "DSAR_SMTP_HOST": LOOPBACK,
        "DSAR_SMTP_PORT": str(held.mail_port),
        "DSAR_SYSTEMS_FILE": str(held.systems),
        "DSAR_COMPANY_FILE": str(_HOME / "policy" / "company.yaml"),
        "DSAR_TASK_QUEUE": f"bench-{name}",
        "DSAR_METRICS_ADDRESS": f"{LOOPBACK}:{metrics}",
        "DSAR_HEALTH_ADDRESS": f"{LOOPBACK}:{health}",
    }


def _answers(address: str) -> Callable[[], bool]:
    return partial(_is_ready, f"http://{address}/ready")


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False
