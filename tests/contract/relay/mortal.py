"""A worker's relay in a process of its own, which a test kills. Arguments: register, address."""

import sys
import time

from dsar.webhooks import secret_of
from register.register import SqlRegister
from relay.relay import Relay
from relay.webhook import Webhook
from tests.receiver import SPELLED

if __name__ == "__main__":
    book = SqlRegister(sys.argv[1])
    relay = Relay(book, Webhook("desk", sys.argv[2], secret_of(SPELLED)), book.clock)
    while True:
        time.sleep(min(relay.turn(), 0.2))
