"""After the shredding nobody can read the case again: not vault, Temporal nor desk (DESIGN §7)."""

from datetime import timedelta

import pytest

from activities.disclosure import BUNDLE
from desk import cases
from desk.delivery import take_out
from desk.desk import Desk
from desk.intake import open_case
from desk.shredding import ask
from dsar.case import Decision
from dsar.decision_kinds import RELEASE
from dsar.dossier import DOOR, open_identity
from dsar.errors import InputError, OperatorError
from dsar.evidence import EvidenceKind
from dsar.expiry import ExpiryOrder
from dsar.intake import NewRequest
from dsar.vocabulary import Role, Status
from tests.end_to_end.conftest import Engine, eventually
from tests.people import ADA_EMAIL
from tests.shredding import shredded
from workflows.retention import DsarRetention

AGAIN = "asks.again@subject.example"


async def closed(engine: Engine) -> str:
    case = await engine.open()
    await engine.prove(case)
    await engine.until(case, Status.DECIDING)
    await cases.decide(engine.desk, case, Decision(kind=RELEASE, by="dpo_robin", role=Role.DPO))
    await engine.until(case, Status.CLOSED)
    return case


async def test_a_shredded_case_is_unreadable_and_its_evidence_still_whole(engine: Engine) -> None:
    case = await closed(engine)
    before = open_identity(engine.desk.vault, case)
    objects = await shredded(engine.desk, case)

    assert before.identifiers
    assert objects > 0
    for name in (BUNDLE, f"identity/{DOOR}"):
        with pytest.raises(OperatorError, match=r"object_missing|key_destroyed"):
            engine.desk.vault.get(case, name)
    assert engine.desk.register.verify_evidence(case).whole
    assert EvidenceKind.SHREDDED is engine.desk.register.evidence(case)[-1].kind
    assert ADA_EMAIL not in str(cases.show(engine.desk, case))
    await eventually(lambda: _gone(engine.desk, case), "Temporal still has the execution")


async def test_an_answer_is_taken_out_by_the_dpo_alone_and_it_is_on_record(engine: Engine) -> None:
    """For whoever has no mailbox: the DPO hands it over another way."""
    case = await closed(engine)
    with pytest.raises(InputError) as refusal:
        take_out(engine.desk, case, by="support_anna")
    archive = b"".join(take_out(engine.desk, case, by="dpo_robin").chunks)
    entry = engine.desk.register.evidence(case)[-1]

    assert "role_refused" == refusal.value.reason
    assert archive.startswith(b"PK")
    assert (EvidenceKind.DOWNLOADED, "dpo_robin") == (entry.kind, entry.facts["by"])


async def test_a_person_whose_case_was_shredded_may_ask_again_the_same_day(engine: Engine) -> None:
    first = await open_case(engine.desk, NewRequest(right="access", regime="UK-ENG", email=AGAIN))
    case = first.record.request.case_id
    await engine.until(case, Status.IDENTIFYING)
    await cases.withdraw(engine.desk, case)
    await engine.until(case, Status.CLOSED)
    await shredded(engine.desk, case)
    second = await open_case(engine.desk, NewRequest(right="access", regime="UK-ENG", email=AGAIN))

    assert second.created
    assert case != second.record.request.case_id


async def test_an_open_case_cannot_be_shredded(engine: Engine) -> None:
    """A key destroyed under an open case would leave it stuck for ever."""
    case = await engine.open()
    with pytest.raises(InputError) as refusal:
        ask(engine.desk, case, by="dpo_robin")
    await engine.until(case, Status.IDENTIFYING)
    await cases.withdraw(engine.desk, case)

    assert "case_open" == refusal.value.reason


async def test_only_the_dpo_may_shred(engine: Engine) -> None:
    case = await closed(engine)
    with pytest.raises(InputError) as refusal:
        ask(engine.desk, case, by="support_anna")

    assert "role_refused" == refusal.value.reason


async def _gone(desk: Desk, case: str) -> bool:
    return case not in [found.id async for found in desk.client.list_workflows(f"WorkflowId='{case}'")]


async def test_records_are_shown_held_and_shredded_from_the_front_desk(engine: Engine) -> None:
    case = await closed(engine)
    shown = engine.run("retention", case)
    reason = ("--reason", "a claim of which the judgment is not final yet")
    engine.run("hold", case, "--by", "dpo_robin", *reason)
    held = engine.run("retention", case)
    refused = engine.run("shred", case, "--by", "dpo_robin", code=2)
    engine.run("hold", case, "--lift", "--by", "dpo_robin", *reason)
    engine.run("shred", case, "--by", "dpo_robin")
    alone = engine.run("shred", case, "--confirm", "--by", "dpo_robin", code=2)
    done = engine.run("shred", case, "--confirm", "--by", "dpo_deputy")

    assert ["identity", "parcels", "case", "evidence"] == [row["kind"] for row in shown]
    assert {False} == {row["due"] for row in shown}
    assert {("held",)} == {tuple(row["blocks"]) for row in held}
    assert ["held", "same_person"] == [refused["error"], alone["error"]]
    assert done["objects"] > 0
    assert ["evidence"] == [row["kind"] for row in engine.run("retention", case)]


async def test_the_calendar_shreds_what_is_past_its_time_on_real_parts(engine: Engine) -> None:
    case = await closed(engine)
    order = ExpiryOrder(at=engine.desk.now() + timedelta(days=4 * 366))
    done = await engine.desk.client.execute_workflow(
        DsarRetention.run, args=[order, None], id="retention-of-the-future", task_queue=engine.desk.task_queue
    )
    entry = engine.desk.register.evidence(case)[-1]

    assert done.cases > 0
    assert (EvidenceKind.SHREDDED, "time_over") == (entry.kind, entry.facts["because"])
    assert () == engine.desk.vault.names(case)
