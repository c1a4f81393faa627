"""Protecting an answer: off unless asked for, on record, and no secret of ours is kept."""

import io
import json
import re

import pyrage
import pytest
from pyzipper import AESZipFile

from desk.delivery import MOST_DOWNLOADS, hand_over, take_out
from desk.protection import Protection, protect
from dsar.errors import InputError
from dsar.evidence import EvidenceKind
from tests.answered import CASE, ZIP, Answered

OWNER = pyrage.x25519.Identity.generate()


def handed(case: Answered) -> bytes:
    return b"".join(hand_over(case.desk, case.token, case.code).chunks)


async def test_with_a_passphrase_the_answer_leaves_as_a_zip_that_it_opens() -> None:
    case = Answered()
    words = protect(case.desk, CASE, Protection.PASSPHRASE, by="support-1")
    page, reply = await case.get(), await case.post()
    with AESZipFile(io.BytesIO(reply.content)) as archive:
        archive.setpassword(words.encode())
        opened = archive.read(f"answer-{CASE}.zip")

    assert opened == ZIP
    assert re.fullmatch(r"([2-9A-Z]{4}-){5}[2-9A-Z]{4}", words)
    assert f'filename="encrypted-answer-{CASE}.zip"' in reply.headers["content-disposition"]
    assert "opens with the passphrase" in page.text
    assert words not in page.text
    assert words not in json.dumps([dict(entry.facts) for entry in case.register.evidence(CASE)])
    assert not any(words.encode() in data for data in case.vault.objects.values())


async def test_with_the_persons_own_key_only_they_can_open_it() -> None:
    case = Answered(locale="de")
    words = protect(case.desk, CASE, Protection.KEY, by="support-1", key=str(OWNER.to_public()))
    page, reply = await case.get(), await case.post()

    assert words == ""
    assert pyrage.decrypt(reply.content, [OWNER]) == ZIP
    assert reply.headers["content-disposition"].endswith('.zip.age"')
    assert "versiegelt" in page.text


def test_what_staff_take_out_is_protected_in_the_same_way() -> None:
    case = Answered()
    protect(case.desk, CASE, Protection.KEY, by="support-1", key=str(OWNER.to_public()))
    taken = b"".join(take_out(case.desk, CASE, by="dpo").chunks)

    assert pyrage.decrypt(taken, [OWNER]) == ZIP


def test_nothing_is_encrypted_unless_asked_for_and_it_can_be_taken_back() -> None:
    case = Answered()
    assert handed(case) == ZIP
    protect(case.desk, CASE, Protection.PASSPHRASE, by="support-1")
    assert handed(case) != ZIP
    protect(case.desk, CASE, Protection.NONE, by="support-1")
    assert handed(case) == ZIP


def test_each_choice_is_on_record_and_has_a_passphrase_of_its_own() -> None:
    case = Answered()
    words = {protect(case.desk, CASE, Protection.PASSPHRASE, by="support-1") for _ in range(3)}

    assert len(words) == 3
    chosen = [e.facts for e in case.register.evidence(CASE) if e.kind is EvidenceKind.DECIDED]
    assert [facts["protection"] for facts in chosen] == ["passphrase"] * 3
    assert case.register.verify_evidence(CASE).whole


@pytest.mark.parametrize("key", ["", "age1nonsense", str(OWNER)], ids=["empty", "nonsense", "secret"])
def test_a_key_that_is_none_changes_nothing(key: str) -> None:
    case = Answered()
    with pytest.raises(InputError, match="public key"):
        protect(case.desk, CASE, Protection.KEY, by="support-1", key=key)

    assert handed(case) == ZIP
    assert 0 == case.count(EvidenceKind.DECIDED)


async def test_a_link_that_was_used_too_often_hands_nothing_over() -> None:
    case = Answered()
    take_out(case.desk, CASE, by="dpo")
    for _ in range(MOST_DOWNLOADS):
        assert handed(case) == ZIP
    reply = await case.post()

    assert 403 == reply.status_code
    assert "used too often" in reply.text
    assert 1 + MOST_DOWNLOADS == case.count(EvidenceKind.DOWNLOADED)
