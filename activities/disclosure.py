"""Handing over: export into parcels, write the bundle, send the answer (Art. 15(3); DESIGN §8)."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity

from activities._heart import beating
from activities._translate import translated
from activities.correspondence import Correspondence
from dsar.case import Decision
from dsar.codes import DELIVERY, code_for, digest_of, link_token, shown, token_digest
from dsar.decisions import ACCEPT_GAP
from dsar.dossier import open_identity
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.identity import Challenge
from dsar.orders import Exported, Order, Posted
from dsar.parcels import Packer, Resume, folder_of, unpack
from dsar.person import Identity
from dsar.ports import (
    BundleFacts,
    BundleWriter,
    CompanyFacts,
    Connector,
    Register,
    Section,
    Vault,
    Withheld,
)
from dsar.vocabulary import Found, LetterKind, Role

LINK_LIFETIME = timedelta(days=14)  # POLICY: long enough for a holiday, short enough to be short-lived
BUNDLE = "bundle/answer.zip"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Tools for an answer that hands data over. `public_url` is where the delivery page is reached."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    bundles: BundleWriter
    company: CompanyFacts
    correspondence: Correspondence
    public_url: str

    @activity.defn(name="export-holdings")
    @translated
    async def export_holdings(self, order: Order) -> Exported:
        """Stream what one system holds into sealed parcels; resumes after the last parcel in the vault."""
        case_id, system = order.request.case_id, order.system
        if system not in self.connectors:
            raise OperatorError(system, "not_registered")
        identity = await asyncio.to_thread(open_identity, self.vault, case_id)
        held = await asyncio.to_thread(self.register.holdings, case_id)
        collections = [h.collection for h in held if h.system == system and h.count]
        packer = Packer(self.vault, case_id, folder_of(system, order.number))
        at = await asyncio.to_thread(packer.resume)
        if not at.done:
            async with beating(lambda: packer.number):
                at = await self._pack(self.connectors[system], identity, collections, packer, at)
        facts: dict[str, Scalar] = {
            "system": system,
            "rows": at.rows,
            "parcels": at.number,
            "generation": order.number,
        }
        fact = Fact(
            key=f"exported:{system}:{order.number}", kind=EvidenceKind.EXPORTED, at=order.at, facts=facts
        )
        await asyncio.to_thread(self.register.record, case_id, fact)
        return Exported(parcels=at.number, rows=at.rows)

    async def _pack(
        self, connector: Connector, identity: Identity, collections: list[str], packer: Packer, at: Resume
    ) -> Resume:
        """Page by page. The heartbeat carries the parcel's number; cursors stay sealed in the parcels."""
        left = (
            collections[collections.index(at.collection) :] if at.collection in collections else collections
        )
        for collection in left:
            cursor = at.cursor if collection == at.collection else ""
            async for page in connector.export(identity, collection, cursor):
                if packer.add(collection, page):
                    at = await asyncio.to_thread(packer.flush)
        return await asyncio.to_thread(lambda: packer.flush(done=True))

    @activity.defn(name="write-bundle")
    @translated
    def write_bundle(self, order: Order) -> None:
        """Write the archive from the parcels into the vault, streamed, once."""
        case_id = order.request.case_id
        if any(entry.key == "bundle" for entry in self.register.evidence(case_id)):
            return
        with self.vault.sink(case_id, BUNDLE) as sink:
            receipt = self.bundles.write(
                self._facts(order), self._sections(case_id), sink, activity.heartbeat
            )
        facts: dict[str, Scalar] = {
            "files": receipt.files,
            "rows": receipt.rows,
            "size": receipt.size,
            "manifest": receipt.manifest_sha256,
        }
        fact = Fact(key="bundle", kind=EvidenceKind.BUNDLE_WRITTEN, at=order.at, facts=facts)
        self.register.record(case_id, fact)

    def _sections(self, case_id: str) -> Iterator[Section]:
        exports = [e.facts for e in self.register.evidence(case_id) if e.kind is EvidenceKind.EXPORTED]
        newest = {str(facts["system"]): int(facts["generation"] or 0) for facts in exports}
        for system in self._holding(case_id):
            card = self.connectors[system].card
            for collection, rows in unpack(self.vault, case_id, folder_of(system, newest[system])):
                yield Section(
                    system=system, vendor=card.vendor, collection=card.collection(collection), rows=rows
                )

    def _holding(self, case_id: str) -> list[str]:
        return [a.system for a in self.register.answers(case_id) if a.found is Found.FOUND]

    def _facts(self, order: Order) -> BundleFacts:
        request = order.request
        holdings = [h for h in self.register.holdings(request.case_id) if h.count]
        categories = {h.category for h in holdings if h.system in self._holding(request.case_id)}
        return BundleFacts(
            case_id=request.case_id,
            right=request.right,
            regime=request.regime,
            locale=request.locale,
            received_on=request.received_on,
            answered_at=order.at,
            answers=self.register.answers(request.case_id),
            information=self.company.information(
                request.regime, sorted(categories), request.received_on, request.locale
            ),
            withheld=self._withheld(request.case_id),
            decisions=self._decisions(request.case_id),
        )

    def _withheld(self, case_id: str) -> tuple[Withheld, ...]:
        """Name each gap that a person accepted, with the reason given (DESIGN §1.1)."""
        return tuple(
            Withheld(
                system=d.system,
                collection="",
                ground="gap_accepted",
                explanation=self.vault.get(case_id, d.words).decode(),
            )
            for d in self._decisions(case_id)
            if d.kind == ACCEPT_GAP
        )

    def _decisions(self, case_id: str) -> tuple[Decision, ...]:
        """Return what was decided about systems."""
        return tuple(
            Decision(
                kind=str(entry.facts["decision"]),
                by=str(entry.facts["by"]),
                role=Role(str(entry.facts["role"])),
                system=str(entry.facts["system"]),
                words=str(entry.facts["words"]),
                decided_at=entry.at,
            )
            for entry in self.register.evidence(case_id)
            if entry.kind is EvidenceKind.DECIDED and entry.facts["system"]
        )

    @activity.defn(name="send-answer")
    @translated
    def send_answer(self, order: Order) -> Posted:
        """Mail a short-lived link and, in a letter of its own, the code that opens it."""
        case_id, number = order.request.case_id, order.number
        token = link_token(self.vault, case_id, number)
        code = code_for(self.vault, DELIVERY, case_id, number)
        expires_at = order.at + LINK_LIFETIME
        challenge = Challenge(digest=digest_of(self.vault, DELIVERY, case_id, code), expires_at=expires_at)
        fact = Fact(key=f"code:{DELIVERY}:{number}", kind=EvidenceKind.CODE_SET, at=order.at)
        self.register.set_challenge(case_id, DELIVERY, challenge, fact)
        offer = Fact(key=f"delivery:{number}", kind=EvidenceKind.DELIVERY_OFFERED, at=order.at)
        self.register.offer_delivery(case_id, token_digest(token), expires_at, offer)
        link = f"{self.public_url}/answer/{token}"
        told = {
            "link": link,
            "expires_at": expires_at,
            "answers": self.register.answers(case_id),
            "withheld": self._withheld(case_id),
        }
        answer = self.correspondence.send(order, LetterKind.ACCESS_ANSWER, told, number)
        if not answer.ok:
            return answer
        return self.correspondence.send(
            order, LetterKind.ANSWER_CODE, {"code": shown(code), "expires_at": expires_at}, number
        )
