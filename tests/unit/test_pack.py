"""An evidence pack says what the chain says, and of sealed words only that there are any."""

from dataclasses import replace
from datetime import UTC

import pytest

from dsar.evidence import EvidenceKind, instant, verify, written
from dsar.pack import ClockTold, Pack, PackReason, decisions_of, deeds_of, letters_of, words_of
from dsar.ports import CaseRecord
from dsar.vocabulary import Role, Status
from tests.chains import AT, chain, fact
from tests.requests import requested

REASONED = fact(
    EvidenceKind.DECIDED, "1", decision="refuse", words="decisions/ab", proof="f" * 64, reason="e" * 64
)
BARE = fact(EvidenceKind.DECIDED, "2", decision="release")
CHAIN = chain(
    fact(EvidenceKind.OPENED),
    REASONED,
    fact(EvidenceKind.LETTER_SENT, letter="refusal"),
    fact(EvidenceKind.RECEIPT, system="crm"),
    fact(EvidenceKind.CHECKED, system="crm"),
    BARE,
    replace(REASONED, key="3"),
)


def test_of_sealed_words_and_proofs_it_is_only_said_whether_there_are_any() -> None:
    reasoned, bare, _ = decisions_of(CHAIN)

    assert (True, True, "decisions/ab") == tuple(
        reasoned[n] for n in ("reasons_given", "proof_given", "words")
    )
    assert (False, False, "") == tuple(bare[n] for n in ("reasons_given", "proof_given", "words"))
    assert not {"f" * 64, "e" * 64} & {str(value) for value in reasoned.values()}


def test_letters_and_deeds_stand_apart_each_with_its_instant() -> None:
    assert [("letter_sent", instant(AT), "refusal")] == [
        (one["what"], one["at"], one["letter"]) for one in letters_of(CHAIN)
    ]
    assert ["receipt", "checked"] == [one["what"] for one in deeds_of(CHAIN)]


def test_words_that_two_decisions_share_are_opened_once() -> None:
    assert ("decisions/ab",) == words_of(CHAIN)


@pytest.mark.parametrize(("reasons", "personal"), [(None, False), ({}, True), ({"decisions/ab": "x"}, True)])
def test_a_pack_is_personal_as_soon_as_its_words_were_unsealed(
    reasons: dict[str, str] | None, *, personal: bool
) -> None:
    told = ClockTold(due_on="", state="", calendars="", events=(), lines=(), agrees=True)
    record = CaseRecord(request=requested(), status=Status.CLOSED, opened_at=AT)
    pack = Pack(
        record=record,
        made_at=AT,
        made_by="dpo_robin",
        role=Role.DPO,
        why=PackReason.AUDIT,
        entries=tuple(CHAIN),
        verification=verify(CHAIN),
        answers=(),
        clock=told,
        reasons=reasons,
    )

    assert personal is pack.personal
    assert pack.verification.whole


def test_an_entry_is_written_with_the_one_spelling_of_its_instant() -> None:
    said = written(CHAIN[0])

    assert (instant(AT.astimezone(UTC)), 1, "opened") == (said["at"], said["seq"], said["kind"])
