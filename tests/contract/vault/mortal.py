"""A worker that exports and writes a bundle, and is killed at the step it is told. Started by a test.

Usage: mortal.py ENDPOINT ACCESS_KEY SECRET KEY_FILE CASE ROWS STEP. At last it prints the manifest's digest,
rows and size, and on standard error how many steps the whole life had. It exits with 75 to be run again.
"""

import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from activities.exporting import ahead
from bundle.archive import ArchiveWriter
from dsar.errors import TemporaryError
from dsar.holdings import Collection, Page
from dsar.parcels import Packer, folder_of, unpack, write_waybill
from dsar.ports import Section, Sink
from dsar.vocabulary import Category
from tests.bundles import KEY, facts
from tests.people import ADA_EMAIL
from vault.master import FileMasterKey
from vault.vault import S3Vault, VaultSettings

PAGE = 500
TRY_AGAIN = os.EX_TEMPFAIL
FOLDER = folder_of("crm", 1)


class Mortal:
    """Counts the steps of a life, and ends it at the last one as `kill -9` does."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, _rows: int = 0) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Failing:
    """A sink that may be the last thing its worker touched."""

    def __init__(self, sink: Sink, life: Mortal) -> None:
        self._sink, self._life = sink, life

    def write(self, data: bytes, /) -> int:
        self._life.step()
        return self._sink.write(data)

    def flush(self) -> None:
        self._sink.flush()


def pages(rows: int, cursor: str) -> Iterator[Page]:
    """Rows that hardly fold, so that the archive needs several parts."""
    for start in range(int(cursor or 0), rows, PAGE):
        held = [
            {"id": n, "mail": ADA_EMAIL, "pad": hashlib.sha512(str(n).encode()).hexdigest()}
            for n in range(start, min(start + PAGE, rows))
        ]
        yield Page(rows=tuple(held), cursor=str(start + len(held)))


def live(vault: S3Vault, case: str, rows: int, life: Mortal) -> str:
    packer = Packer(vault, case, FOLDER, "notes")
    at = packer.resume()
    if not at.done:
        for page in pages(rows, at.cursor):
            life.step()
            if packer.add(page):
                packer.flush()
        life.step()
        packer.flush(done=True)
    life.step()
    write_waybill(vault, case, FOLDER, [packer.whole])
    kind = Collection(name="notes", category=Category.SUPPORT)
    sections = (
        Section(system="crm", vendor="x", collection=kind, rows=found)
        for _, found in unpack(vault, case, FOLDER, ahead)
    )
    with vault.sink(case, "bundle/answer.zip") as sink:
        receipt = ArchiveWriter(KEY).write(facts(), sections, Failing(sink, life), life.step)
        life.step()
    return f"{receipt.manifest_sha256} {receipt.rows} {receipt.size}"


if __name__ == "__main__":
    endpoint, access_key, secret, key_file, case, rows, step = sys.argv[1:]
    settings = VaultSettings(
        bucket="dsar-vault",
        endpoint=endpoint,
        access_key=access_key,
        secret=SecretStr(secret),
        master=FileMasterKey(Path(key_file)),
    )
    life = Mortal(int(step))
    try:
        sys.stdout.write(live(S3Vault(settings), case, int(rows), life))
    except TemporaryError:
        sys.exit(TRY_AGAIN)
    sys.stderr.write(str(-life.left))
