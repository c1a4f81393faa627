"""A key that is abused drowns nobody in our mail, and loses no request."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from activities.correspondence import Correspondence
from activities.intake import Intake
from calendars import HolidayCalendars
from dsar.dossier import seal_request
from dsar.evidence import EvidenceKind, Fact
from dsar.floods import FLOODED, MOST, WITHIN
from dsar.mailbag import undelivered
from dsar.orders import Order
from dsar.vocabulary import LetterKind
from letters.writer import LetterWriter
from tests.contract.register.registers import request
from tests.people import identity
from tests.pretend_register import MemoryRegister
from tests.pretend_tools import PretendCompany, PretendPost
from tests.pretend_vault import MemoryVault

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Door:
    """Opens requests and acknowledges them, as the intake and each case's first activity would."""

    register: MemoryRegister = field(default_factory=MemoryRegister)
    vault: MemoryVault = field(default_factory=MemoryVault)
    post: PretendPost = field(default_factory=PretendPost)

    @property
    def letters(self) -> Correspondence:
        return Correspondence(
            self.register, self.vault, LetterWriter(), self.post, PretendCompany(), "e.example"
        )

    def asked(
        self, number: int, at: datetime = NOW, who: str = "ada@subject.example", *, arrived: bool = True
    ) -> Order:
        opened = replace(request(f"case_{number:020x}"), subject_id=f"sub_{who[:3]}")
        self.vault.open_case(opened.case_id)
        seal_request(self.vault, opened.case_id, identity(who))
        self.register.open_case(opened, fingerprint="a" * 64, intake_key=opened.case_id, at=at)
        if arrived:
            self.register.record(opened.case_id, Fact(key="arrived", kind=EvidenceKind.ARRIVED, at=at))
        order = Order(request=opened, at=at)
        Intake(self.register, self.vault, HolidayCalendars(), self.letters).acknowledge_request(order)
        return order


def test_of_a_hundred_requests_in_a_day_a_person_gets_twelve_letters_and_the_rest_are_tasks() -> None:
    door = Door()
    orders = [door.asked(number, NOW + number * MINUTE) for number in range(100)]

    assert [LetterKind.ACKNOWLEDGEMENT] * MOST == door.post.kinds
    assert 100 == len(door.register.cases(open_only=True))
    assert all(record.due_on for record in door.register.cases())
    waiting = [undelivered(door.register.evidence(order.request.case_id)) for order in orders]
    assert [()] * MOST == waiting[:MOST]
    assert {FLOODED} == {letter.reason for letters in waiting[MOST:] for letter in letters}
    assert 100 - MOST == sum(map(len, waiting))


def test_another_person_is_written_to_all_the_same() -> None:
    door = Door()
    for number in range(MOST + 1):
        door.asked(number)
    door.asked(99, who="bob@subject.example")

    assert MOST + 1 == len(door.post.kinds)


def test_what_waited_goes_when_it_is_tried_again_after_that_day() -> None:
    door = Door()
    late = [door.asked(number, NOW + number * MINUTE) for number in range(MOST + 1)][-1]
    again = replace(late, at=NOW + WITHIN)

    assert door.letters.send(again, LetterKind.ACKNOWLEDGEMENT).ok
    assert () == undelivered(door.register.evidence(late.request.case_id))


def test_what_a_person_decided_to_send_is_never_held_back() -> None:
    door = Door()
    late = [door.asked(number) for number in range(MOST + 1)][-1]

    assert door.letters.send(late, LetterKind.WITHDRAWN).ok
    assert EvidenceKind.LETTER_SENT in {e.kind for e in door.register.evidence(late.request.case_id)}


def test_what_staff_open_is_written_about_however_often() -> None:
    door = Door()
    for number in range(MOST + 3):
        door.asked(number, arrived=False)

    assert MOST + 3 == len(door.post.kinds)
