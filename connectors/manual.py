"""A system that no machine reaches: an archive, a team's folders, a vendor without an interface.

It is searched by its owner: every question becomes a task by hand, with the instructions of its settings.
So it stands in the statement of completeness like every other system, and no answer goes out without it.
"""

from dataclasses import replace

from connectors._hands import Described, InHands
from dsar.hands import by_hand


class Settings(Described):
    """`vendor` is what the answer calls it; `owner` the handle of who looks there, else the case's owner.

    `instructions` tell them where to look and how; `notes` are limits that the answer mentions. `controller`
    is false where we hold the data for a client.
    """

    controller: bool = True


def connect(name: str, settings: Settings) -> InHands:
    """Return the connector. There is nothing to connect to."""
    return InHands(replace(settings.card(name, by_hand(settings.owner)), controller=settings.controller))
