"""After the shredding nobody can read the case again: not vault, Temporal nor desk (DESIGN §7)."""

import pytest

from activities.disclosure import BUNDLE
from desk import cases
from desk.delivery import take_out
from desk.desk import Desk
from desk.intake import open_case
from desk.shredding import shred
from dsar.case import Decision
from dsar.decisions import RELEASE
from dsar.dossier import DOOR, open_identity
from dsar.errors import InputError, OperatorError
from dsar.evidence import EvidenceKind
from dsar.intake import NewRequest
from dsar.vocabulary import Role, Status
from tests.end_to_end.conftest import Engine, eventually
from tests.people import ADA_EMAIL

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
    objects = await shred(engine.desk, case, by="dpo_robin")

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
    archive = b"".join(take_out(engine.desk, case, by="dpo_robin"))
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
    await shred(engine.desk, case, by="dpo_robin")
    second = await open_case(engine.desk, NewRequest(right="access", regime="UK-ENG", email=AGAIN))

    assert second.created
    assert case != second.record.request.case_id


async def test_an_open_case_cannot_be_shredded(engine: Engine) -> None:
    """A key destroyed under an open case would leave it stuck for ever."""
    case = await engine.open()
    with pytest.raises(InputError) as refusal:
        await shred(engine.desk, case, by="dpo_robin")
    await engine.until(case, Status.IDENTIFYING)
    await cases.withdraw(engine.desk, case)

    assert "case_open" == refusal.value.reason


async def test_only_the_dpo_may_shred(engine: Engine) -> None:
    case = await closed(engine)
    with pytest.raises(InputError) as refusal:
        await shred(engine.desk, case, by="support_anna")

    assert "role_refused" == refusal.value.reason


async def _gone(desk: Desk, case: str) -> bool:
    return case not in [found.id async for found in desk.client.list_workflows(f"WorkflowId='{case}'")]
