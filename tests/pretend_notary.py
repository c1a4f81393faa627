"""A notary whose word nobody doubts: memory needs no checkpoint, for nobody else can write to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dsar.checkpoints import Audit, Checkpoint
from dsar.inclusion import Inclusion
from dsar.ports import Judge, Signer
from tests.pretend_register import MemoryRegister


@dataclass(frozen=True)
class PretendNotary:
    register: MemoryRegister

    def seal(self, at: datetime, signer: Signer) -> Checkpoint | None:
        return None

    def end(self, case_id: str, at: datetime, signer: Signer) -> bool:
        return self.register.drop(case_id)

    def inclusions(self, case_id: str) -> tuple[Inclusion, ...]:
        return ()

    def audit(self, judge: Judge, anchored: Iterable[Checkpoint] = ()) -> Audit:
        return Audit(cases=len(self.register.cases()), entries=0, checkpoints=0, uncovered=0)


class PretendSigner:
    """A signer whose word nobody doubts."""

    def sign(self, statement: bytes) -> tuple[str, str]:
        return "0" * 64, "0" * 128
