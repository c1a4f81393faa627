"""Checkpoints: whoever rewrites evidence with its seal, or takes a whole case away, is found and placed."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bundle.signing import create_key, public_pem
from bundle.statements import StatementSigner
from dsar.checkpoints import Audit, Damage
from dsar.evidence import Fact, hash_of
from register.register import SqlRegister
from tests.contract.register.registers import NOW, behind_its_back, fact, opened

DAY = timedelta(days=1)
CASES, ENTRIES = 3, 4


@pytest.fixture
def signer(tmp_path: Path) -> StatementSigner:
    create_key(tmp_path / "signing.pem")
    return StatementSigner(tmp_path / "signing.pem")


@pytest.fixture
def sealed(sql_register: SqlRegister, signer: StatementSigner) -> list[str]:
    """Three cases of four entries under two checkpoints, and one entry more that none covers yet."""
    cases = sorted(opened(sql_register) for _ in range(CASES))
    for day in range(2):
        for case_id in cases:
            for number in range(ENTRIES // 2):
                sql_register.record(case_id, fact(f"k:{day}:{number}", n=number))
        sql_register.seal(NOW + day * DAY, signer)
    sql_register.record(cases[0], fact("late", name="Zoë"))
    return cases


def audited(register: SqlRegister, signer: StatementSigner) -> Audit:
    return register.audit(signer.judge())


def forged(register: SqlRegister, case_id: str, statements: str) -> None:
    """Do what somebody with the database's password could do to one case; `?` stands for it."""
    behind_its_back(register, *statements.replace("?", f"case_id = '{case_id}'").split(";"))


REWRITE = (
    "UPDATE evidence SET facts = '{facts}', previous = '{previous}', hash = '{hash}' WHERE ? AND seq = {seq}"
)


def rewritten(register: SqlRegister, case_id: str, seq: int) -> None:
    """Change an entry as an able forger would: hashes, links and the seal of the case fit again."""
    previous = ""
    for entry in register.evidence(case_id)[seq - 1 :]:
        facts = {"n": 99} if entry.seq == seq else dict(entry.facts)
        told = Fact(key=entry.key, kind=entry.kind, at=entry.at, facts=facts)
        previous = previous or entry.previous
        new = hash_of(case_id, entry.seq, told, previous)
        forgery = REWRITE.replace("{facts}", json.dumps(facts)).replace("{previous}", previous)
        forged(register, case_id, forgery.replace("{hash}", new).replace("{seq}", str(entry.seq)))
        previous = new
    forged(register, case_id, "UPDATE cases SET head = '!' WHERE ?".replace("!", previous))


def test_untouched_evidence_is_whole(
    sql_register: SqlRegister, sealed: list[str], signer: StatementSigner
) -> None:
    found = audited(sql_register, signer)

    assert found == Audit(cases=3, entries=3 * (ENTRIES + 1) + 1, checkpoints=2, uncovered=1)


def test_a_day_on_which_nothing_happened_needs_no_checkpoint(
    sql_register: SqlRegister, sealed: list[str], signer: StatementSigner
) -> None:
    assert sql_register.seal(NOW + 2 * DAY, signer) is not None
    assert sql_register.seal(NOW + 3 * DAY, signer) is None


def test_a_chain_that_was_rewritten_with_its_seal_is_found(
    sql_register: SqlRegister, sealed: list[str], signer: StatementSigner
) -> None:
    rewritten(sql_register, sealed[1], seq=2)

    assert sql_register.verify_evidence(sealed[1]).whole
    assert audited(sql_register, signer).damages == (
        Damage(case_id=sealed[1], place=3, reason="head_changed"),
    )


def test_a_whole_case_that_was_removed_is_named(
    sql_register: SqlRegister, sealed: list[str], signer: StatementSigner
) -> None:
    forged(sql_register, sealed[1], "DELETE FROM evidence WHERE ?; DELETE FROM cases WHERE ?")

    assert audited(sql_register, signer).damages == (
        Damage(case_id=sealed[1], place=0, reason="case_missing"),
    )


def test_a_tail_removed_together_with_its_seal_is_found(
    sql_register: SqlRegister, sealed: list[str], signer: StatementSigner
) -> None:
    case_id = sealed[2]
    forged(
        sql_register,
        case_id,
        """DELETE FROM evidence WHERE ? AND seq = 5;
           UPDATE cases SET entries = 4, head = (SELECT hash FROM evidence WHERE ? AND seq = 4) WHERE ?""",
    )

    assert audited(sql_register, signer).damages == (Damage(case_id=case_id, place=5, reason="tail_missing"),)


FORGERIES = {
    "a fact edited": (
        """UPDATE evidence SET facts = '{"n":9}' WHERE ? AND seq = 3""",
        "entry_changed",
        3,
    ),
    "the same fact spelled anew": (
        """UPDATE evidence SET facts = '{"n": 1}' WHERE ? AND seq = 3""",
        "",
        0,
    ),
    "a kind edited": ("UPDATE evidence SET kind = 'decided' WHERE ? AND seq = 2", "entry_changed", 2),
    "an unknown kind": ("UPDATE evidence SET kind = 'x' WHERE ? AND seq = 2", "entry_unreadable", 2),
    "a date edited": (
        "UPDATE evidence SET at = '2020-01-01 00:00:00' WHERE ? AND seq = 4",
        "entry_changed",
        4,
    ),
    "one removed": ("DELETE FROM evidence WHERE ? AND seq = 3", "entry_missing", 3),
    "two exchanged": (
        """UPDATE evidence SET seq = 99 WHERE ? AND seq = 2;
           UPDATE evidence SET seq = 2 WHERE ? AND seq = 3;
           UPDATE evidence SET seq = 3 WHERE ? AND seq = 99""",
        "link_broken",
        2,
    ),
    "the entries removed": ("DELETE FROM evidence WHERE ?", "tail_missing", 1),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_placed_in_its_case(
    sql_register: SqlRegister, sealed: list[str], signer: StatementSigner, name: str
) -> None:
    statements, reason, place = FORGERIES[name]
    forged(sql_register, sealed[1], statements)

    expected = (Damage(case_id=sealed[1], place=place, reason=reason),) if reason else ()
    assert audited(sql_register, signer).damages == expected


CHECKPOINT_FORGERIES = {
    "its root": (
        "UPDATE checkpoints SET root = previous WHERE number = 2",
        "checkpoint_signature_refused",
        2,
    ),
    "a head it fixed": (
        "DELETE FROM heads WHERE checkpoint = 2 AND case_id = '{0}'",
        "checkpoint_root_changed",
        2,
    ),
    "the first of them": (
        "DELETE FROM heads WHERE checkpoint = 1; DELETE FROM checkpoints WHERE number = 1",
        "checkpoint_missing",
        2,
    ),
}


@pytest.mark.parametrize("name", CHECKPOINT_FORGERIES)
def test_a_forged_checkpoint_is_named(
    sql_register: SqlRegister, sealed: list[str], signer: StatementSigner, name: str
) -> None:
    statements, reason, place = CHECKPOINT_FORGERIES[name]
    behind_its_back(sql_register, *statements.format(sealed[0]).split(";"))

    assert audited(sql_register, signer).damages == (Damage(case_id="", place=place, reason=reason),)


def test_a_checkpoint_signed_with_another_key_is_not_believed(
    sql_register: SqlRegister, sealed: list[str], tmp_path: Path
) -> None:
    create_key(tmp_path / "forger.pem")

    found = audited(sql_register, StatementSigner(tmp_path / "forger.pem"))

    assert {damage.reason for damage in found.damages} == {"checkpoint_signature_refused"}


def test_after_the_key_was_changed_the_earlier_public_key_still_proves_the_earlier_checkpoints(
    sql_register: SqlRegister, sealed: list[str], tmp_path: Path
) -> None:
    old = tmp_path / "old.pem"
    old.write_bytes(public_pem(create_key(tmp_path / "second.pem")))
    sql_register.seal(NOW + 2 * DAY, StatementSigner(tmp_path / "second.pem"))
    judge = StatementSigner(tmp_path / "signing.pem").judge(old)

    assert sql_register.audit(judge).damages == ()


def test_the_world_is_told_of_a_checkpoint(sql_register: SqlRegister, sealed: list[str]) -> None:
    """Whoever removes the newest checkpoints as well is found out by those who received them."""
    told = [e.body for e in sql_register.events() if e.body["type"] == "dsar.evidence.checkpoint"]

    assert [1, 2] == [event["data"]["number"] for event in told]
    assert all(event["data"]["signature"] for event in told)


def test_each_case_is_proved_under_every_checkpoint_that_covers_it(
    sql_register: SqlRegister, sealed: list[str]
) -> None:
    late = opened(sql_register)

    for case_id in sealed:
        found = sql_register.inclusions(case_id)
        assert [one.checkpoint.statement.number for one in found] == [1, 2]
        assert all(one.holds and one.head.case_id == case_id for one in found)
    assert sql_register.inclusions(late) == ()
