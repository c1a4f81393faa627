"""The stage: a real Temporal server, a real S3 server, a mail catcher, sample systems, worker and window.

Everything lives in one directory, so that a stage taken up again finds its cases. Nothing survives the stage.
"""

import fcntl
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import yaml

from rehearsal import crm, s3, temporal
from rehearsal.mail import MailCatcher
from rehearsal.people import canary
from rehearsal.processes import LOOPBACK, Child, Program, StartError, free_ports, running
from workflows.attributes import ALL

_HOME = Path(__file__).parent.parent
_TOKEN = "rehearsal-key"  # noqa: S105  # opens invented data on a loopback port


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenery:
    """What stands on the stage before the engine does: servers and sample systems."""

    directory: Path
    temporal: temporal.TemporalServer
    s3: s3.S3Server
    mail: MailCatcher
    analytics: Child
    environment: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The whole engine, running."""

    scenery: Scenery
    worker: Child
    window: Child


@contextmanager
def scenery(directory: Path, *, ui: bool) -> Iterator[Scenery]:
    """Start servers and sample systems side by side; stop them, whatever happens, at the end.

    Raises:
        StartError: which program did not come up, and where its log is.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        stack.enter_context(_alone(directory))
        store = pool.submit(stack.enter_context, s3.start(directory / "s3"))
        flow = pool.submit(stack.enter_context, temporal.start(directory / "temporal", ALL, ui=ui))
        port = free_ports(1)[0]
        analytics = pool.submit(stack.enter_context, running(_analytics(directory, port)))
        mail = stack.enter_context(MailCatcher(directory / "letters"))
        _build_crm(directory / "crm.db")
        environment = _environment(directory, flow.result(), store.result(), mail)
        _write_systems(directory, port)
        _plant_a_canary(directory)
        yield Scenery(
            directory=directory,
            temporal=flow.result(),
            s3=store.result(),
            mail=mail,
            analytics=analytics.result(),
            environment=environment,
        )


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Hold the directory: two stages on the same files would spoil each other's."""
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StartError(
                f"another stage runs in {directory}: end it, or name another directory"
            ) from None
        yield


@contextmanager
def performing(scene: Scenery) -> Iterator[Stage]:
    """Run worker and window on prepared scenery, as programs of their own."""
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        worker = pool.submit(stack.enter_context, running(worker_program(scene)))
        window = pool.submit(stack.enter_context, running(window_program(scene)))
        yield Stage(scenery=scene, worker=worker.result(), window=window.result())


def worker_program(scene: Scenery) -> Program:
    """Return the worker as a child program; a test may run several."""
    health = scene.environment["DSAR_HEALTH_ADDRESS"]
    return _python(scene, "worker", ("worker.py",), partial(_answers, f"http://{health}/ready"))


def window_program(scene: Scenery) -> Program:
    """Return the window as a child program; a test may run several."""
    address = scene.environment["DSAR_WINDOW_ADDRESS"]
    return _python(scene, "window", ("starter.py", "serve"), partial(_answers, f"http://{address}/live"))


def _python(scene: Scenery, name: str, arguments: tuple[str, ...], ready: Callable[[], bool]) -> Program:
    return Program(
        name=name,
        command=(sys.executable, *arguments),
        log=scene.directory / f"{name}.log",
        ready=ready,
        environment=scene.environment,
        directory=_HOME,
        patience=90,
        grace=30,
    )


def _analytics(directory: Path, port: int) -> Program:
    token = directory / "analytics.token"
    token.write_text(_TOKEN)
    command = ("-m", "rehearsal.posthog_server", "--port", str(port))
    files = ("--db", str(directory.absolute() / "analytics.db"), "--token-file", str(token.absolute()))
    return Program(
        name="analytics",
        command=(sys.executable, *command, *files),
        log=directory / "analytics.log",
        ready=partial(_answers, f"http://{LOOPBACK}:{port}/api/projects/1/persons/", refused_too=True),
        directory=_HOME,
    )


def _environment(
    directory: Path, flow: temporal.TemporalServer, store: s3.S3Server, mail: MailCatcher
) -> dict[str, str]:
    here = directory.absolute()
    metrics, health, window = free_ports(3)
    return {
        "TEMPORAL_ADDRESS": flow.address,
        "DSAR_REGISTER_URL": f"sqlite:///{here / 'register.db'}",
        "DSAR_S3_ENDPOINT": store.endpoint,
        "DSAR_S3_REGION": store.region,
        "DSAR_S3_ACCESS_KEY": store.access_key,
        "DSAR_S3_SECRET": store.secret,
        "DSAR_MASTER_KEY_FILE": str(here / "master.key"),
        "DSAR_SIGNING_KEY_FILE": str(here / "signing.pem"),
        "DSAR_SMTP_HOST": LOOPBACK,
        "DSAR_SMTP_PORT": str(mail.port),
        "DSAR_SYSTEMS_FILE": str(here / "systems.yaml"),
        "DSAR_CANARIES_FILE": str(here / "canaries.yaml"),
        "DSAR_COMPANY_FILE": str(_HOME / "policy" / "company.yaml"),
        "DSAR_METRICS_ADDRESS": f"{LOOPBACK}:{metrics}",
        "DSAR_HEALTH_ADDRESS": f"{LOOPBACK}:{health}",
        "DSAR_WINDOW_ADDRESS": f"{LOOPBACK}:{window}",
        "DSAR_PUBLIC_URL": f"http://{LOOPBACK}:{window}",
    }


def _write_systems(directory: Path, port: int) -> None:
    here = directory.absolute()
    posthog = {
        "base_url": f"http://{LOOPBACK}:{port}",
        "project_id": 1,
        "api_key": f"file:{here}/analytics.token",
    }
    systems = [
        {
            "name": "crm",
            "connector": "sql",
            "settings": {
                "url": f"sqlite:///{here}/crm.db",
                "write_url": f"sqlite:///{here}/crm.db",
                "hash_key": secrets.token_hex(32),
                "map": str(_HOME / "rehearsal" / "crm.map.yaml"),
            },
        },
        {"name": "analytics", "connector": "posthog", "settings": posthog},
    ]
    (directory / "systems.yaml").write_text(yaml.safe_dump({"systems": systems}, sort_keys=False))


def _plant_a_canary(directory: Path) -> None:
    """One of the invented customers is there to be found: a CRM that does not find them is dead."""
    (directory / "canary.yaml").write_text(yaml.safe_dump({"email": canary().email}))
    row = {"name": "north", "identifiers": "canary.yaml", "systems": ["crm"]}
    (directory / "canaries.yaml").write_text(yaml.safe_dump({"canaries": [row]}))


def _build_crm(path: Path) -> None:
    if not path.exists():
        crm.build(path)


def _answers(url: str, *, refused_too: bool = False) -> bool:
    try:
        reply = httpx.get(url, timeout=2)
    except httpx.HTTPError:
        return False
    return reply.is_success or (refused_too and reply.status_code == httpx.codes.UNAUTHORIZED)
