"""What each system answered in a case: the latest answer counts, the chain keeps them all."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from dsar.case import SystemAnswer
from dsar.evidence import Fact
from dsar.holdings import Holding
from dsar.systems import UNSETTLED
from dsar.vocabulary import Category, Found, IdentifierKind
from register import doors
from register.chain import Chain
from register.database import Database
from register.tables import ANSWERS, CASES, HOLDINGS

_ANSWERS = select(ANSWERS).where(ANSWERS.c.case_id == bindparam("case_id"))
_HOLDINGS = select(HOLDINGS).where(HOLDINGS.c.case_id == bindparam("case_id"))
_UNSETTLED = (
    select(ANSWERS)
    .join(CASES, CASES.c.case_id == ANSWERS.c.case_id)
    .where(CASES.c.closed_at.is_(None), ANSWERS.c.found.in_(sorted(UNSETTLED)))
)
_EARLIER = tuple(
    delete(table).where(table.c.case_id == bindparam("case"), table.c.system == bindparam("of"))
    for table in (HOLDINGS, ANSWERS)
)


class Answers:
    """The part of the register that knows what was found where, as counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_answer(self, case_id: str, answer: SystemAnswer, holdings: Sequence[Holding], fact: Fact) -> bool:
        """Write one system's answer and its holdings, replacing its earlier ones.

        Raises:
            InputError: `case_unknown`, or see `doors.answer` and `doors.facts`.
            ContractError: the holdings are not that system's own (see `doors.answer`).
        """
        doors.answer(answer, tuple(holdings))
        held = [_holding_values(case_id, holding) for holding in holdings]

        def work(connection: Connection) -> bool:
            chain = Chain.lock(connection, case_id, fact.key)
            if chain:
                for earlier in _EARLIER:
                    connection.execute(earlier, {"case": case_id, "of": answer.system})
                connection.execute(insert(ANSWERS), _answer_values(case_id, answer))
                if held:
                    connection.execute(insert(HOLDINGS), held)
                chain.append(fact)
            return chain is not None

        return self._database.write(work)

    def answers(self, case_id: str) -> tuple[SystemAnswer, ...]:
        """Return the latest answer of each system, by the systems' names."""
        answers = [_answer(row) for row in self._database.read(_ANSWERS, {"case_id": case_id})]
        return tuple(sorted(answers, key=lambda answer: answer.system))

    def unsettled(self) -> tuple[tuple[str, SystemAnswer], ...]:
        """Return what waits for a hand in open cases: (case id, answer), by case and system."""
        found = [(row.case_id, _answer(row)) for row in self._database.read(_UNSETTLED)]
        return tuple(sorted(found, key=lambda one: (one[0], one[1].system)))

    def holdings(self, case_id: str) -> tuple[Holding, ...]:
        """Return what is held, by system and collection."""
        holdings = [_holding(row) for row in self._database.read(_HOLDINGS, {"case_id": case_id})]
        return tuple(sorted(holdings, key=lambda holding: (holding.system, holding.collection)))


def _answer_values(case_id: str, answer: SystemAnswer) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "system": answer.system,
        "found": answer.found.value,
        "records": answer.records,
        "collections": answer.collections,
        "learned": json.dumps([kind.value for kind in answer.learned]),
        "reason": answer.reason,
    }


def _answer(row: Any) -> SystemAnswer:  # noqa: ANN401 - a row of a database
    return SystemAnswer(
        system=row.system,
        found=Found(row.found),
        records=row.records,
        collections=row.collections,
        learned=tuple(IdentifierKind(kind) for kind in json.loads(row.learned)),
        reason=row.reason,
    )


def _holding_values(case_id: str, holding: Holding) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "system": holding.system,
        "collection": holding.collection,
        "category": holding.category.value,
        "records": holding.count,
    }


def _holding(row: Any) -> Holding:  # noqa: ANN401 - a row of a database
    return Holding(
        system=row.system, collection=row.collection, category=Category(row.category), count=row.records
    )
