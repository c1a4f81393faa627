"""One event opens its case once, however often, at once or by how many ways it is brought."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
import structlog

from console.window import window
from desk.arrivals import arrive, receive
from dsar.arrivals import MOST
from dsar.errors import InputError, TemporaryError
from dsar.evidence import EvidenceKind
from dsar.ports.arrivals import Message
from dsar.webhooks import TOLERANCE
from tests.arrived import ASKED, body, headers
from tests.people import ADA_EMAIL
from tests.pretend_vault import MemoryVault
from tests.receiver import SECRET
from tests.unit.test_opening import NOW, Counter


async def opened(counter: Counter, sent: bytes) -> list[tuple[str, bool]]:
    return [(one.record.request.case_id, one.created) for one in await arrive(counter.desk, sent)]


async def test_an_event_that_comes_again_opens_no_second_case() -> None:
    counter = Counter()
    (first,), (again,) = await opened(counter, body()), await opened(counter, body())
    counter.later = timedelta(days=30)
    (late,) = await opened(counter, body())

    assert [True, False, False] == [first[1], again[1], late[1]]
    assert {first[0]} == {again[0], late[0]} == {c.request.case_id for c in counter.register.cases()}


async def test_it_is_on_record_that_another_program_asked() -> None:
    counter = Counter()
    for _ in range(2):
        ((case, _),) = await opened(counter, body())

    kinds = [entry.kind for entry in counter.register.evidence(case)]
    assert 1 == kinds.count(EvidenceKind.ARRIVED)
    assert kinds.index(EvidenceKind.ARRIVED) < kinds.index(EvidenceKind.STARTED)


async def test_twenty_at_once_are_one_case() -> None:
    counter = Counter()
    found = await asyncio.gather(*(opened(counter, body()) for _ in range(20)))

    assert 1 == len({case for ((case, _),) in found}) == len(counter.register.cases())
    assert 1 == sum(created for ((_, created),) in found)


async def test_each_event_is_a_request_of_its_own_also_while_a_case_is_open() -> None:
    counter = Counter()
    cases = [await opened(counter, body(id=f"e-{number}")) for number in range(3)]

    assert 3 == len({case for ((case, _),) in cases})


async def test_the_same_id_of_another_source_is_another_event() -> None:
    counter = Counter()
    await opened(counter, body())
    ((_, created),) = await opened(counter, body(source="/import"))

    assert created


async def test_an_id_that_comes_back_with_another_request_is_refused() -> None:
    counter = Counter()
    await opened(counter, body())
    with pytest.raises(InputError) as refused:
        await opened(counter, body(data={**ASKED, "email": "somebody.else@subject.example"}))

    assert "event_reused" == refused.value.reason
    assert 1 == len(counter.register.cases())


async def test_what_was_refused_may_come_again_put_right() -> None:
    counter = Counter()
    with pytest.raises(InputError, match="regime"):
        await opened(counter, body(data={**ASKED, "regime": "UK-NOWHERE"}))
    ((_, created),) = await opened(counter, body())

    assert created


async def test_several_rights_are_a_case_each() -> None:
    counter = Counter()
    sent = body(data={**ASKED, "right": "access;marketing_objection"})
    first, again = await opened(counter, sent), await opened(counter, sent)

    assert [True, True] == [created for _, created in first]
    assert {case for case, _ in first} == {case for case, _ in again}


async def posted(counter: Counter, sent: bytes, **more: str) -> httpx.Response:
    transport = httpx.ASGITransport(window(counter.desk, secret=SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="https://dsar.example") as client:
        return await client.post("/requests", content=sent, headers=headers(sent, NOW, **more))


async def test_a_signed_event_opens_a_case_at_the_door() -> None:
    counter = Counter()
    first, again = await posted(counter, body()), await posted(counter, body())

    assert [201, 200] == [first.status_code, again.status_code]
    (case,) = first.json()["cases"]
    assert {"case": case["case"], "right": "access", "created": True} == case
    assert counter.register.case(case["case"])


@pytest.mark.parametrize(
    ("sent", "more", "status", "reason"),
    [
        (body(), {"webhook-signature": "v1,AAAA"}, 401, "signature_wrong"),
        (body(), {"webhook-id": ""}, 401, "signature_missing"),
        (body(), {"content-type": "text/plain"}, 415, "media_unknown"),
        (b"x" * (MOST + 1), {}, 413, "event_too_large"),
        (body(data={**ASKED, "email": "no address"}), {}, 422, "email_malformed"),
        (body(data={**ASKED, "more": ADA_EMAIL}), {}, 422, "field_unknown"),
    ],
)
async def test_the_door_says_what_is_wrong_and_repeats_nothing(
    sent: bytes, more: dict[str, str], status: int, reason: str
) -> None:
    counter = Counter()
    with structlog.testing.capture_logs() as logged:
        reply = await posted(counter, sent, **more)

    assert (status, reason) == (reply.status_code, reply.json()["error"])
    assert reply.json()["hint"]
    assert ADA_EMAIL not in reply.text + str(logged)
    assert () == counter.register.cases()


@pytest.mark.parametrize("late", [TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)])
async def test_a_replay_from_another_hour_is_refused_at_the_door(late: timedelta) -> None:
    counter = Counter(later=late)
    reply = await posted(counter, body())

    assert (401, "timestamp_skewed") == (reply.status_code, reply.json()["error"])


async def test_whoever_sends_without_end_is_not_heard_to_the_end() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * MOST:
            sent += MOST // 4
            yield b"x" * (MOST // 4)

    transport = httpx.ASGITransport(window(Counter().desk, secret=SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="https://dsar.example") as client:
        reply = await client.post("/requests", content=endless())

    assert 413 == reply.status_code


async def test_an_id_that_comes_back_with_another_request_is_refused_at_the_door() -> None:
    counter = Counter()
    await posted(counter, body())
    reply = await posted(counter, body(data={**ASKED, "right": "erasure"}))

    assert (409, "event_reused") == (reply.status_code, reply.json()["error"])


async def test_without_a_secret_the_door_is_shut() -> None:
    transport = httpx.ASGITransport(window(Counter().desk))
    async with httpx.AsyncClient(transport=transport, base_url="https://dsar.example") as client:
        reply = await client.post("/requests", content=body(), headers=headers(body(), NOW))

    assert 404 == reply.status_code


@dataclass
class PretendInbox:
    """A queue: what is not taken off is given again."""

    waiting: list[bytes] = field(default_factory=list)
    name: str = "queue"

    def take(self) -> Sequence[Message]:
        return [Message(receipt=str(place), body=sent) for place, sent in enumerate(self.waiting)]

    def done(self, message: Message) -> None:
        self.waiting.remove(message.body)


async def test_what_a_queue_brings_is_opened_and_what_cannot_be_taken_stays_there() -> None:
    counter, bad = Counter(), body(id="e-2", data={**ASKED, "right": ADA_EMAIL})
    inbox = PretendInbox([body(), bad, body()])
    with structlog.testing.capture_logs() as logged:
        taken = [await receive(counter.desk, inbox) for _ in range(2)]

    assert [2, 0] == taken
    assert [bad] == inbox.waiting
    assert 1 == len(counter.register.cases())
    assert {"arrival.refused"} == {line["event"] for line in logged}
    assert ADA_EMAIL not in str(logged)


class Tired(MemoryVault):
    """A vault that is away at first."""

    away = True

    def open_case(self, case_id: str) -> None:
        if self.away:
            raise TemporaryError("vault", "store_unreachable")
        super().open_case(case_id)


async def test_while_a_part_of_the_engine_is_away_the_message_stays() -> None:
    vault = Tired()
    counter, inbox = Counter(vault=vault), PretendInbox([body()])
    with pytest.raises(TemporaryError):
        await receive(counter.desk, inbox)
    vault.away = False

    assert 1 == await receive(counter.desk, inbox)
    assert [] == inbox.waiting
