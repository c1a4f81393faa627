"""A worker that ends in the middle of an event still ends in good order."""

from threading import Event, Thread

from dsar.ports import OutboxEvent
from relay.relay import Relay
from relay.webhook import Webhook
from tests.receiver import SECRET, Receiver

from .conftest import Told


def test_a_worker_that_ends_while_it_sends_leaves_no_lease_either(told: Told, receiver: Receiver) -> None:
    sending, ending = Event(), Event()

    class Slow(Webhook):
        def send(self, event: OutboxEvent) -> str:
            sending.set()
            ending.wait(30)
            return super().send(event)

    one = Relay(told.book, Slow("desk", receiver.url, SECRET), now=told.clock)
    turning, closing = Thread(target=one.turn), Thread(target=one.close)
    turning.start()
    sending.wait(30)
    closing.start()
    closing.join(0.2)  # it waits for the event under way
    waits = closing.is_alive()
    ending.set()
    for thread in (turning, closing):
        thread.join(30)
    (course,) = told.book.courses()

    assert waits
    assert ("", 1) == (course.holder, course.position)
    assert told.ids[:1] == receiver.ids
