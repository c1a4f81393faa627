"""A case whose answer waits behind a link, for the tests of the delivery window."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
from temporalio.client import Client

from activities.disclosure import BUNDLE
from calendars import HolidayCalendars
from console.window import window
from desk.desk import Desk
from dsar.case import RightsRequest
from dsar.codes import DELIVERY, LINK_LIFETIME, code_for, digest_of, link_token, token_digest
from dsar.evidence import EvidenceKind, Fact
from dsar.identity import Challenge
from dsar.vocabulary import Channel, Right
from tests.pretend_register import MemoryRegister
from tests.pretend_relays import PretendArrivals, PretendBook
from tests.pretend_tools import PretendCompany
from tests.pretend_vault import MemoryVault

CASE = f"case_{'0' * 20}"
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZIP = b"PK\3\4 the whole answer " * 1000


@dataclass
class Answered:
    """A case whose answer waits behind a link. `later` moves the desk's clock."""

    register: MemoryRegister = field(default_factory=MemoryRegister)
    vault: MemoryVault = field(default_factory=MemoryVault)
    later: timedelta = timedelta(0)
    locale: str = "en"

    def __post_init__(self) -> None:
        request = RightsRequest(
            case_id=CASE,
            subject_id="sub_1",
            right=Right.ACCESS,
            regime="UK-ENG",
            received_at=AT,
            received_on=AT.date(),
            channel=Channel.EMAIL,
            locale=self.locale,
        )
        self.register.open_case(request, fingerprint="f" * 64, intake_key="key", at=AT)
        self.vault.open_case(CASE)
        self.vault.put(CASE, BUNDLE, ZIP)
        self.code, self.token = code_for(self.vault, DELIVERY, CASE, 1), link_token(self.vault, CASE, 1)
        ends = AT + LINK_LIFETIME
        digest = digest_of(self.vault, DELIVERY, CASE, self.code)
        fact = Fact(key="code:delivery:1", kind=EvidenceKind.CODE_SET, at=AT)
        self.register.set_challenge(CASE, DELIVERY, Challenge(digest=digest, expires_at=ends), fact)
        offer = Fact(key="delivery:1", kind=EvidenceKind.DELIVERY_OFFERED, at=AT)
        self.register.offer_delivery(CASE, token_digest(self.token), ends, offer)

    @property
    def desk(self) -> Desk:
        return Desk(
            client=cast("Client", None),  # no page needs Temporal
            register=self.register,
            vault=self.vault,
            company=PretendCompany(),
            calendars=HolidayCalendars(),
            task_queue="none",
            relays=PretendBook(),
            arrivals=PretendArrivals(),
            now=lambda: AT + self.later,
        )

    def client(self, *, bugs: bool = True) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(window(self.desk), raise_app_exceptions=bugs)
        return httpx.AsyncClient(transport=transport, base_url="https://dsar.example")

    async def get(self, token: str = "") -> httpx.Response:
        async with self.client() as client:
            return await client.get(f"/answer/{token or self.token}")

    async def post(self, code: str = "", token: str = "") -> httpx.Response:
        async with self.client() as client:
            return await client.post(f"/answer/{token or self.token}", data={"code": code or self.code})

    def count(self, kind: EvidenceKind) -> int:
        return sum(entry.kind is kind for entry in self.register.evidence(CASE))
