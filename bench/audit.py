"""How long it takes to examine all evidence: `python -m bench.audit --entries 1000000`.

It builds chains of that many entries in a fresh register, fixes them by a checkpoint, examines them, and then
does one kind of damage after the other: each must be found, and located. SQLite, and PostgreSQL if
DSAR_TEST_POSTGRES names a server.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, bindparam, delete, insert, update

from bench import gauges, shop
from bundle.signing import create_key
from bundle.statements import StatementSigner
from dsar.checkpoints import Audit
from dsar.evidence import GENESIS, Entry, EvidenceKind, Fact, Scalar, link
from register.register import SqlRegister
from register.schema import prepare
from register.tables import CASES, EVIDENCE

_LENGTH = 40  # entries of a case
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_ENTRY = (EVIDENCE.c.case_id == bindparam("case")) & (EVIDENCE.c.seq == bindparam("place"))
_MOVED = update(EVIDENCE).where(_ENTRY).values(seq=bindparam("to"))
_PLACE = 17
_DAMAGES = {
    "edited": ((update(EVIDENCE).where(_ENTRY).values(facts='{"n":-1}'), _PLACE, 0),),
    "removed": ((delete(EVIDENCE).where(_ENTRY), _PLACE, 0),),
    "reordered": ((_MOVED, _PLACE, 999), (_MOVED, _PLACE + 1, _PLACE), (_MOVED, 999, _PLACE + 1)),
}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    asked = parser.parse_args()
    found: dict[str, object] = {"entries": asked.entries, "load_before": gauges.load()}
    with tempfile.TemporaryDirectory(prefix="dsar-audit-") as scratch:
        create_key(Path(scratch) / "signing.pem")
        signer = StatementSigner(Path(scratch) / "signing.pem")
        found["sqlite"] = _measured(f"sqlite:///{scratch}/register.db", asked.entries, signer)
        if server := os.environ.get("DSAR_TEST_POSTGRES"):
            with shop.database(server) as url:
                found["postgresql"] = _measured(url, asked.entries, signer)
    print(json.dumps(found, indent=2))


def _measured(url: str, entries: int, signer: StatementSigner) -> dict[str, object]:
    prepare(url)
    register = SqlRegister(url)
    began = time.perf_counter()
    cases = entries // _LENGTH
    register._database.write(lambda connection: _fill(connection, cases))  # noqa: SLF001  # far faster than by the door
    register.seal(_AT + timedelta(days=1), signer)
    told: dict[str, object] = {"built_s": round(time.perf_counter() - began, 1)}
    took, whole = _audited(register, signer)
    assert (whole.entries, whole.damages) == (cases * _LENGTH, ())  # noqa: S101  # a bench of nothing measures nothing
    told |= {"verify_s": took, "entries_per_s": round(entries / took), "cases": whole.cases}
    for number, (name, steps) in enumerate(_DAMAGES.items()):
        case = f"case_{(number + 1) * cases // 5:020x}"
        for damage, place, to in steps:
            asked = {"case": case, "place": place} | ({"to": to} if to else {})
            register._database.write(lambda c, sql=damage, asked=asked: c.execute(sql, asked))  # type: ignore[misc]  # noqa: SLF001  # as above
        took, found = _audited(register, signer)
        told[name] = {
            "verify_s": took,
            "located": [f"{d.case_id} {d.place} {d.reason}" for d in found.damages],
        }
    register.close()
    return told


def _audited(register: SqlRegister, signer: StatementSigner) -> tuple[float, Audit]:
    began = time.perf_counter()
    found = register.audit(signer.judge())
    return round(time.perf_counter() - began, 2), found


def _fill(connection: Connection, cases: int) -> None:
    for first in range(0, cases, 500):
        chains = [list(_chain(f"case_{n:020x}")) for n in range(first, min(first + 500, cases))]
        connection.execute(insert(CASES), [_case(chain) for chain in chains])
        connection.execute(insert(EVIDENCE), [_row(entry) for chain in chains for entry in chain])


def _chain(case_id: str) -> Iterator[Entry]:
    before: Entry | None = None
    for number in range(_LENGTH):
        at = _AT + timedelta(minutes=number)
        facts: dict[str, Scalar] = {"system": "crm", "records": number, "reason": "", "by": "dpo_robin"}
        before = link(
            case_id, before, Fact(key=f"k:{number}", kind=EvidenceKind.SEARCHED, at=at, facts=facts)
        )
        yield before


def _row(entry: Entry) -> dict[str, object]:
    facts = json.dumps(dict(entry.facts), separators=(",", ":"), sort_keys=True)
    told = {"case_id": entry.case_id, "seq": entry.seq, "key": entry.key, "kind": entry.kind.value}
    return {**told, "at": entry.at, "facts": facts, "previous": entry.previous, "hash": entry.hash}


def _case(chain: list[Entry]) -> dict[str, object]:
    case_id = chain[0].case_id
    told = {
        "case_id": case_id,
        "subject_id": "sub_1",
        "right": "access",
        "regime": "UK-ENG",
        "channel": "form",
    }
    told |= {
        "requester": "subject",
        "owner": "support",
        "locale": "en",
        "intake_key": case_id,
        "status": "closed",
    }
    days = {"received_at": _AT, "received_on": _AT.date(), "opened_at": _AT, "closed_at": _AT}
    return {
        **told,
        **days,
        "started": True,
        "entries": len(chain),
        "head": chain[-1].hash if chain else GENESIS,
    }


if __name__ == "__main__":
    main()
