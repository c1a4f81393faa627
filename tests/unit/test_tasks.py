"""Until when a task should be done, and who hears if it is not; the unknown closes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.closing import Closing
from activities.correspondence import Correspondence
from dsar.case import RightsRequest, SystemAnswer
from dsar.evidence import EvidenceKind, Fact
from dsar.orders import Order
from dsar.reminders import ESCALATION
from dsar.systems import UNSETTLED
from dsar.tasks import BEFORE_DUE, PATIENCE, deadline, next_step
from dsar.vocabulary import Channel, Found, Outcome, Right, Role
from letters.writer import LetterWriter
from tests.pretend_register import MemoryRegister
from tests.pretend_tools import PretendCompany, PretendPost
from tests.pretend_vault import MemoryVault

DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
CASE = "case_0123456789abcdef0123"


@given(DAYS, DAYS)
def test_a_task_is_due_before_its_case_and_never_before_it_began(since: date, due: date) -> None:
    until = deadline(since, due)

    assert since <= until <= since + PATIENCE
    assert until == since or until <= due - BEFORE_DUE


@given(DAYS, st.integers(0, 400))
def test_somebody_higher_hears_each_time_and_then_every_week(since: date, days: int) -> None:
    after = since + timedelta(days=days)
    step = next_step(since, after)

    assert after < step.on <= after + timedelta(days=7)
    assert days < 2 * PATIENCE.days or {Role.TEAM_LEAD, Role.DPO} == ESCALATION[step.kind]


@given(st.dictionaries(st.sampled_from(["crm", "mail", "attic", "post"]), st.sampled_from(Found), min_size=1))
def test_no_case_is_closed_as_answered_while_one_system_is_unknown(found: dict[str, Found]) -> None:
    """Whatever the story believes, the last door is shut (DESIGN §1.1)."""
    register, vault = MemoryRegister(), MemoryVault()
    letters = Correspondence(register, vault, LetterWriter(), PretendPost(), PretendCompany(), "e.example")
    request = RightsRequest(
        case_id=CASE,
        subject_id="sub_1",
        right=Right.ACCESS,
        regime="UK-ENG",
        received_at=NOW,
        received_on=NOW.date(),
        channel=Channel.FORM,
    )
    register.open_case(request, fingerprint="0" * 64, intake_key="k", at=NOW)
    for name, answer in found.items():
        fact = Fact(key=f"searched:{name}", kind=EvidenceKind.SEARCHED, at=NOW)
        register.put_answer(CASE, SystemAnswer(system=name, found=answer), (), fact)
    order = Order(request=request, at=NOW, outcome=Outcome.FULFILLED)
    close = Closing(register, vault, letters).close_case

    if UNSETTLED.isdisjoint(found.values()):
        ActivityEnvironment().run(close, order)
        assert Outcome.FULFILLED is register.case(CASE).outcome
    else:
        with pytest.raises(ApplicationError, match="system_unknown"):
            ActivityEnvironment().run(close, order)
        assert register.case(CASE).outcome is None


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_without_a_due_date_a_task_has_its_own_patience(since: date) -> None:
    assert since + PATIENCE == deadline(since, None)
