"""Each event reaches each destination at least once, in order within its case, whoever fails meanwhile."""

import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.ports import OutboxEvent
from relay.relay import IDLE, LEASE, TRIES, Relay
from relay.webhook import Webhook
from tests.pretend_relays import PretendBook
from tests.receiver import SECRET, Receiver

from .conftest import START, Clock, Told


def relay(told: Told, receiver: Receiver, holder: str = "one") -> Relay:
    webhook = Webhook("desk", receiver.url, SECRET)
    return Relay(told.book, webhook, now=told.clock, holder=holder)


def worked(relay: Relay, clock: Clock, *, hours: float = 0) -> None:
    """Let the relay work for so long, and at least until there is nothing to do at this moment."""
    end = clock.at + timedelta(hours=hours)
    while (pause := relay.turn()) == 0 or clock.at < end:
        clock.on(timedelta(hours=hours) / 50 if pause else timedelta(0))


def in_order(ids: Iterable[str]) -> bool:
    """Whether each case's events first arrived one after the other."""
    first: dict[str, list[int]] = {}
    for one in dict.fromkeys(ids):
        case, _, seq = one.partition("/")
        first.setdefault(case, []).append(int(seq))
    return all(numbers == list(range(1, len(numbers) + 1)) for numbers in first.values())


def test_every_event_arrives_once_signed_and_in_order(told: Told, receiver: Receiver) -> None:
    worked(relay(told, receiver), told.clock)

    assert told.ids == receiver.ids
    assert [event.body for event in told.events] == receiver.got
    assert 0 == receiver.forged
    assert receiver.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    (course,) = told.book.courses()
    assert (course.newest, 0, 0) == (course.position, course.waiting, course.dead)


def test_what_one_case_cannot_deliver_holds_up_that_case_alone(told: Told, receiver: Receiver) -> None:
    stuck = told.cases[0]
    receiver.fails[stuck, 500] = 2
    one = relay(told, receiver)
    worked(one, told.clock)
    early = list(receiver.ids)
    worked(one, told.clock, hours=1)

    assert not any(event.startswith(stuck) for event in early)
    assert len(told.ids) - 4 == len(early)
    assert sorted(told.ids) == sorted(receiver.ids)
    assert in_order(receiver.ids)


def test_what_is_never_taken_ends_with_a_person_and_goes_on_after_a_replay(
    told: Told, receiver: Receiver
) -> None:
    stuck = told.cases[0]
    receiver.fails[stuck, 400] = TRIES
    one = relay(told, receiver)
    worked(one, told.clock, hours=60)
    ((destination, parked),) = told.book.dead()

    assert ("desk", f"{stuck}/1", "http_400", TRIES) == (
        destination,
        parked.event.body["id"],
        parked.reason,
        parked.attempts,
    )
    assert [3] == [course.waiting for course in told.book.courses()]
    assert 1 == told.book.revive("desk", told.clock())
    worked(one, told.clock)
    assert in_order(receiver.ids)
    assert sorted(told.ids) == sorted(receiver.ids)
    assert () == told.book.dead("desk")


@pytest.mark.parametrize("status", [503, 429, 401, 302])
def test_a_destination_that_takes_nothing_is_waited_for_and_nothing_dies(
    told: Told, receiver: Receiver, status: int
) -> None:
    receiver.down = status
    one = relay(told, receiver)
    pauses = [one.turn() for _ in range(5)]
    (course,) = told.book.courses()

    assert pauses == sorted(pauses)
    assert pauses[0] == (120.0 if status == 429 else 2.0)
    assert (0, 0, 0, f"http_{status}") == (course.position, course.waiting, course.dead, course.trouble)
    receiver.down = 0
    worked(one, told.clock)
    assert told.ids == receiver.ids
    assert "" == told.book.courses()[0].trouble


def test_a_server_that_is_away_is_waited_for(told: Told) -> None:
    one = Relay(told.book, Webhook("desk", "http://127.0.0.1:9/hook", SECRET), now=told.clock)
    one.turn()

    assert "unreachable" == told.book.courses()[0].trouble


def test_while_one_worker_tells_the_other_one_does_not(told: Told, receiver: Receiver) -> None:
    first, second = relay(told, receiver), relay(told, receiver, "two")
    first.turn()
    before = list(receiver.ids)
    told.book.rewind("desk", 0)  # there would be something to tell again
    first.turn()
    pause = second.turn()

    assert told.ids == before
    assert IDLE == pause
    assert told.ids * 2 == receiver.ids


def test_the_lease_of_a_worker_that_was_killed_ends(told: Told, receiver: Receiver) -> None:
    killed, other = relay(told, receiver), relay(told, receiver, "two")
    told.book.lease("desk", killed.holder, told.clock(), told.clock() + LEASE)
    before = other.turn()
    told.clock.on(LEASE)
    worked(other, told.clock)

    assert IDLE == before
    assert told.ids == receiver.ids


def test_a_worker_that_ends_in_good_order_leaves_no_lease(told: Told, receiver: Receiver) -> None:
    first, second = relay(told, receiver), relay(told, receiver, "two")
    first.turn()
    first.close()
    told.book.rewind("desk", 0)
    worked(second, told.clock)

    assert told.ids * 2 == receiver.ids


def test_everything_after_a_position_is_told_again(told: Told, receiver: Receiver) -> None:
    one = relay(told, receiver)
    worked(one, told.clock)
    told.book.rewind("desk", told.events[5].position)
    worked(one, told.clock)

    assert [*told.ids, *told.ids[6:]] == receiver.ids


def test_events_go_when_all_have_got_them_and_their_time_is_over(told: Told, receiver: Receiver) -> None:
    later = told.clock() + timedelta(days=4000)
    told.book.lease("slow", "x", told.clock(), told.clock())
    worked(relay(told, receiver), told.clock)

    assert 0 == told.book.forget(later, 1000)
    told.book.drop("slow")
    assert 0 == told.book.forget(START - timedelta(days=4000), 1000)
    assert len(told.ids) == told.book.forget(later, 1000)
    assert () == told.book.fresh(0, 10)


@dataclass
class Moody:
    """A courier whose destination fails as the dice fall, and may take what it then says it did not."""

    dice: random.Random
    got: list[str] = field(default_factory=list)
    name: str = "moody"

    def send(self, event: OutboxEvent) -> str:
        mood = self.dice.random()
        if mood < 0.2:
            raise self.dice.choice([TemporaryError("moody", "away"), OperatorError("moody", "shut")])
        if mood < 0.4:
            return "http_500"
        self.got.append(str(event.body["id"]))
        if mood < 0.5:
            raise TemporaryError("moody", "answer_lost")
        return ""

    def close(self) -> None:
        pass


def event(position: int, case: str, seq: int) -> OutboxEvent:
    body = {"id": f"{case}/{seq}", "time": START.isoformat()}
    return OutboxEvent(position=position, case_id=case, body=body)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=25), st.integers(0, 2**32))
def test_at_least_once_and_in_order_through_any_trouble(cases: list[str], seed: int) -> None:
    """Two workers, of which either may be killed at any moment and come back under a new name."""
    dice = random.Random(seed)  # noqa: S311  # dice of a test
    seen: dict[str, int] = {}
    events = []
    for position, case in enumerate(cases, start=1):
        seen[case] = seen.get(case, 0) + 1
        events.append(event(position, case, seen[case]))
    clock, book, courier = Clock(), PretendBook(events), Moody(dice)
    workers = [Relay(book, courier, now=clock, holder=f"w{n}") for n in range(2)]
    for life in range(3000):
        turn = dice.randrange(2)
        if dice.random() < 0.1:
            workers[turn] = replace(workers[turn], holder=f"w{life}-{turn}")
        with suppress(DsarError):
            workers[turn].turn()
        clock.on(timedelta(seconds=dice.choice([1, 61, 4000])))
        if all(one.dead for _, one in book.dead()) and book.dead():
            book.revive("moody", clock())
        (course,) = book.courses()
        if (course.position, course.waiting, course.dead) == (len(events), 0, 0):
            break

    assert {str(one.body["id"]) for one in events} == set(courier.got)
    assert in_order(courier.got)
