"""A case is kept for as long as what clients instructed may need it, and no longer (LAW PRC-03, ERA-05)."""

from datetime import date, timedelta

from dsar.evidence import EvidenceKind, Fact, Scalar, link
from dsar.instructions import key_of
from dsar.retention import Block, RecordKind
from tests.unit.test_retention import ASKED, CLOSED_AT, CLOSING, blocks, chain, fact, times


def test_an_instruction_that_is_not_carried_out_keeps_what_it_is_carried_out_with() -> None:
    given = fact(key_of("training", 1), EvidenceKind.INSTRUCTED, client="training", number=1, to="erase")
    left = fact("left", EvidenceKind.LEFT_OPEN, client="training", number=1, left="crm=still_present")
    done = fact("done", EvidenceKind.CARRIED_OUT, client="training", number=1)
    waiting = blocks(chain(CLOSING, given, left))

    assert {Block.INSTRUCTION_OPEN} == waiting["case"] == waiting["evidence"] == waiting["identity"]
    assert set() == waiting["parcels"]
    assert set() == blocks(chain(CLOSING, given, left, done))["case"]


def test_a_case_stays_while_a_backup_may_bring_back_what_a_client_had_erased() -> None:
    day = date(2040, 5, 1)
    given = fact(key_of("training", 1), EvidenceKind.INSTRUCTED, client="training", number=1, to="erase")
    done = fact("done", EvidenceKind.CARRIED_OUT, client="training", number=1, backups_until=day.isoformat())
    found = times(chain(CLOSING, given, done))

    assert (day, day) == (found[RecordKind.CASE], found[RecordKind.EVIDENCE])
    assert date(2024, 3, 14) == found[RecordKind.IDENTITY]


def test_what_a_client_instructs_after_the_closing_begins_the_time_anew() -> None:
    entries = chain(CLOSING)
    facts: dict[str, Scalar] = {"client": "training", "number": 1, "to": "leave"}
    at = CLOSED_AT + timedelta(days=10)
    later = Fact(key=key_of("training", 1), kind=EvidenceKind.INSTRUCTED, at=at, facts=facts)

    assert date(2027, 3, 10) == times([*entries, link(ASKED.case_id, entries[-1], later)])[RecordKind.CASE]
