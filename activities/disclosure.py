"""Handing over: export into parcels, write the bundle, send the answer (Art. 15(3); DESIGN §8)."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from temporalio import activity

from activities._heart import beating, beating_beside
from activities._translate import translated
from activities.burning import Burner
from activities.correspondence import Correspondence
from activities.counted import check_accepted, short_of
from activities.cutting import Cutting, Discreet
from activities.doubting import check_searched
from activities.exporting import Export, whole
from activities.handed import Handed
from activities.proven import proved_identity
from activities.targets import transferred_to
from dsar.case import RightsRequest
from dsar.codes import DELIVERY, LINK_LIFETIME, code_for, digest_of, link_token, shown, token_digest
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.exemptions import fields, without
from dsar.holdings import Stored
from dsar.identity import Challenge
from dsar.orders import Exported, Order, Posted
from dsar.parcels import folder_of
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
from dsar.systems import searched
from dsar.vocabulary import LetterKind, Right

BUNDLE = "bundle/answer.zip"
_LETTERS = {Right.PORTABILITY: LetterKind.PORTABILITY_ANSWER}


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

    @property
    def _cut(self) -> Cutting:
        return Cutting(self.register, self.vault, self.connectors, self.company)

    @activity.defn(name="export-holdings")
    @translated
    async def export_holdings(self, order: Order) -> Exported:
        """Stream what one system holds into sealed parcels; resumes after the last ones in the vault.

        Raises:
            ContractError: `export_short`: it gave fewer records than it counts, and nobody accepted that.
            OperatorError: as `check_searched`: nothing is handed over that may be somebody else's.
        """
        case_id, system = order.request.case_id, order.system
        if system not in self.connectors:
            raise OperatorError(system, "not_registered")
        identity = await asyncio.to_thread(proved_identity, self.register, self.vault, order.request)
        held = await asyncio.to_thread(self._cut.going, order.request)
        secrets = {
            h.collection: self._cut.secrets(order.request, system, h.collection)
            for h in held
            if h.system == system
        }
        source = Discreet(self.connectors[system], secrets)
        export = Export(vault=self.vault, case_id=case_id, folder=folder_of(system, order.number))
        sealed = Counter[str]()  # parcels of this attempt: what the heartbeat carries; cursors stay sealed
        async with beating(sealed.total):
            await check_searched(self.register, case_id, self.connectors[system], identity)
            chains = await export.filled(source, identity, secrets, lambda: sealed.update(("parcels",)))
            counted = {h.collection: h.count for h in held if h.system == system}
            short = await short_of(self.connectors[system], identity, counted, chains)
        await asyncio.to_thread(check_accepted, self.register, order, short)
        parcels, rows = sum(c.parcels for c in chains), sum(c.rows for c in chains)
        facts: dict[str, Scalar] = {
            "system": system,
            "rows": rows,
            "parcels": parcels,
            "generation": order.number,
        }
        fact = Fact(
            key=f"exported:{system}:{order.number}", kind=EvidenceKind.EXPORTED, at=order.at, facts=facts
        )
        await asyncio.to_thread(self.register.record, case_id, fact)
        return Exported(parcels=parcels, rows=rows)

    @activity.defn(name="write-bundle")
    @translated
    def write_bundle(self, order: Order) -> None:
        """Write the archive from the parcels into the vault, streamed, once.

        One that was removed when its time was over is written again, as of the moment it was first.

        Raises:
            OperatorError: of a system, `parcels_mixed`, `object_missing` or `seal_broken`: what was exported
                is not whole any more; or `review_missing`. Only another export mends it.
        """
        case_id = order.request.case_id
        kind = EvidenceKind.BUNDLE_WRITTEN
        before = [entry for entry in self.register.evidence(case_id) if entry.kind is kind]
        if before and self.vault.names(case_id, BUNDLE):
            return
        order = replace(order, at=before[0].at) if before else order
        burner = Burner(self.register, self.vault, case_id)
        with beating_beside(), self.vault.sink(case_id, BUNDLE) as sink:
            receipt = self.bundles.write(
                self._facts(order), self._sections(order.request, burner), sink, activity.heartbeat
            )
            burner.check_done()
        facts: dict[str, Scalar] = {
            "files": receipt.files,
            "rows": receipt.rows,
            "size": receipt.size,
            "manifest": receipt.manifest_sha256,
        }
        key = f"bundle:{len(before) + 1}" if before else "bundle"
        fact = Fact(key=key, kind=kind, at=order.at, facts=facts)
        self.register.record(case_id, fact)

    def _sections(self, request: RightsRequest, burner: Burner) -> Iterator[Section]:
        case_id = request.case_id
        items, handed = self._cut.exempted(case_id), Handed(self.register, self.connectors, case_id)
        handed.check_reviewed()
        going = {(h.system, h.collection) for h in self._cut.going(request)}
        for system in sorted({system for system, _ in going}):
            card = handed.card(system)
            for collection, rows in whole(system, burner.rows(card)):
                if (system, collection) not in going:
                    burner.skip(collection)
                    continue
                yield Section(
                    system=system,
                    vendor=card.vendor,
                    collection=handed.collection(system, collection),
                    rows=without(whole(system, rows), fields(items, system, collection)),
                    open_file=partial(self._file, case_id, system),
                )
        yield from self._cut.disputes(request)

    def _file(self, case_id: str, system: str, file: Stored) -> Iterator[bytes]:
        return whole(system, self.vault.stream(case_id, file.place))

    def _facts(self, order: Order) -> BundleFacts:
        request = order.request
        categories = {holding.category for holding in self._cut.held(request)}
        return BundleFacts(
            case_id=request.case_id,
            right=request.right,
            regime=request.regime,
            locale=request.locale,
            received_on=request.received_on,
            answered_at=order.at,
            answers=self._cut.answers(request),
            information=self.company.information(
                request.regime, sorted(categories), request.received_on, request.locale
            ),
            withheld=self._left_out(request),
            decisions=self._cut.decisions(request.case_id),
        )

    def _left_out(self, request: RightsRequest) -> tuple[Withheld, ...]:
        burner = Burner(self.register, self.vault, request.case_id)
        going = {(h.system, h.collection) for h in self._cut.going(request)}
        cuts = (cut for cut in burner.withheld(request.locale) if (cut.system, cut.collection) in going)
        return (*self._cut.left_out(request), *cuts)

    @activity.defn(name="send-answer")
    @translated
    def send_answer(self, order: Order) -> Posted:
        """Mail a short-lived link and, in a letter of its own, the code that opens it."""
        case_id, number = order.request.case_id, order.number
        kind = _LETTERS.get(order.request.right, LetterKind.ACCESS_ANSWER)
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
            "answers": searched(self.register.answers(case_id)),
            "withheld": self._left_out(order.request),
            **(self._taken_along(order.request) if kind is LetterKind.PORTABILITY_ANSWER else {}),
        }
        if kind is LetterKind.ACCESS_ANSWER and self._cut.exempted(case_id):
            kind = LetterKind.PARTIAL_ANSWER
        answer = self.correspondence.send(order, kind, told, number)
        if not answer.ok:
            return answer
        return self.correspondence.send(
            order, LetterKind.ANSWER_CODE, {"code": shown(code), "expires_at": expires_at}, number
        )

    def _taken_along(self, request: RightsRequest) -> dict[str, object]:
        """Return what a portability answer says of what is in it, and of where it was sent (LAW NTC-13)."""
        titles = {(h.system, h.collection): self._cut.title(h) for h in self._cut.held(request)}
        return {
            "eligible": [titles[h.system, h.collection] for h in self._cut.going(request)],
            "not_eligible": [
                {"what": titles[one.system, one.collection], "reason": one.explanation}
                for one in self._cut.ineligible(request)
            ],
            "third_party": transferred_to(self.register, self.vault, self.company, request),
        }
