"""The story: one access request, from the front desk to the downloaded answer, told while it happens."""

import asyncio
import json
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from bundle.verify import verify as verify_bundle
from desk import cases
from desk.desk import Desk
from desk.intake import open_case
from dsar.case import Decision
from dsar.decision_kinds import RELEASE
from dsar.evidence import instant
from dsar.identity import CodeResult
from dsar.intake import NewRequest
from dsar.vocabulary import Role, Status
from rehearsal import people
from rehearsal.mail import CaughtLetter
from rehearsal.stage import Scenery

DPO = "dpo_robin"  # of policy/company.yaml
PATIENCE = 60.0  # seconds for any one step of a rehearsal
_LOOK = 0.02  # seconds between two looks at the register
_CODE = re.compile(r"\b[2-9A-HJ-NP-TV-Z]{4}-[2-9A-HJ-NP-TV-Z]{4}\b")
_LINK = re.compile(r"http://\S+/answer/[0-9a-f]{64}")


class StoryError(Exception):
    """The story came to a halt; the message says where."""


@dataclass(slots=True)
class Story:
    """Tells the case line by line and keeps what was told."""

    desk: Desk
    scene: Scenery
    out: Path
    say: Callable[[str], None]

    async def play(self) -> str:
        """Play the whole case. Returns its id."""
        began = time.perf_counter()
        case = await self._opened()
        await self._proved(case)
        await self._released(case)
        await self._downloaded(case)
        await self._until(case, Status.CLOSED)
        self._kept(case)
        self.say(f"The case is closed. It took {time.perf_counter() - began:.1f} seconds.")
        return case

    async def _opened(self) -> str:
        ada = people.ada()
        new = NewRequest(right="access", regime="UK-ENG", email=ada.email, name=ada.name)
        opened = await open_case(self.desk, new, again=True)
        case = opened.record.request.case_id
        self.say(f"A letter arrives: somebody wants to know what we hold. Support opens {case}.")
        await self._letters(case, 1)
        due = self.desk.case(case).due_on
        self.say(f"The request is acknowledged. An answer is due on {due:%d %B %Y}, one month by UK law.")
        return case

    async def _proved(self, case: str) -> None:
        letter = (await self._letters(case, 2))[1]
        self.say("A one-time code goes to the address that asked. No passport, no form.")
        result = await cases.prove_by_code(self.desk, case, _CODE.findall(letter.text)[0])
        if result is not CodeResult.ACCEPTED:
            raise StoryError(f"the code was {result}")
        self.say("The person reads the code back; identity is proved as far as this right needs.")

    async def _released(self, case: str) -> None:
        await self._until(case, Status.DECIDING)
        file = cases.show(self.desk, case)
        for answer in file.answers:
            self.say(f"  {answer.system}: {answer.records} records in {answer.collections} collections.")
        self.say("Every registered system has answered. The DPO looks at the counts and releases the answer.")
        release = Decision(
            kind=RELEASE, by=DPO, role=self.desk.role(DPO, Role.DPO), decided_at=self.desk.now()
        )
        await cases.decide(self.desk, case, release)

    async def _downloaded(self, case: str) -> None:
        answer, second = (await self._letters(case, 4))[2:4]
        self.say("The bundle is sealed in S3. One letter brings the link, another the code.")
        link, code = _LINK.findall(answer.text)[0], _CODE.findall(second.text)[0]
        bundle = self.out / "bundle.zip"
        async with httpx.AsyncClient(timeout=PATIENCE) as browser:
            reply = await browser.post(link, data={"code": code})
            reply.raise_for_status()
            bundle.write_bytes(reply.content)
        report = await asyncio.to_thread(verify_bundle, bundle, None)
        if not report.ok:
            raise StoryError("the bundle does not verify")
        self.say(
            f"The person downloads {len(reply.content):,} bytes. The bundle verifies: {report.files} files."
        )

    def _kept(self, case: str) -> None:
        chain = self.desk.register.evidence(case)
        found = self.desk.register.verify_evidence(case)
        entries = [{**asdict(entry), "at": instant(entry.at)} for entry in chain]
        told = {"case": case, "verification": asdict(found), "entries": entries}
        (self.out / "evidence.json").write_text(json.dumps(told, indent=2) + "\n")
        shutil.copytree(self.scene.directory / "letters", self.out / "letters", dirs_exist_ok=True)
        self.say(
            f"{found.entries} entries of evidence form a chain; it is {'whole' if found.whole else 'BROKEN'}."
        )

    async def _letters(self, case: str, count: int) -> Sequence[CaughtLetter]:
        """Wait for so many letters of this case; others may be played on the same stage."""

        def ours(letters: Sequence[CaughtLetter]) -> Sequence[CaughtLetter]:
            return [letter for letter in letters if case in letter.subject]

        try:
            caught = await self.scene.mail.arrival(lambda letters: len(ours(letters)) >= count, PATIENCE)
        except TimeoutError:
            raise StoryError(f"letter {count} did not come in {PATIENCE:.0f} seconds") from None
        return ours(caught)

    async def _until(self, case: str, status: Status) -> None:
        end = time.monotonic() + PATIENCE
        while self.desk.case(case).status is not status:
            if time.monotonic() > end:
                raise StoryError(f"{case} did not come to '{status}' in {PATIENCE:.0f} seconds")
            await asyncio.sleep(_LOOK)
