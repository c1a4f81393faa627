"""What staff read when an answer did not go out again: why, and the next move."""

import pytest

from commands.proof import said_of
from dsar.orders import Posted


def test_what_went_out_is_said_so() -> None:
    assert "on their way" in said_of(Posted(ok=True))


@pytest.mark.parametrize(
    ("reason", "move"),
    [
        ("object_missing", "restore"),
        ("seal_broken", "restore"),
        ("parcels_mixed", "`open` it anew"),
        ("recipient_refused", "`starter.py tasks`"),
    ],
)
def test_what_did_not_go_out_has_a_next_move(reason: str, move: str) -> None:
    said = said_of(Posted(ok=False, reason=reason))

    assert reason.replace("_", " ") in said
    assert move in said
