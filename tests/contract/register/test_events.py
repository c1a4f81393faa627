"""The outbox: each case change is told once, in order, as a CloudEvent without a person in it."""

import threading
from datetime import date, datetime

import pytest
from sqlalchemy import create_engine, text

from dsar.evidence import EvidenceKind
from dsar.ports import Change, Register
from dsar.vocabulary import Status
from register.register import SqlRegister
from tests.contract.register.registers import NOW, fact, opened


def test_an_event_is_a_cloud_event_in_structured_json(register: Register) -> None:
    case_id = opened(register)
    change = Change(status=Status.DECIDING, due_on=date(2026, 5, 1), closed_at=NOW)
    register.record(case_id, fact("k", EvidenceKind.DUE_SET, by="h.someone"), change)

    entry, (_, event) = register.evidence(case_id)[-1], register.events()

    assert event.case_id == case_id
    assert event.body == {
        "specversion": "1.0",
        "id": f"{case_id}/2",
        "source": "dsar",
        "type": "dsar.case.due_set",
        "subject": case_id,
        "time": "2026-03-31T23:59:59.123456+00:00",
        "datacontenttype": "application/json",
        "data": {
            "seq": 2,
            "hash": entry.hash,
            "status": "deciding",
            "due_on": "2026-05-01",
            "closed_at": "2026-03-31T23:59:59.123456+00:00",
        },
    }
    assert datetime.fromisoformat(event.body["time"]) == NOW


def test_events_are_read_in_order_from_where_the_reader_stopped(register: Register) -> None:
    case_id = opened(register)
    for number in range(5):
        register.record(case_id, fact(f"k:{number}"))

    read: list[str] = []
    after = 0
    while page := register.events(after=after, limit=2):
        assert len(page) <= 2
        after = page[-1].position
        read += [event.body["id"] for event in page]

    assert read == [f"{case_id}/{seq}" for seq in range(1, 7)]


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
def test_a_reader_never_passes_an_event_that_is_still_being_written(
    url: str, sql_register: SqlRegister
) -> None:
    """PostgreSQL gives positions out before it commits: the earlier one may come second."""
    case_id = opened(sql_register)
    last = sql_register.events()[-1].position
    slow = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    seen: list[int] = []
    with slow.connect() as writer:
        writer.execute(text("INSERT INTO outbox (case_id, body) VALUES ('slow', '{}')"))
        sql_register.record(case_id, fact("quick"))
        reader = threading.Thread(
            target=lambda: seen.extend(event.position for event in sql_register.events(after=last))
        )
        reader.start()
        reader.join(timeout=0.3)
        assert not seen
        writer.commit()
    reader.join(timeout=60)
    slow.dispose()

    assert len(seen) == 2
    assert seen == sorted(seen)
