"""The person's window: an answer leaves for its link and its code, a few tries, and each on record."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.delivery import MOST_DOWNLOADS, hand_over
from dsar.codes import LINK_LIFETIME, shown
from dsar.errors import InputError, OperatorError, TemporaryError
from dsar.evidence import Entry, EvidenceKind, Fact
from tests.answered import AT, CASE, ZIP, Answered
from tests.pretend_register import MemoryRegister

GUARDS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def guarded(reply: httpx.Response) -> bool:
    policy = reply.headers["content-security-policy"]
    return "default-src 'none'" in policy and GUARDS.items() <= dict(reply.headers).items()


async def test_the_right_code_hands_the_whole_answer_over_and_each_fetch_is_on_record() -> None:
    case = Answered()
    page = await case.get()
    replies = [await case.post(), await case.post(f" {shown(case.code).lower()} ")]

    assert (200, True) == (page.status_code, "<form" in page.text)
    for reply in replies:
        assert (200, ZIP, "application/zip") == (
            reply.status_code,
            reply.content,
            reply.headers["content-type"],
        )
        assert f'attachment; filename="answer-{CASE}.zip"' == reply.headers["content-disposition"]
        assert guarded(reply)
    assert 2 == case.count(EvidenceKind.DOWNLOADED)
    assert case.register.verify_evidence(CASE).whole


async def test_five_wrong_codes_lock_the_link_for_the_right_one_too() -> None:
    case = Answered()
    replies = [await case.post("ZZZZ-ZZZZ") for _ in range(5)]
    late = await case.post()

    assert [403] * 5 == [reply.status_code for reply in replies]
    assert [True] * 4 + [False] == ["<form" in reply.text for reply in replies]
    assert (403, False) == (late.status_code, "<form" in late.text)
    assert "Too many wrong codes" in late.text
    assert ZIP not in late.content
    assert 5 == case.count(EvidenceKind.CODE_REFUSED)
    assert 1 == case.count(EvidenceKind.DELIVERY_LOCKED)
    assert 0 == case.count(EvidenceKind.DOWNLOADED)


async def test_an_unknown_link_leads_nowhere_and_says_so_as_the_browser_speaks() -> None:
    case = Answered()
    for reply in (await case.get("0" * 64), await case.post(token="x")):
        assert (404, False) == (reply.status_code, "<form" in reply.text)
        assert "leads nowhere" in reply.text
        assert guarded(reply)
    async with case.client() as client:
        german = await client.get(f"/answer/{'0' * 64}", headers={"Accept-Language": "de-AT,en;q=0.5"})
    assert "führt nirgendwohin" in german.text


@pytest.mark.parametrize(("locale", "said"), [("en", "has expired"), ("de", "ist abgelaufen")])
async def test_an_expired_link_says_so_in_the_language_of_its_case(locale: str, said: str) -> None:
    over = Answered(later=LINK_LIFETIME, locale=locale)
    for reply in (await over.get(), await over.post()):
        assert (410, True, False) == (reply.status_code, said in reply.text, "<form" in reply.text)
        assert guarded(reply)
    assert 0 == over.count(EvidenceKind.CODE_ACCEPTED) + over.count(EvidenceKind.DOWNLOADED)


async def test_nobody_types_a_code_for_a_link_that_is_locked_or_used_up() -> None:
    locked, spent = Answered(), Answered()
    for _ in range(5):
        await locked.post("ZZZZ-ZZZZ")
    for _ in range(MOST_DOWNLOADS):
        await spent.post()
    pages = [await locked.get(), await spent.get()]

    assert [(403, False)] * 2 == [(page.status_code, "<form" in page.text) for page in pages]
    assert "Too many wrong codes" in pages[0].text
    assert "used too often" in pages[1].text


async def test_the_last_moment_of_a_link_is_still_in_time() -> None:
    assert 200 == (await Answered(later=LINK_LIFETIME - timedelta(microseconds=1)).post()).status_code


async def test_a_german_case_is_spoken_to_in_german_and_any_other_in_english() -> None:
    german, finnish = Answered(locale="de"), Answered(locale="fi")

    assert '<html lang="de">' in (await german.get()).text
    assert "nicht der Code" in (await german.post("FALSCH")).text
    assert '<html lang="en">' in (await finnish.get()).text


@settings(max_examples=25)
@given(st.binary(max_size=300) | st.text().map(lambda text: f"code={text}".encode("utf-8", "replace")))
async def test_a_strange_form_is_a_wrong_code_and_is_not_repeated(body: bytes) -> None:
    case = Answered()
    async with case.client() as client:
        reply = await client.post(f"/answer/{case.token}", content=b"code=<b>Quartermaine" + body)

    assert 403 == reply.status_code
    assert "Quartermaine" not in reply.text
    assert guarded(reply)


async def test_a_huge_form_is_not_read_to_its_end() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"code=" + b"x" * 1000

    case = Answered()
    async with case.client() as client:
        reply = await client.post(f"/answer/{case.token}", content=endless())

    assert 403 == reply.status_code
    assert read < 10


@pytest.mark.parametrize(
    "path", ["/", "/answer/", "/answer/a/b", "/answer/%00%ff", "/live", "/../etc/passwd"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "TRACE"])
async def test_every_reply_is_guarded(path: str, method: str) -> None:
    async with Answered().client() as client:
        reply = await client.request(method, path)

    assert reply.status_code in ({200, 405} if path == "/live" else {404, 405})
    assert guarded(reply)
    assert "set-cookie" not in reply.headers


class AwayRegister(MemoryRegister):
    """A register whose database is away, or which has a bug."""

    def __init__(self, trouble: Exception) -> None:
        super().__init__()
        self._trouble = trouble

    def delivery(self, token_digest: str) -> tuple[str, datetime] | None:
        raise self._trouble


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_register_that_is_away_is_told_as_such(method: str) -> None:
    case = Answered(register=AwayRegister(TemporaryError("register", "unreachable")))
    async with case.client() as client:
        reply = await client.request(method, f"/answer/{case.token}", headers={"Accept-Language": "de-AT"})

    assert (503, True) == (reply.status_code, "Nichts ist verloren" in reply.text)
    assert guarded(reply)


async def test_even_a_bug_is_guarded_and_says_nothing() -> None:
    case = Answered(register=AwayRegister(KeyError("ada.osei@subject.example")))
    async with case.client(bugs=False) as client:
        reply = await client.get(f"/answer/{case.token}")

    assert 500 == reply.status_code
    assert guarded(reply)
    assert "ada" not in reply.text


async def test_an_answer_the_vault_cannot_give_is_neither_promised_nor_recorded() -> None:
    case = Answered()
    case.vault.objects.clear()
    reply = await case.post()

    assert 503 == reply.status_code
    assert 0 == case.count(EvidenceKind.DOWNLOADED)
    with pytest.raises(OperatorError, match="object_missing"):
        hand_over(case.desk, case.token, case.code)


async def test_a_shredded_case_leads_nowhere() -> None:
    case = Answered()
    case.vault.shred(CASE)
    case.register.forget_subject(CASE, Fact(key="shredded", kind=EvidenceKind.SHREDDED, at=AT))

    with pytest.raises(InputError) as refusal:
        hand_over(case.desk, case.token, case.code)
    assert "link_unknown" == refusal.value.reason
    assert [404] * 2 == [reply.status_code for reply in (await case.get(), await case.post())]


class SlowRegister(MemoryRegister):
    """A register that another fetch is always a moment ahead of."""

    def evidence(self, case_id: str) -> tuple[Entry, ...]:
        before = super().evidence(case_id)
        number = 1 + sum(entry.kind is EvidenceKind.DOWNLOADED for entry in before)
        self.record(case_id, Fact(key=f"download:{number}", kind=EvidenceKind.DOWNLOADED, at=AT))
        return before


class CrowdedRegister(MemoryRegister):
    """A register in which a crowd uses a link up while we look."""

    def evidence(self, case_id: str) -> tuple[Entry, ...]:
        before = super().evidence(case_id)
        for number in range(1, MOST_DOWNLOADS + 1):
            self.record(case_id, Fact(key=f"download:{number}", kind=EvidenceKind.DOWNLOADED, at=AT))
        return before


def test_a_crowd_at_one_moment_gets_no_more_than_one_person_would() -> None:
    case = Answered(register=CrowdedRegister())

    with pytest.raises(InputError, match="too often"):
        hand_over(case.desk, case.token, case.code)
    assert MOST_DOWNLOADS == case.count(EvidenceKind.DOWNLOADED)


def test_two_fetches_at_one_moment_are_both_on_record() -> None:
    case = Answered(register=SlowRegister())
    handed = hand_over(case.desk, case.token, case.code)
    chain = MemoryRegister.evidence(case.register, CASE)

    assert ZIP == b"".join(handed.chunks)
    assert 2 == sum(entry.kind is EvidenceKind.DOWNLOADED for entry in chain)
    assert f"answer-{CASE}.zip" == handed.name
