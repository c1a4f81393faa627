"""What it costs when the upload of a bundle is cut on a slow line, and how fast a stream is sealed.

    python -m bench.resuming                      64 MB of scans and 200,000 rows, at 100 Mbit/s
    python -m bench.resuming --megabits 20

Each bundle is written whole; then a worker dies when three quarters are sent, and the next one writes it
twice: with what the store has, and as if it had nothing. S3 is SeaweedFS on loopback, behind a narrow way.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

from bench import gauges
from bench.stream import pages
from bundle.archive import ArchiveWriter
from dsar.holdings import Collection, Row
from dsar.ports import Section, Sink
from dsar.vocabulary import Category
from rehearsal import s3
from tests.bundles import KEY, facts
from tests.faulty_store import FaultyStore, Trouble, faulty, narrow
from vault.master import FileMasterKey, create_key_file
from vault.seal import CHUNK, Chained, DataKey, Salted, Sealer
from vault.vault import S3Vault, VaultSettings

_OUT = Path(__file__).parent / "out" / "resuming.json"
_CASE, _NAME = f"case_{'b' * 20}", "bundle/answer.zip"
_DIES_AT = 0.75  # of the bytes
_FOREVER = 1_000_000
Write = Callable[[Sink], object]


class Dying:
    """A sink whose worker dies after so many bytes."""

    def __init__(self, sink: Sink, after: float) -> None:
        self._sink, self._left = sink, after

    def write(self, data: bytes, /) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise KeyboardInterrupt
        return self._sink.write(data)

    def flush(self) -> None:
        self._sink.flush()


def scans(megabytes: int) -> Write:
    """Bytes that do not fold, such as pictures: the archive carries them as they are."""
    data = os.urandom(megabytes * 1_000_000)

    def write(sink: Sink) -> None:
        for at in range(0, len(data), CHUNK):
            sink.write(data[at : at + CHUNK])

    return write


def events(rows: int) -> Write:
    """A bundle of events, which are made and folded on the way."""
    kind = Collection(name="events", category=Category.TECHNICAL_USAGE)

    def found() -> Iterator[Row]:
        return (row for page in pages(rows) for row in page.rows)

    def write(sink: Sink) -> None:
        section = Section(system="crm", vendor="x", collection=kind, rows=found())
        ArchiveWriter(KEY).write(facts(), [section], sink, lambda _: None)

    return write


def resumed(vault: S3Vault, way: FaultyStore, write: Write, line: Trouble) -> dict[str, float]:
    """Write it whole, then after a death: going on, and beginning again."""
    whole = _attempt(vault, way, write, line)
    size = sum(map(len, vault.stream(_CASE, _NAME)))
    with suppress(KeyboardInterrupt), vault.sink(_CASE, _NAME) as sink:
        write(Dying(sink, size * _DIES_AT))
    goes_on = _attempt(vault, way, write, line)
    begins_again = _attempt(vault, way, write, line)
    return {
        "mb": size / 1e6,
        "whole_s": whole["s"],
        "goes_on_s": goes_on["s"],
        "goes_on_parts": goes_on["parts"],
        "begins_again_s": begins_again["s"],
        "begins_again_parts": begins_again["parts"],
        "saved_s": begins_again["s"] - goes_on["s"],
    }


def _attempt(vault: S3Vault, way: FaultyStore, write: Write, line: Trouble) -> dict[str, float]:
    began = time.perf_counter()
    with way.troubled(line), vault.sink(_CASE, _NAME) as sink:
        write(sink)
    return {"s": time.perf_counter() - began, "parts": way.struck.count(line.name)}


def seals(megabytes: int = 128) -> dict[str, float]:
    """How many megabytes a second each format seals, by processor time."""
    key, data = DataKey(_CASE, bytes(32)), os.urandom(CHUNK)
    told = {}
    for name, lock in (("whole", Salted(key, _NAME, bytes(16))), ("streamed", Chained(key, _NAME))):
        sealer, began = Sealer(lock), time.process_time()
        for _ in range(megabytes):
            for _sealed in sealer.add(data):
                pass
        told[f"{name}_mb_per_s"] = megabytes * CHUNK / 1e6 / (time.process_time() - began)
    return told


def main() -> None:
    """Measure, print, and write `bench/out/resuming.json`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabits", type=float, default=100, help="that the line carries in a second")
    parser.add_argument("--megabytes", type=int, default=64, help="of scans")
    parser.add_argument("--rows", type=int, default=200_000, help="of events")
    asked = parser.parse_args()
    line = Trouble(name="part", strike=narrow(asked.megabits), verb="PUT", asks="/.parts/", times=_FOREVER)
    with (
        tempfile.TemporaryDirectory(prefix="dsar-resuming-") as place,
        s3.start(Path(place) / "s3") as server,
    ):
        create_key_file(Path(place) / "master.key")
        with faulty(server.endpoint) as way:
            settings = VaultSettings(
                bucket="bench",
                endpoint=way.endpoint,
                access_key=server.access_key,
                secret=SecretStr(server.secret),
                master=FileMasterKey(Path(place) / "master.key"),
            )
            vault = S3Vault(settings)
            vault.prepare()
            vault.open_case(_CASE)
            found: dict[str, dict[str, float]] = {"seal": seals()}
            found["scans"] = resumed(vault, way, scans(asked.megabytes), line)
            found["events"] = resumed(vault, way, events(asked.rows), line)
    told = {name: {what: round(figure, 2) for what, figure in one.items()} for name, one in found.items()}
    _OUT.parent.mkdir(parents=True, exist_ok=True)
    _OUT.write_text(json.dumps({"load": gauges.load(), "megabits": asked.megabits, **told}, indent=2) + "\n")
    print(_OUT.read_text())


if __name__ == "__main__":
    main()
