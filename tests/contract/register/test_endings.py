"""A chain whose time is over goes with its case; what stays proves that it was us who let it go."""

from datetime import timedelta
from pathlib import Path

import pytest

from bundle.signing import create_key
from bundle.statements import StatementSigner
from dsar.checkpoints import Damage
from register.register import SqlRegister
from tests.contract.register.registers import NOW, behind_its_back, fact, opened

DAY = timedelta(days=1)


@pytest.fixture
def signer(tmp_path: Path) -> StatementSigner:
    create_key(tmp_path / "signing.pem")
    return StatementSigner(tmp_path / "signing.pem")


@pytest.fixture
def cases(sql_register: SqlRegister, signer: StatementSigner) -> list[str]:
    """Three cases of three entries under a checkpoint."""
    known = sorted(opened(sql_register) for _ in range(3))
    for case_id in known:
        for number in range(2):
            sql_register.record(case_id, fact(f"k:{number}"))
    sql_register.seal(NOW, signer)
    return known


def test_a_chain_whose_time_is_over_goes_and_its_end_stays_proved(
    cases: list[str], sql_register: SqlRegister, signer: StatementSigner
) -> None:
    ended = [sql_register.end(case_id, NOW + 2 * DAY, signer) for case_id in (cases[0], cases[0])]

    assert [True, False] == ended
    assert cases[1:] == sorted(case.request.case_id for case in sql_register.cases())
    assert () == sql_register.evidence(cases[0])
    assert () == sql_register.audit(signer.judge()).damages
    told = sql_register.events(limit=1000)[-1].body
    assert ("dsar.evidence.ended", cases[0]) == (told["type"], told["subject"])


@pytest.mark.parametrize(
    ("forgery", "reason"),
    [
        ("UPDATE ended SET entries = entries - 1 WHERE ?", "ending_signature_refused"),
        ("UPDATE ended SET case_id = 'case_other' WHERE ?", "ending_signature_refused"),
        ("DELETE FROM ended WHERE ?", "case_missing"),
    ],
)
def test_nobody_ends_a_chain_without_our_key(
    cases: list[str], sql_register: SqlRegister, signer: StatementSigner, forgery: str, reason: str
) -> None:
    sql_register.end(cases[0], NOW, signer)
    behind_its_back(sql_register, forgery.replace("?", f"case_id = '{cases[0]}'"))

    assert reason in {damage.reason for damage in sql_register.audit(signer.judge()).damages}


def test_an_ending_that_a_checkpoint_contradicts_is_named(
    cases: list[str], sql_register: SqlRegister, signer: StatementSigner
) -> None:
    """Cut the chain, end it then: the statement is signed, but a checkpoint saw more."""
    cut = (
        "DELETE FROM evidence WHERE case_id = '?' AND seq > 1",
        "UPDATE cases SET entries = 1 WHERE case_id = '?'",
    )
    behind_its_back(sql_register, *(statement.replace("?", cases[1]) for statement in cut))
    sql_register.end(cases[1], NOW, signer)

    assert [Damage(case_id=cases[1], place=1, reason="ending_changed")] == list(
        sql_register.audit(signer.judge()).damages
    )
