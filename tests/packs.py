"""A case with a life behind it whose evidence is to be handed out, and packs made of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from temporalio.client import Client

from bundle.pack import PackWriter
from bundle.signing import create_key
from bundle.statements import StatementSigner
from bundle.verify import VerifyReport, verify
from calendars import HolidayCalendars
from desk.desk import Desk
from desk.packing import packed
from dsar.case import RightsRequest, SystemAnswer
from dsar.clock_events import opening
from dsar.clock_json import spelled
from dsar.evidence import EvidenceKind, Fact
from dsar.pack import Pack
from dsar.ports import Change
from dsar.vocabulary import Channel, Found, Right
from register.register import SqlRegister
from register.schema import prepare
from tests.contract.register.registers import opened
from tests.people import ADA_NAME
from tests.pretend_relays import PretendArrivals, PretendBook
from tests.pretend_tools import PretendCompany
from tests.pretend_vault import MemoryVault

CASE = f"case_{'7' * 20}"
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORDS = f"<script>alert('{ADA_NAME}')</script> asked for the same\nthree times \u202ein a week."


@dataclass
class Told:
    """A case of an erasure: searched, decided, done. The register's other cases share its checkpoints."""

    folder: Path
    vault: MemoryVault = field(default_factory=MemoryVault)
    calendars: HolidayCalendars = field(default_factory=HolidayCalendars)

    def __post_init__(self) -> None:
        url, self.key = f"sqlite:///{self.folder / 'register.db'}", self.folder / "signing.pem"
        prepare(url)
        create_key(self.key)
        self.register = SqlRegister(url)
        self.request = RightsRequest(
            case_id=CASE,
            subject_id="sub_1",
            right=Right.ERASURE,
            regime="UK-ENG",
            received_at=AT,
            received_on=AT.date(),
            channel=Channel.EMAIL,
        )
        for _ in range(4):
            opened(self.register)
        self.register.open_case(self.request, fingerprint="f" * 64, intake_key="key", at=AT)
        self.vault.open_case(CASE)
        self.vault.put(CASE, "decisions/0123456789abcdef", WORDS.encode())
        self._live()

    def _live(self) -> None:
        events = spelled([opening(self.request)])
        due = AT.date().replace(month=12)
        self.fact(EvidenceKind.DUE_SET, Change(due_on=due), due_on="2026-12-23", calendars="1", events=events)
        self.fact(EvidenceKind.LETTER_SENT, letter="acknowledgement")
        self.fact(EvidenceKind.LETTER_FAILED, letter="erasure_outcome", reason="recipient_refused")
        for system, found in (("crm", Found.FOUND), ("attic", Found.FAILED_ACCEPTED)):
            answer = SystemAnswer(system=system, found=found, records=3, reason="no_key")
            fact = Fact(key=f"searched:{system}", kind=EvidenceKind.SEARCHED, at=AT)
            self.register.put_answer(CASE, answer, (), fact)
        decided: dict[str, Any] = {
            "decision": "accept-gap",
            "by": "dpo",
            "role": "dpo",
            "system": "attic",
            "ground": "",
        }
        decided |= {"words": "decisions/0123456789abcdef", "proof": "proofs/1", "reason": "a" * 64}
        self.fact(EvidenceKind.DECIDED, **decided)
        deed: dict[str, Any] = {"system": "crm", "collection": "<b>no_tes</b>", "verb": "erase", "count": 3}
        self.fact(EvidenceKind.RECEIPT, result="done", **deed)
        self.fact(EvidenceKind.CHECKED, verdict="verified", **deed)
        self.register.seal(AT, StatementSigner(self.key))

    def fact(self, kind: EvidenceKind, change: Change | None = None, /, **facts: Any) -> None:
        count = len(self.register.evidence(CASE))
        self.register.record(
            CASE, Fact(key=f"{kind}:{count}", kind=kind, at=AT, facts=facts), change or Change()
        )

    @property
    def desk(self) -> Desk:
        return Desk(
            client=cast("Client", None),  # no pack needs Temporal
            register=self.register,
            vault=self.vault,
            company=PretendCompany(),
            calendars=self.calendars,
            task_queue="none",
            relays=PretendBook(),
            arrivals=PretendArrivals(),
            now=lambda: AT,
        )

    def pack(self, *, by: str = "support-1", why: str = "authority", personal: bool = False) -> Pack:
        return packed(self.desk, self.register, CASE, why, by=by, with_personal_data=personal)

    def archive(self, pack: Pack) -> bytes:
        made = BytesIO()
        PackWriter(self.key).write(pack, made)
        return made.getvalue()

    def verified(self, pack: Pack) -> VerifyReport:
        path = self.folder / "pack.zip"
        path.write_bytes(self.archive(pack))
        return verify(path)

    def close(self) -> None:
        self.register.close()
