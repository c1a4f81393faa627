"""A processor that does not answer, or that no letter reaches: chased, escalated, and never forgotten."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from connectors import mail
from desk import cases
from dsar.decision_kinds import RETRY
from dsar.errors import OperatorError, TemporaryError
from dsar.evidence import EvidenceKind
from dsar.ports import Letter
from dsar.processors import NO_IDENTIFIER
from dsar.vocabulary import LetterKind, Status
from tests.contract.connectors.systems.mail import SETTINGS
from tests.pretend_tools import PretendPost, PretendSystem
from tests.workflow.conftest import House
from tests.workflow.test_no_system_is_left_unknown import by_dpo, proved
from tests.workflow.test_processors_are_written_to import asked, end, furnished, only_task, text, written


async def test_silence_is_answered_by_letters_and_climbs_from_owner_to_dpo(house: House) -> None:
    """Ten days for the processor; its owner hears after five, the lead after ten, then the DPO."""
    async with furnished(house).worker():
        case = await proved(house)
        await asked(house, case, 1)
        await house.days(case, 18)
        await asked(house, case, 2)
        heard = [(to, notice.subject) for to, notice in house.post.notices if "task" in notice.subject]
        status = cases.show(house.desk, case).record.status
        await end(house, case, "not-found")
        await house.until(case, Status.DECIDING)
        count = len(written(house))
        await house.days(case, 14)

    first, second = (letter for _, letter in written(house)[:2])
    owners = [to for to, subject in heard if subject.startswith("A task waits")]
    assert Status.BY_HAND is status
    assert ["support@larkfield.example", "mill_desk@larkfield.example"] == owners
    assert "mill_desk@larkfield.example" in [to for to, subject in heard if "LATE" in subject]
    assert {"team_lead@larkfield.example", "dpo@larkfield.example"} <= {
        to for to, subject in heard if "STUCK" in subject
    }
    assert "have no answer on record yet" not in text(first)
    assert "have no answer on record yet" in text(second)
    assert count == len(written(house))  # who answered is left in peace


@pytest.mark.parametrize(
    ("more", "trouble", "reason"),
    [
        ({"known_by": ["account_id"]}, [], NO_IDENTIFIER),
        ({}, [OperatorError("post", "recipient_refused")], "recipient_refused"),
    ],
)
async def test_a_processor_that_no_letter_reaches_is_a_task_that_says_why(
    house: House, more: dict[str, Any], trouble: list[Any], reason: str
) -> None:
    async with furnished(house, **more).worker():
        case = await house.open()
        await house.until(case, Status.IDENTIFYING)
        await house.eventually(lambda: house.wrote(LetterKind.IDENTITY_CODE), "no code was sent")
        house.post.trouble = trouble
        await house.prove(case)
        await asked(house, case, 1)
        task = only_task(house)

    assert ([], reason, "mill_desk") == (written(house), task.reason, task.owner)


async def test_staff_can_have_it_written_to_again_and_one_that_is_registered_no_more_is_not(
    house: House,
) -> None:
    async with furnished(house).worker():
        house.add(PretendSystem("crm"))
        case = await proved(house)
        await asked(house, case, 1)
        await cases.decide(house.desk, case, by_dpo(RETRY, system="mill"))
        await asked(house, case, 2)
        del house.systems["mill"]
        await house.days(case, 12)
        reason = only_task(house).reason

    assert 2 == len(written(house))
    assert "by_mail:mill_desk" == reason


async def test_months_of_silence_are_told_in_short_histories_and_letters_go_on(house: House) -> None:
    async with furnished(house).worker():
        case = await proved(house)
        await asked(house, case, 1)
        await house.days(case, 120)
        histories = await house.histories(case)
        await end(house, case, "not-found")
        await house.until(case, Status.DECIDING)

    sent = [e for e in house.register.evidence(case) if e.kind is EvidenceKind.PROCESSOR_ASKED]
    apart = [later.at - earlier.at for earlier, later in pairwise(sent)]
    assert len(histories) > 1
    assert len(sent) == len(written(house)) == len({e.key for e in sent})
    assert min(apart) >= timedelta(days=2)


class Clogged(PretendPost):
    """A post that one processor's mailbox never takes anything from."""

    def send(self, letter: Letter, *, to: str, message_id: str) -> None:
        if to == "privacy@press.example":
            raise TemporaryError("mail", "try_later")
        super().send(letter, to=to, message_id=message_id)


async def test_a_letter_that_cannot_be_sent_holds_up_no_other_processor(house: House) -> None:
    house.post = Clogged()
    press = mail.Settings.model_validate(SETTINGS | {"address": "privacy@press.example"})
    house.systems["press"] = mail.connect("press", press)  # type: ignore[assignment]  # as good as a pretend
    async with furnished(house).worker():
        case = await proved(house)
        await asked(house, case, 1)
        await cases.decide(house.desk, case, by_dpo(RETRY, system="mill"))
        await asked(house, case, 2)

    assert ["mill", "mill"] == [
        e.facts["system"] for e in house.register.evidence(case) if e.kind is EvidenceKind.PROCESSOR_ASKED
    ]
    assert {"privacy@mill.example"} == {to for to, _ in written(house)}
