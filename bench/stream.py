"""One person's rows from a cursor to S3: the engine's way against the plain pipe, each in its own process.

    python -m bench.stream                      10,000 and 1,000,000 rows
    python -m bench.stream --rows 10000000      as many as you have patience for

The plain pipe folds, seals and uploads each page, and does nothing else. The engine seals parcels from which
it could resume, then writes the bundle: JSONL and CSV, pages, hashes, signature. S3 is SeaweedFS on loopback.
"""

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from activities.exporting import ahead
from bench import gauges
from bundle.archive import ArchiveWriter
from bundle.signing import public_pem
from bundle.verify import verify
from dsar.holdings import Collection, Page
from dsar.parcels import Packer, folder_of, unpack, write_waybill
from dsar.ports import Section
from dsar.vocabulary import Category
from rehearsal import s3
from tests.bundles import facts
from vault.master import FileMasterKey, create_key_file
from vault.vault import S3Vault, VaultSettings

_PAGE, _BUCKET, _CASE = 1000, "bench", f"case_{'b' * 20}"
_OUT = Path(__file__).parent / "out" / "stream.json"
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def pages(rows: int) -> Iterator[Page]:
    """Events such as an analytics system holds: half of it repeats, half hardly does."""
    for start in range(0, rows, _PAGE):
        held = tuple(
            {
                "id": n,
                "event": f"$pageview {n % 17}",
                "at": f"2026-10-{n % 28 + 1:02d}T10:{n % 60:02d}:00Z",
                "url": f"https://shop.example/products/{n % 977}",
                "session": hashlib.md5(str(n).encode(), usedforsecurity=False).hexdigest(),
            }
            for n in range(start, min(start + _PAGE, rows))
        )
        yield Page(rows=held, cursor=str(start + len(held)))


def plain(vault: S3Vault, rows: int) -> dict[str, float]:
    """Cursor, fold, seal, upload."""
    folder, size = zlib.compressobj(6), 0
    with vault.sink(_CASE, "plain") as sink:
        for page in pages(rows):
            data = "".join(json.dumps(row) + "\n" for row in page.rows).encode()
            size += len(data)
            sink.write(folder.compress(data))
        sink.write(folder.flush())
    return {"mb": size / 1e6}


def engine(vault: S3Vault, rows: int) -> dict[str, float]:
    """Parcels, then the bundle."""
    began = time.perf_counter()
    folder = folder_of("crm", 1)
    packer = Packer(vault, _CASE, folder, "events")
    for page in pages(rows):
        if packer.add(page):
            packer.flush()
    packer.flush(done=True)
    write_waybill(vault, _CASE, folder, [packer.whole])
    exported = time.perf_counter()
    kind = Collection(name="events", category=Category.TECHNICAL_USAGE)
    found = unpack(vault, _CASE, folder, ahead)
    sections = (Section(system="crm", vendor="x", collection=kind, rows=out) for _, out in found)
    with vault.sink(_CASE, "bundle/answer.zip") as sink:
        receipt = ArchiveWriter(_KEY).write(facts(), sections, sink, lambda _: None)
    written = time.perf_counter()
    next(vault.stream(_CASE, "bundle/answer.zip"))
    first = time.perf_counter()
    return {
        "export_s": exported - began,
        "bundle_s": written - exported,
        "bundle_mb": receipt.size / 1e6,
        "first_byte_s": first - written,
    }


def checked(vault: S3Vault, scratch: Path) -> dict[str, float]:
    """Verify the bundle that `engine` wrote."""
    (scratch / "key.pem").write_bytes(public_pem(_KEY))
    with (scratch / "b.zip").open("wb") as file:
        for chunk in vault.stream(_CASE, "bundle/answer.zip"):
            file.write(chunk)
    began = time.perf_counter()
    report = verify(scratch / "b.zip", scratch / "key.pem")
    assert report.ok, report.lines()  # noqa: S101 - a bench of a broken bundle measures nothing
    return {"verify_s": time.perf_counter() - began}


def _measured(side: str, rows: int, scratch: Path, reach: list[str]) -> dict[str, float]:
    asked = [sys.executable, "-m", "bench.stream", "--side", side, "--rows", str(rows)]
    done = subprocess.run(
        [*asked, "--scratch", str(scratch), "--reach", *reach], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def _side(side: str, rows: int, scratch: Path, reach: list[str]) -> dict[str, float]:
    endpoint, key, secret = reach
    master = FileMasterKey(scratch / "master.key")
    vault = S3Vault(
        VaultSettings(
            bucket=_BUCKET, endpoint=endpoint, access_key=key, secret=SecretStr(secret), master=master
        )
    )
    vault.open_case(_CASE)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.perf_counter()
    spent = time.process_time()
    found = (
        checked(vault, scratch) if side == "verify" else {"plain": plain, "engine": engine}[side](vault, rows)
    )
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found | {
        "s": took,
        "processor_s": time.process_time() - spent,
        "rows_per_s": rows / took,
        "peak_mib": peak,
        "peak_over_start_mib": peak - before,
    }


def _all(sizes: list[int]) -> dict[str, dict[str, dict[str, float]]]:
    found: dict[str, dict[str, dict[str, float]]] = {}
    for rows in sizes:
        with (
            tempfile.TemporaryDirectory(prefix="dsar-stream-") as place,
            s3.start(Path(place) / "s3") as server,
        ):
            scratch, reach = Path(place), [server.endpoint, server.access_key, server.secret]
            create_key_file(scratch / "master.key")
            settings = VaultSettings(
                bucket=_BUCKET,
                endpoint=server.endpoint,
                access_key=server.access_key,
                secret=SecretStr(server.secret),
                master=FileMasterKey(scratch / "master.key"),
            )
            S3Vault(settings).prepare()
            sides = {side: _measured(side, rows, scratch, reach) for side in ("plain", "engine", "verify")}
        sides["engine"]["mb_per_s"] = sides["plain"]["mb"] / sides["engine"]["s"]
        for ratio, of in (("ratio_to_plain", "s"), ("ratio_by_processor", "processor_s")):
            sides["engine"][ratio] = sides["plain"][of] / sides["engine"][of]
        found[f"{rows:,}"] = {side: {k: round(v, 2) for k, v in told.items()} for side, told in sides.items()}
        print(f"{rows:,}", json.dumps(found[f"{rows:,}"], indent=1))
    return found


def main() -> None:
    """Measure, print, and write `bench/out/stream.json`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    for hidden in ("--side", "--scratch"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--reach", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(_side(asked.side, asked.rows[0], Path(asked.scratch), asked.reach)))
        return
    _OUT.parent.mkdir(parents=True, exist_ok=True)
    _OUT.write_text(json.dumps({"load": gauges.load(), "rows": _all(asked.rows)}, indent=2) + "\n")


if __name__ == "__main__":
    main()
