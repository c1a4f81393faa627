"""What every register promises of canaries: who is silent, since when, and one event for each change."""

from datetime import UTC, timedelta

import pytest

from dsar.canaries import CanaryLook
from dsar.errors import InputError
from dsar.ports import Register
from tests.contract.register.registers import NOW

HOUR = timedelta(hours=6)


def look(reason: str = "", *, system: str = "crm", canary: str = "north") -> CanaryLook:
    return CanaryLook(canary=canary, system=system, reason=reason)


def told(register: Register) -> list[str]:
    return [event.body["type"] for event in register.events() if event.body["type"].startswith("dsar.canary")]


def test_a_silence_lasts_since_it_began_whatever_its_reason_is_now(register: Register) -> None:
    for number, reason in enumerate(("", "not_found", "unreachable", "not_found")):
        register.note_canaries([look(reason), look(system="shop")], NOW + number * HOUR)
    crm, shop = register.canaries()

    assert (crm.silent, crm.reason, crm.since_at) == (True, "not_found", NOW + HOUR)
    assert (shop.silent, shop.since_at, shop.looked_at) == (False, NOW, NOW + 3 * HOUR)
    assert crm.since_at.tzinfo is UTC
    assert told(register) == ["dsar.canary.silent"]


def test_each_silence_and_each_recovery_is_one_event(register: Register) -> None:
    for number, reason in enumerate(("", "not_found", "not_found", "", "", "several_people")):
        register.note_canaries([look(reason)], NOW + number * HOUR)

    assert told(register) == ["dsar.canary.silent", "dsar.canary.found", "dsar.canary.silent"]


def test_a_canary_that_is_planted_no_more_is_forgotten(register: Register) -> None:
    register.note_canaries([look("not_found"), look(canary="south")], NOW)
    register.note_canaries([look(canary="south")], NOW + HOUR)

    assert [state.canary for state in register.canaries()] == ["south"]


def test_the_same_round_twice_is_one(register: Register) -> None:
    for _ in range(2):
        register.note_canaries([look("not_found")], NOW)

    assert told(register) == ["dsar.canary.silent"]


@pytest.mark.parametrize("named", ["ada.osei@subject.example", "", "a b"])
def test_a_canary_cannot_be_called_by_an_address(register: Register, named: str) -> None:
    with pytest.raises(InputError, match="canary"):
        register.note_canaries([look(canary=named)], NOW)
    assert register.canaries() == ()
