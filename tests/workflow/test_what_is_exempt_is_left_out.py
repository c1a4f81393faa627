"""An exemption: left out of the bundle, item by item, and stated wherever the answer is (LAW EXM-20..23)."""

import json
import zipfile
from io import BytesIO
from typing import Any

from activities.disclosure import BUNDLE
from desk import redacting
from dsar.decision_kinds import EXEMPT, INCLUDE, RELEASE
from dsar.vocabulary import Found, LetterKind, Outcome, Role
from tests.people import ADA_EMAIL
from tests.pretend_tools import VISITS, PretendSystem
from tests.workflow.beside import WHY, decide, deciding, recorded
from tests.workflow.conftest import House, refused
from tests.workflow.reviews import ROWS, by_words

WHOLE = {"collection": VISITS.name}
SECRET = "overheard-by-a-colleague"


def bundle(house: House, case: str) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(house.vault.get(case, BUNDLE))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def said(files: dict[str, bytes], name: str) -> Any:
    return json.loads(next(body for path, body in files.items() if path.endswith(name)))


async def test_a_holding_that_is_exempt_is_nowhere_in_the_bundle_and_named_everywhere(house: House) -> None:
    house.add(PretendSystem("attic", rows={ADA_EMAIL: [{"n": 2, "about": SECRET}]}))
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, EXEMPT, system="attic", ground="EXM-03", facts=WHOLE)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    files = bundle(house, case)
    withheld = said(files, "withheld.json")["withheld"]
    systems = {one["system"]: one for one in said(files, "completeness.json")["systems"]}
    letter = house.post.last(LetterKind.PARTIAL_ANSWER).text
    assert Outcome.PARTLY_FULFILLED is closing.outcome
    assert not [name for name, body in files.items() if SECRET.encode() in body]
    assert [("attic", VISITS.name, "EXM-03", WHY)] == [
        (one["system"], one["collection"], one["ground"], one["explanation"]) for one in withheld
    ]
    assert (Found.EXEMPT, "exempted") == (systems["attic"]["answer"], systems["attic"]["reason"])
    assert Found.FOUND == systems["crm"]["answer"]
    assert ("privilege" in letter, "4,200 messages" in letter) == (True, True)


async def test_a_field_that_is_exempt_is_left_out_of_every_record(house: House) -> None:
    house.add(PretendSystem("attic", rows={ADA_EMAIL: [{"n": 2, "about": SECRET}, {"n": 3}]}))
    async with house.worker():
        case, _ = await deciding(house)
        facts = {**WHOLE, "field": "about"}
        await decide(house, case, EXEMPT, system="attic", ground="15_4_others", facts=facts)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    files = bundle(house, case)
    rows = [body for name, body in files.items() if "attic" in name and name.endswith(".jsonl")]
    assert Outcome.PARTLY_FULFILLED is closing.outcome
    assert not [name for name, body in files.items() if SECRET.encode() in body]
    assert 2 == len(rows[0].splitlines())
    assert "about" == said(files, "withheld.json")["withheld"][0]["field"]


async def test_an_exemption_is_no_wider_than_its_items(house: House) -> None:
    """Not a system as a whole, nothing unknown, never all of it: that would be a refusal in disguise."""
    async with house.worker():
        case, _ = await deciding(house)
        sound: dict[str, Any] = {"system": "crm", "ground": "EXM-03"}
        wrong: dict[str, Any]
        for wrong, reason in (
            ({"facts": WHOLE, "system": "nowhere"}, "no_such_holding"),
            ({"facts": {}}, "no_such_holding"),
            ({"facts": {"collection": "diaries"}}, "no_such_holding"),
            ({"facts": WHOLE}, "everything_exempt"),
            ({"facts": WHOLE, "ground": "17_3_b"}, "ground_unknown"),
            ({"facts": WHOLE, "role": Role.SUPPORT}, "role_refused"),
        ):
            with refused(reason):
                await decide(house, case, EXEMPT, **{**sound, **wrong})
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome


async def test_an_exemption_that_is_taken_back_leaves_nothing_out(house: House) -> None:
    house.add(PretendSystem("attic", rows={ADA_EMAIL: [{"n": 2, "about": SECRET}]}))
    async with house.worker():
        case, _ = await deciding(house)
        await decide(house, case, EXEMPT, system="attic", ground="EXM-03", facts=WHOLE)
        await recorded(house, case, 1)
        await decide(house, case, INCLUDE, system="attic", facts=WHOLE)
        await decide(house, case, RELEASE)
        closing = await house.life(case).result()

    files = bundle(house, case)
    assert Outcome.FULFILLED is closing.outcome
    assert [name for name, body in files.items() if SECRET.encode() in body]
    assert [] == said(files, "withheld.json")["withheld"]
    assert {Found.FOUND} == {answer.found for answer in house.register.answers(case)}


async def test_what_was_redacted_and_then_left_out_as_a_whole_is_named_once(house: House) -> None:
    house.add(PretendSystem("attic", rows=ROWS, marks=("text",)))
    async with house.worker():
        case, _ = await deciding(house)
        await by_words(house, case, 1, "reviewer-1")
        await redacting.keep(house.desk, case, "all", by="reviewer-1")
        await redacting.clear(house.desk, case, "all", by="reviewer-2")
        await decide(house, case, EXEMPT, system="attic", ground="EXM-03", facts=WHOLE)
        await decide(house, case, RELEASE)
        await house.life(case).result()

    withheld = said(bundle(house, case), "withheld.json")["withheld"]
    assert [("attic", "EXM-03")] == [(one["system"], one["ground"]) for one in withheld]
