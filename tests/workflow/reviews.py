"""How the tests speak of reviews: a case that waits for one, words that are cut, the answer's files."""

import zipfile
from io import BytesIO

from activities.disclosure import BUNDLE
from desk import redacting, reviewing
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Status
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House

EVE = "Eve Brandt"
CODE = "15_4_others"
TALK = f"Ada said that {EVE} had called. {EVE.upper()} denies it."
ROWS = {
    ADA_EMAIL: [{"id": 1, "text": TALK}, {"id": 2, "text": "nothing here"}, {"id": 3, "text": "", "n": EVE}]
}


async def waiting(house: House) -> str:
    """A case whose release waits for the review."""
    case = await house.open()
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    return case


async def by_words(house: House, case: str, item: int, by: str) -> int:
    cuts = reviewing.cuts_by_words(house.desk, case, item, EVE, CODE)
    return await redacting.redact(house.desk, case, item, cuts, by=by)


def bundle(house: House, case: str) -> dict[str, bytes]:
    archive = zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE)))
    return {name: archive.read(name) for name in archive.namelist()}


def count(house: House, case: str, kind: EvidenceKind) -> int:
    return sum(entry.kind is kind for entry in house.register.evidence(case))
