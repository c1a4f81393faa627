"""A second real S3 server, written by others in another language: OpenStack Swift with its `s3api`.

It is no dependency of ours: `DSAR_TEST_SWIFT` names a virtual environment that has it (`pip install swift`),
as `.ci/run` makes one. Where it is missing, tests that need it are skipped by name.
"""

import base64
import os
import pwd
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import run

import httpx

from rehearsal.processes import LOOPBACK, Program, StartError, accepts, find_program, free_ports, running

REGION = "us-east-1"
_DEVICE = "disk"
_SERVERS = ("account", "container", "object")
_FRONT = "catch_errors gatekeeper healthcheck listing_formats s3api tempauth copy bulk slo versioned_writes"
# Which device keeps what: a ring for each kind, made in one go by Swift's own Python.
_RINGS = f"""
import sys
from swift.common.ring import RingBuilder
for asked in sys.argv[1:]:
    file, place = asked.split()
    ip, port = place.split(":")
    builder = RingBuilder(4, 1, 0)
    builder.add_dev(dict(region=1, zone=1, ip=ip, port=int(port), device="{_DEVICE}", weight=1))
    builder.rebalance()
    builder.get_ring().save(file.removesuffix(".builder") + ".ring.gz")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwiftServer:
    """A running server. `directory` has all its files."""

    endpoint: str
    access_key: str
    secret: str = field(repr=False)
    region: str
    directory: Path


def programs() -> Path | None:
    """Return the folder of Swift's programs, or None where it is not installed."""
    named = os.environ.get("DSAR_TEST_SWIFT")
    if named:
        return Path(named) / "bin"
    try:
        return find_program("swift-proxy-server").parent
    except StartError:
        return None


@contextmanager
def start(directory: Path, found: Path) -> Iterator[SwiftServer]:
    """Serve S3 from `directory`: four programs, one device, everything encrypted at rest.

    Raises:
        StartError: one of them did not come up.
    """
    proxy, *ports = free_ports(1 + len(_SERVERS))
    server = SwiftServer(
        endpoint=f"http://{LOOPBACK}:{proxy}",
        access_key="test:dsar",
        secret=secrets.token_urlsafe(24),
        region=REGION,
        directory=directory,
    )
    (directory / "devices" / _DEVICE).mkdir(parents=True)
    _configure(server, found, proxy, dict(zip(_SERVERS, ports, strict=True)))
    named = {"proxy": proxy, **dict(zip(_SERVERS, ports, strict=True))}
    with ExitStack() as stack, ThreadPoolExecutor(len(named)) as together:
        coming = [
            together.submit(stack.enter_context, running(_program(directory, found, name, port)))
            for name, port in named.items()
        ]
        for program in coming:
            program.result()
        yield server


def _program(directory: Path, found: Path, name: str, port: int) -> Program:
    def ready() -> bool:
        if name != "proxy":
            return accepts(port)
        try:
            return httpx.get(f"http://{LOOPBACK}:{port}/healthcheck", timeout=2).is_success
        except httpx.HTTPError:
            return False

    return Program(
        name=f"swift-{name}",
        command=(str(found / f"swift-{name}-server"), str(directory / f"{name}.conf"), "--verbose"),
        log=directory / f"{name}.log",
        ready=ready,
        directory=directory,
        grace=2,
    )


def _configure(server: SwiftServer, found: Path, proxy: int, ports: dict[str, int]) -> None:
    here = server.directory
    asked = [f"{here / name}.builder {LOOPBACK}:{port}" for name, port in ports.items()]
    run([str(found / "python"), "-c", _RINGS, *asked], check=True, capture_output=True)
    (here / "swift.conf").write_text(f"[swift-hash]\nswift_hash_path_suffix = {secrets.token_hex(16)}\n")
    for name, port in ports.items():
        (here / f"{name}.conf").write_text(
            f"{_common(here, port)}[pipeline:main]\npipeline = {name}-server\n"
            f"[app:{name}-server]\nuse = egg:swift#{name}\n"
        )
    users = f"[filter:tempauth]\nuse = egg:swift#tempauth\nuser_test_dsar = {server.secret} .admin\n"
    plain = "".join(
        f"[filter:{name}]\nuse = egg:swift#{name}\n"
        for name in (*_FRONT.split(), "encryption")
        if name not in ("tempauth", "s3api")
    )
    root = base64.b64encode(os.urandom(32)).decode()
    (here / "proxy.conf").write_text(
        f"{_common(here, proxy)}[pipeline:main]\npipeline = {_FRONT} keymaster encryption proxy-server\n"
        f"[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n"
        f"[filter:s3api]\nuse = egg:swift#s3api\nlocation = {REGION}\ns3_acl = false\n"
        f"[filter:keymaster]\nuse = egg:swift#keymaster\nencryption_root_secret = {root}\n"
        f"{users}{plain}"
    )


def _common(here: Path, port: int) -> str:
    who = pwd.getpwuid(os.getuid()).pw_name
    return (
        f"[DEFAULT]\nbind_ip = {LOOPBACK}\nbind_port = {port}\nworkers = 0\nuser = {who}\n"
        f"swift_dir = {here}\ndevices = {here / 'devices'}\nmount_check = false\n"
        f"log_name = swift\nlog_level = WARNING\nlog_address = {here / 'no-syslog'}\n"
        "fallocate_reserve = 0\n"
    )
