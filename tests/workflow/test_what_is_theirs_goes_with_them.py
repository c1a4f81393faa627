"""Portability, told in order: what is eligible, what is not and why, to the person or whom they name."""

import io
import json
import zipfile
from typing import Any

import pytest

from activities.disclosure import BUNDLE
from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import MANUAL_DONE, REFUSE, RELEASE, RETRY
from dsar.errors import OperatorError, TemporaryError
from dsar.evidence import EvidenceKind
from dsar.transfers import TRANSFER, Destination
from dsar.vocabulary import LetterKind, Outcome, Role, Status
from dsar.withholding import Ineligible
from tests.people import ADA_EMAIL
from tests.pretend_tools import VISITS, PretendSystem
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import WORDS, settle

URL = "https://imports.meadow.example/in?X-Amz-Signature=secret"
RELEASED = Decision(kind=RELEASE, by="dpo", role=Role.DPO)


def held(name: str, **row: Any) -> PretendSystem:
    return PretendSystem(name, rows={ADA_EMAIL: [row]})


async def released(house: House, **more: str) -> str:
    case = await house.open(right="portability", **more)
    await house.prove(case)
    await house.until(case, Status.DECIDING)
    await cases.decide(house.desk, case, RELEASED)
    return case


def bundle(house: House, case: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(house.vault.get(case, BUNDLE))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told(house: House) -> str:
    return " ".join(house.post.last(LetterKind.PORTABILITY_ANSWER).text.split())


async def test_only_what_is_eligible_goes_and_the_rest_is_listed_with_its_reason(house: House) -> None:
    house.add(held("crm", note="from her"))
    analytics = house.add(held("analytics", note="worked out"))
    house.company.kept_here["analytics", VISITS.name] = Ineligible.PROVIDED
    async with house.worker():
        case = await released(house)
        closing = await house.life(case).result()

    files = bundle(house, case)
    [left] = json.loads(files["withheld.json"])["withheld"]
    assert Outcome.FULFILLED is closing.outcome
    assert b"from her" in files["data/crm/visits.jsonl"]
    assert "data/crm/visits.csv" in files
    assert not any(b"worked out" in content for content in files.values())
    assert ("analytics", "visits", "20_1_provided") == (left["system"], left["collection"], left["ground"])
    assert "Your visits: Left out: 20_1_provided." in told(house)
    assert 0 == analytics.exports


async def test_of_whom_nothing_is_eligible_only_a_refusal_can_be_given(house: House) -> None:
    house.add(held("crm"))
    house.company.kept_here["crm", VISITS.name] = Ineligible.GROUND
    async with house.worker():
        case = await house.open(right="portability")
        await house.prove(case)
        await house.until(case, Status.DECIDING)
        with refused("not_offered"):
            await cases.decide(house.desk, case, RELEASED)
        no = Decision(
            kind=REFUSE, by="dpo", role=Role.DPO, ground="20_not_eligible", facts={"why": "other_ground"}
        )
        await cases.decide(house.desk, case, no, WORDS)
        closing = await house.life(case).result()

    assert Outcome.REFUSED is closing.outcome


async def test_it_is_sent_to_whom_they_name_with_a_receipt(house: House) -> None:
    house.add(held("crm"))
    house.company.destinations["imports.meadow.example"] = Destination(name="Meadow Apps Ltd")
    async with house.worker():
        case = await released(house, send_to=URL)
        await house.life(case).result()

    [(url, body)] = house.carrier.taken
    [receipt] = [e.facts for e in house.register.evidence(case) if e.kind is EvidenceKind.TRANSFERRED]
    assert (URL, house.vault.get(case, BUNDLE)) == (url, body)
    assert (200, len(body), "imports.meadow.example") == tuple(receipt[k] for k in ("status", "size", "host"))
    assert "Signature" not in str(house.register.evidence(case))
    assert "Meadow Apps Ltd. They have received it." in told(house)
    assert str(receipt["sha256"]) in told(house)


@pytest.mark.parametrize("kind", [RETRY, MANUAL_DONE])
async def test_a_transfer_that_fails_is_a_task_by_hand(house: House, kind: str) -> None:
    house.add(held("crm"))
    house.company.destinations["imports.meadow.example"] = Destination(name="Meadow Apps Ltd")
    house.carrier.trouble = [
        TemporaryError(TRANSFER, "http_503"),
        OperatorError(TRANSFER, "transfer_refused"),
    ]
    async with house.worker():
        case = await released(house, send_to=URL)
        await house.skip(case, minutes=5)
        await settle(house, case, kind, TRANSFER)
        await house.life(case).result()

    said = "They have received it." if kind == RETRY else "A person of ours has handed it over."
    assert said in told(house)
    assert (kind == RETRY) == bool(house.carrier.taken)


@pytest.mark.parametrize(
    ("url", "more", "reason"),
    [
        ("https://evil.example/in", {}, "transfer_host_unknown"),
        ("http://imports.meadow.example/in", {}, "transfer_insecure"),
        ("nonsense", {}, "transfer_malformed"),
        (URL, {"right": "access"}, "transfer_not_asked"),
    ],
)
async def test_it_goes_only_where_the_company_sends_to(
    house: House, url: str, more: dict[str, str], reason: str
) -> None:
    house.company.destinations["imports.meadow.example"] = Destination(name="Meadow Apps Ltd")
    with refused(reason):
        await house.open(**{"right": "portability", "send_to": url, **more})
