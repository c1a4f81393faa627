"""Whoever changes, removes, reorders or adds an entry behind the register's back is found out."""

import pytest

from register.register import SqlRegister
from tests.contract.register.registers import behind_its_back, fact, opened

FORGERIES = {
    "a fact edited": ("""UPDATE evidence SET facts = '{"n":9}' WHERE seq = 3""", "entry_changed", 3),
    "a kind edited": ("UPDATE evidence SET kind = 'decided' WHERE seq = 2", "entry_changed", 2),
    "a key edited": ("UPDATE evidence SET key = 'other' WHERE seq = 2", "entry_changed", 2),
    "a date edited": ("UPDATE evidence SET at = '2020-01-01 00:00:00' WHERE seq = 4", "entry_changed", 4),
    "a hash edited": ("UPDATE evidence SET hash = previous WHERE seq = 4", "entry_changed", 4),
    "the first removed": ("DELETE FROM evidence WHERE seq = 1", "entry_missing", 1),
    "one in the middle removed": ("DELETE FROM evidence WHERE seq = 3", "entry_missing", 3),
    "the last removed": ("DELETE FROM evidence WHERE seq = 5", "tail_missing", 5),
    "the last three removed": ("DELETE FROM evidence WHERE seq > 2", "tail_missing", 3),
    "all removed": ("DELETE FROM evidence", "tail_missing", 1),
    "two exchanged": (
        """UPDATE evidence SET seq = 99 WHERE seq = 2;
           UPDATE evidence SET seq = 2 WHERE seq = 3;
           UPDATE evidence SET seq = 3 WHERE seq = 99""",
        "link_broken",
        2,
    ),
    "a gap closed": (
        """DELETE FROM evidence WHERE seq = 3;
           UPDATE evidence SET seq = 3 WHERE seq = 4;
           UPDATE evidence SET seq = 4 WHERE seq = 5""",
        "link_broken",
        3,
    ),
    "one repeated at the end": (
        """INSERT INTO evidence (case_id, seq, key, kind, at, facts, previous, hash)
           SELECT case_id, 6, 'new', kind, at, facts, hash, hash FROM evidence WHERE seq = 5""",
        "entry_changed",
        6,
    ),
    "an unknown kind": ("UPDATE evidence SET kind = 'invented' WHERE seq = 2", "entry_unreadable", None),
    "facts that are no JSON": ("UPDATE evidence SET facts = '{' WHERE seq = 2", "entry_unreadable", None),
}


@pytest.fixture
def case_id(sql_register: SqlRegister) -> str:
    """A case with five entries, whole until somebody comes."""
    case_id = opened(sql_register)
    for number in range(4):
        sql_register.record(case_id, fact(f"k:{number}", n=number))
    assert sql_register.verify_evidence(case_id).whole
    return case_id


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_found_and_its_place_is_named(
    sql_register: SqlRegister, case_id: str, name: str
) -> None:
    statements, reason, place = FORGERIES[name]
    behind_its_back(sql_register, *statements.split(";"))

    found = sql_register.verify_evidence(case_id)

    assert (found.whole, found.reason, found.broken_at) == (False, reason, place)


def test_a_tail_removed_together_with_its_seal_is_still_told_by_the_events(
    sql_register: SqlRegister, case_id: str
) -> None:
    """The register alone cannot tell; whoever received the events can."""
    behind_its_back(
        sql_register,
        "UPDATE cases SET entries = 4, head = (SELECT hash FROM evidence WHERE seq = 4)",
        "DELETE FROM evidence WHERE seq = 5",
    )

    told = {event.body["data"]["hash"] for event in sql_register.events()}
    kept = {entry.hash for entry in sql_register.evidence(case_id)}
    assert sql_register.verify_evidence(case_id).whole
    assert len(told - kept) == 1
