"""What may concern others is reviewed by two people before it is released (Art. 15(4); LAW EXM-22)."""

import json
from collections.abc import AsyncIterator

from desk import cases, redacting, reviewing
from dsar.decision_kinds import RELEASE
from dsar.evidence import EvidenceKind
from dsar.holdings import File, Page
from dsar.person import Identity
from dsar.redaction import Cut
from dsar.vocabulary import Outcome
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.reviews import CODE, EVE, ROWS, TALK, bundle, by_words, count, waiting
from tests.workflow.test_no_system_is_left_unknown import by_dpo


async def _bytes() -> AsyncIterator[bytes]:
    yield f"%PDF- {EVE}".encode()


class Scans(PretendSystem):
    """A system each of whose records has a document."""

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        async for page in super().export(identity, collection, cursor):
            rows = tuple({**row, "scan": File(name=f"{EVE}.pdf", chunks=_bytes())} for row in page.rows)
            yield Page(rows=rows, cursor=page.cursor)


async def reviewed(house: House) -> str:
    """A case whose first record was cut by one reviewer, all of it cleared by another, and released."""
    house.add(PretendSystem("crm", rows=ROWS, marks=("text",)))
    house.add(PretendSystem("plain", rows={ADA_EMAIL: [{"id": 9}]}))
    case = await waiting(house)
    reviewing.read(house.desk, case, 1, by="reviewer-1")
    await by_words(house, case, 1, "reviewer-1")
    await redacting.keep(house.desk, case, "2", by="reviewer-1")
    await redacting.clear(house.desk, case, "all", by="reviewer-2")
    await cases.decide(house.desk, case, by_dpo(RELEASE))
    await house.life(case).result()
    return case


async def test_what_is_cut_out_stands_in_no_file_of_the_answer(house: House) -> None:
    async with house.worker():
        case = await reviewed(house)

    files = bundle(house, case)
    [one] = json.loads(files["withheld.json"])["withheld"]
    assert not any(EVE.upper().encode() in data for data in files.values())
    assert EVE.encode() in files["data/crm/visits.jsonl"].splitlines()[2]  # a field that nobody marked
    assert f"Ada said that [redacted: {CODE}] had called." in files["data/crm/visits.csv"].decode()
    assert f"[redacted: {CODE}]" in files["index.html"].decode()
    assert ("crm", "visits", CODE) == (one["system"], one["collection"], one["ground"])
    assert "2 place(s) of 1 record(s)" in one["explanation"]


async def test_a_reading_is_evidence_and_no_word_of_it(house: House) -> None:
    async with house.worker():
        case = await reviewed(house)

    [reading] = [e for e in house.register.evidence(case) if e.kind is EvidenceKind.READ]
    assert {"review": 1, "item": 1, "why": "review", "by": "reviewer-1", "role": "reviewer"} == reading.facts
    assert not any(EVE in str(entry.facts) for entry in house.register.evidence(case))
    assert not any(EVE.encode() in sealed for sealed in house.vault.objects.values())


async def test_nothing_is_released_before_a_second_person_cleared_it(house: House) -> None:
    house.add(PretendSystem("crm", rows=ROWS, marks=("text",)))
    async with house.worker():
        case = await waiting(house)
        sheet = reviewing.listed(house.desk, case)
        with refused("not_reviewed"):
            await cases.decide(house.desk, case, by_dpo(RELEASE))
        with refused("role_refused"):
            reviewing.read(house.desk, case, 1, by="support-1")
        await redacting.keep(house.desk, case, "all", by="reviewer-1")
        with refused("second_person"):
            await redacting.clear(house.desk, case, "all", by="reviewer-1")
        with refused("not_reviewed"):
            await cases.decide(house.desk, case, by_dpo(RELEASE))
        left = await redacting.clear(house.desk, case, "all", by="dpo")
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()

    assert (2, 2, 0) == (sheet.items, sheet.open, left)
    assert Outcome.FULFILLED is closing.outcome


async def test_where_nothing_is_marked_nothing_changes(house: House) -> None:
    house.add(PretendSystem("crm", rows=ROWS))
    async with house.worker():
        case = await waiting(house)
        with refused("no_review"):
            reviewing.listed(house.desk, case)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    assert 0 == count(house, case, EvidenceKind.REVIEW_BEGUN)
    assert TALK.encode() in bundle(house, case)["data/crm/visits.jsonl"]


async def test_a_marked_system_without_a_marked_word_asks_nobody(house: House) -> None:
    house.add(PretendSystem("crm", rows={ADA_EMAIL: [{"id": 1, "text": ""}]}, marks=("text",)))
    async with house.worker():
        case = await waiting(house)
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome


async def test_a_document_is_left_out_or_replaced_and_its_name_with_it(house: House) -> None:
    house.add(Scans("crm", rows={ADA_EMAIL: [{"id": 1}, {"id": 2}, {"id": 3}]}, marks=("*",)))
    async with house.worker():
        case = await waiting(house)
        found = b"".join(reviewing.fetch(house.desk, case, 1, ("scan",), by="reviewer-1"))
        clean = reviewing.hand_in(house.desk, case, b"%PDF- nobody")
        for number, file in ((1, None), (2, clean)):
            cut = Cut(path=("scan",), code=CODE, file=file)
            cuts = reviewing.cuts_for(house.desk, case, number, (cut,))
            await redacting.redact(house.desk, case, number, cuts, by="reviewer-1")
        await redacting.keep(house.desk, case, "3", by="dpo")
        await redacting.clear(house.desk, case, "1-2", by="dpo")
        await redacting.clear(house.desk, case, "3", by="reviewer-1")
        await cases.decide(house.desk, case, by_dpo(RELEASE))
        await house.life(case).result()

    files = bundle(house, case)
    rows = [json.loads(line) for line in files["data/crm/visits.jsonl"].splitlines()]
    assert EVE.encode() in found
    assert f"[redacted: {CODE}]" == rows[0]["scan"]
    assert b"%PDF- nobody" == files[rows[1]["scan"]["file"]]
    assert "redacted.pdf" == rows[1]["scan"]["name"]
    assert 1 == sum(EVE.encode() in data for name, data in files.items() if name.endswith(".pdf"))


async def test_nobody_reads_an_item_that_is_not_there(house: House) -> None:
    house.add(PretendSystem("crm", rows=ROWS, marks=("text",)))
    async with house.worker():
        case = await waiting(house)
        for item in (0, -1, 3, 10**9):
            with refused("item_unknown"):
                reviewing.read(house.desk, case, item, by="reviewer-1")
        with refused("why_unknown"):
            reviewing.read(house.desk, case, 1, by="reviewer-1", why="curiosity")
        with refused("code_unknown"):
            reviewing.check_code(house.desk, case, "ccpa_others")
        await cases.withdraw(house.desk, case)
        await house.life(case).result()

    assert 0 == count(house, case, EvidenceKind.READ)
