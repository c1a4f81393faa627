"""A connected system breaks in the middle of a case: it waits for a hand, and its words stay with it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from desk import cases
from dsar.case import Decision
from dsar.decision_kinds import RELEASE, RETRY
from dsar.vocabulary import Found, Outcome, Role, Status
from tests.end_to_end.conftest import THE_PERSON, Engine, everything_written


@contextmanager
def broken_crm(engine: Engine) -> Iterator[None]:
    """A view stands where the table was; reading it fails with words that hold everybody's address."""
    with closing(sqlite3.connect(engine.scene.directory / "crm.db")) as crm:
        crm.execute("ALTER TABLE people RENAME TO hidden_people")
        crm.execute(
            "CREATE VIEW people AS SELECT *, json(email) AS broken FROM hidden_people WHERE json(email) > 0"
        )
        crm.commit()
        yield
        crm.execute("DROP VIEW people")
        crm.execute("ALTER TABLE hidden_people RENAME TO people")
        crm.commit()


async def test_a_broken_system_waits_for_a_hand_and_nobody_is_named(engine: Engine) -> None:
    case = await engine.open()
    with broken_crm(engine):
        await engine.prove(case)
        await engine.until(case, Status.BY_HAND)
        gap = {a.system: a for a in engine.desk.register.answers(case)}["crm"]
    await cases.decide(
        engine.desk, case, Decision(kind=RETRY, by="support_anna", role=Role.SUPPORT, system="crm")
    )
    await engine.until(case, Status.DECIDING)
    await cases.decide(engine.desk, case, Decision(kind=RELEASE, by="dpo_robin", role=Role.DPO))
    await engine.until(case, Status.CLOSED)

    named = [
        name for name, data in everything_written(engine.scene) for secret in THE_PERSON if secret in data
    ]
    assert Found.UNKNOWN is gap.found
    assert gap.reason
    assert [] == named
    assert Outcome.FULFILLED is engine.desk.case(case).outcome
