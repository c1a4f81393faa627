"""To whom, when and whereto a client's data is handed over; the person's own is kept apart (LAW PRC-03)."""

from datetime import timedelta

import pytest

from dsar.clients import Client
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.instruction_checks import check_target, check_turn
from dsar.instructions import To, Trail, erased_since, folder_of, target_of
from dsar.transfers import handed_key, transferred
from tests.chains import AT, chain, fact
from tests.unit.test_instructions import ended, instructed

HARBOUR = Client(system="training", name="Harbour", email="dpo@harbour.example", host="in.harbour.example")
TAKEN = "https://in.harbour.example/put?key=1"


def trail(to: To, **left: str) -> Trail:
    return Trail(number=1, to=to, since=chain(instructed(1, to))[0], left=left)


@pytest.mark.parametrize(
    ("before", "to", "reason"),
    [
        (trail(To.ERASE), To.ERASE, ""),
        (trail(To.ERASE), To.HAND_OVER, "instruction_runs"),
        (trail(To.ERASE), To.LEAVE, "instruction_runs"),
        (trail(To.ERASE, crm="cannot_erase"), To.HAND_OVER, "instruction_left"),
        (trail(To.HAND_OVER, crm="cannot_export"), To.LEAVE, ""),
    ],
)
def test_another_instruction_waits_for_the_end_of_the_last(before: Trail, to: To, reason: str) -> None:
    try:
        check_turn(before, to)
    except InputError as error:
        assert reason == error.reason  # noqa: PT017  # the only way to be refused
    else:
        assert not reason


@pytest.mark.parametrize(
    ("client", "to", "typed", "by_hand", "reason"),
    [
        (HARBOUR, To.HAND_OVER, TAKEN, False, ""),
        (HARBOUR, To.HAND_OVER, "", True, ""),
        (HARBOUR, To.ERASE, "", False, ""),
        (HARBOUR, To.ERASE, TAKEN, False, "target_unwanted"),
        (HARBOUR, To.HAND_OVER, "", False, "target_missing"),
        (HARBOUR, To.HAND_OVER, "https://in.evil.example/put", False, "transfer_host_unknown"),
        (HARBOUR, To.HAND_OVER, TAKEN.replace("https", "http"), False, "transfer_insecure"),
        (
            Client(system="s", name="n", email="e", host="in.harbour.example", inside=True),
            To.HAND_OVER,
            TAKEN.replace("https", "http"),
            False,
            "",
        ),
        (Client(system="s", name="n", email="e"), To.HAND_OVER, TAKEN, False, "transfer_host_unknown"),
    ],
)
def test_a_clients_data_goes_to_their_own_host_alone(
    client: Client,
    to: To,
    typed: str,
    by_hand: bool,  # noqa: FBT001
    reason: str,
) -> None:
    try:
        check_target(client, to, typed, by_hand=by_hand)
    except InputError as error:
        assert reason == error.reason  # noqa: PT017  # the only way to be refused
        assert "evil" not in str(error)  # noqa: PT017  # nor is it repeated
    else:
        assert not reason


def test_where_it_goes_is_kept_with_it_and_apart_for_each_client() -> None:
    places = {target_of(client, number) for client in ("training", "payroll") for number in (1, 2)}

    assert 4 == len(places)
    assert target_of("training", 1).startswith(folder_of("training", 1))


def test_what_went_to_a_client_is_no_transfer_to_the_person() -> None:
    theirs = fact(EvidenceKind.TRANSFERRED, handed_key("training", 1), client="training")
    own = fact(EvidenceKind.TRANSFERRED, "transferred:1", host="imports.meadow.example")
    kept = transferred(tuple(chain(theirs, own)))

    assert transferred(tuple(chain(theirs))) is None
    assert kept is not None
    assert "transferred:1" == kept.key


def test_only_what_a_client_had_erased_since_is_erased_again() -> None:
    again = fact(EvidenceKind.CARRIED_OUT, "replayed", client="payroll", number=1, replay="r1")
    facts: list[Fact] = [
        instructed(1),
        ended(1),
        instructed(2, To.HAND_OVER),
        ended(2),
        instructed(1, client="payroll"),
        again,
        instructed(3),
        ended(3),
    ]
    entries = chain(*facts)

    assert {"training": frozenset({1, 3})} == erased_since(entries, AT.date())
    assert {} == erased_since(entries, AT.date() + timedelta(days=1))
