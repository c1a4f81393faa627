"""A file that a system hands over with a record comes to the person as it was found."""

import json
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO

from activities.disclosure import BUNDLE
from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import RELEASE
from dsar.holdings import File, Page
from dsar.person import Identity
from dsar.vocabulary import Role, Status
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House

SCRIPT = b"<script>alert('" + ADA_EMAIL.encode() + b"')</script>"


async def _bytes() -> AsyncIterator[bytes]:
    for at in range(0, len(SCRIPT), 7):
        yield SCRIPT[at : at + 7]


class WithScans(PretendSystem):
    """A system each of whose records has a file."""

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        async for page in super().export(identity, collection, cursor):
            rows = tuple({**row, "scan": File(name="scan.html", chunks=_bytes())} for row in page.rows)
            yield Page(rows=rows, cursor=page.cursor)


async def test_a_record_and_its_file_arrive_together(house: House) -> None:
    house.add(WithScans("crm", rows={ADA_EMAIL: [{"id": 1}, {"id": 2}]}))
    async with house.worker():
        case = await house.open()
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        await cases.decide(house.desk, case, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        await house.life(case).result()
    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))
    lines = [json.loads(line) for line in archive.read("data/crm/visits.jsonl").splitlines()]
    paths = [line["scan"]["file"] for line in lines]

    assert paths == ["data/crm/visits/000001-scan.txt", "data/crm/visits/000002-scan.txt"]
    assert [archive.read(path) for path in paths] == [SCRIPT, SCRIPT]
    assert not any(SCRIPT in sealed for sealed in house.vault.objects.values())
