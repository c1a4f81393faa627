"""Amplitude's own count of events is a word, not a proof."""

from tests.contract.connectors.systems.amplitude import PretendAmplitude
from tests.contract.connectors.vendor import Json
from tests.people import ADA


class Forgetful(PretendAmplitude):
    """A vendor that counts none of the events that it shows."""

    def counted(self, events: list[Json]) -> int:
        return 0


async def test_a_count_of_nothing_is_not_believed_beside_an_event() -> None:
    """Otherwise the events would be in no export, and the person be told that there are none."""
    findings = await Forgetful().connector().find(ADA)

    assert {"users", "events"} == {held.collection for held in findings.holdings if held.count}
