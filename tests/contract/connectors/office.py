"""Cases that wait for a vendor which erases by lists, and workers that may be killed over one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from activities.batching import Batching
from connectors._month import Monthly
from connectors._pace import Free, handing
from dsar.deeds import Receipt
from dsar.errors import OperatorError, TemporaryError
from dsar.evidence import EvidenceKind
from dsar.orders import DeedOrder
from dsar.ports import Change
from register.register import SqlRegister
from tests.contract.connectors.systems.amplitude import API, PretendAmplitude
from tests.contract.connectors.systems.segment import PretendSegment
from tests.contract.connectors.vendor import PretendVendor
from tests.contract.register.registers import NOW, behind_its_back, fact, request
from tests.people import identity
from tests.pretend_vault import MemoryVault

LONG_AGO = "2020-01-01 00:00:00.000000+00:00"
ORDER = {"amplitude": f"POST {API}/deletions/users", "segment": "POST /regulations"}
PRETENDS: dict[str, Callable[[], PretendVendor]] = {"amplitude": PretendAmplitude, "segment": PretendSegment}


class KilledError(BaseException):
    """What a worker hears of its own death: nothing, and no code runs any more."""


@dataclass
class Mortal:
    """A connector whose worker dies before or after it has made its call."""

    connector: Any
    after: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connector, name)

    async def erase_together(self, keys: Sequence[str]) -> Any:
        if self.after:
            await self.connector.erase_together(keys)
        raise KilledError


@dataclass
class Office:
    """Cases that wait for one vendor, with a register that any number of workers share."""

    register: SqlRegister
    vendor: Any
    vault: MemoryVault = field(default_factory=MemoryVault)
    receipts: dict[str, Sequence[Receipt]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def connector(self, per_month: int = 0) -> Any:
        pace = Monthly("main", per_month, self.register, Free()) if per_month else None
        with handing("vendor", pace):
            return self.vendor.connector()

    def open(self, number: int, due_on: date = date(2026, 12, 24)) -> str:
        """Open a case of somebody new, whom the vendor knows."""
        email = f"{number:05d}@many.example"
        if isinstance(self.vendor, PretendAmplitude):
            key = str(100_000 + number)
            known = {"amplitude_id": int(key), "user_id": email, "last_device_id": f"d{key}"}
            self.vendor.store["users"][key] = known
            self.vendor.store["events"][key] = [{"uuid": f"{key}-1", "amplitude_id": int(key)}]
        else:
            self.vendor.store["profiles"][f"user{number}"] = {"email": email, "name": "", "events": []}
        asked = request(f"case_{number:020x}")
        self.register.open_case(asked, fingerprint="a" * 64, intake_key=asked.case_id, at=NOW)
        self.register.record(asked.case_id, fact("due", EvidenceKind.SEARCHED), Change(due_on=due_on))
        self.vault.open_case(asked.case_id)
        return asked.case_id

    async def work(self, case: str, connector: Any) -> None:
        """Have a case tried once by a worker, as its activity would be."""
        who = identity(f"{int(case[5:], 16):05d}@many.example")
        order = DeedOrder(request=self.register.case(case).request, at=NOW, system="vendor")
        batching = Batching(self.register, self.vault, connector, order)
        steps = await connector.plan_erasure(who)
        try:
            self.receipts[case] = await batching.erase(who, steps)
            await batching.leave()
        except OperatorError as error:
            self.refused[case] = error.reason

    async def wait(self, case: str, connector: Any) -> None:
        with pytest.raises(TemporaryError, match="batch_waiting"):
            await self.work(case, connector)

    async def tried(self, case: str, connector: Any) -> str:
        """Have a case tried. Returns why it comes again; nothing, if it does not."""
        try:
            await self.work(case, connector)
        except TemporaryError as error:
            return error.reason
        return ""

    def later(self) -> None:
        """Let the window pass, and whoever has a batch in hand be taken for dead."""
        for change in ("waiting SET since_at", "in_hand SET until"):
            behind_its_back(self.register, f"UPDATE {change} = '{LONG_AGO}'")

    @property
    def calls(self) -> int:
        return sum(route == ORDER[self.vendor.kind] for *_, route in self.vendor.log)
