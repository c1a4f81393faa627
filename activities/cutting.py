"""What of all that was found belongs into an answer, and what is left out and why (DESIGN §8)."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass

from activities import exported
from activities.disputing import disputes_of
from activities.exporting import Source
from dsar.case import Decision, RightsRequest, SystemAnswer
from dsar.decision_kinds import ACCEPT_GAP
from dsar.evidence import EvidenceKind, Scalar
from dsar.exemptions import Item, entire, exempted
from dsar.holdings import Collection, Holding, Page
from dsar.law_sets import law_set
from dsar.person import Identity
from dsar.ports import CompanyFacts, Connector, Register, Section, Vault, Withheld
from dsar.secret import Secret
from dsar.shortfalls import GROUND as SHORT
from dsar.shortfalls import accepted, explained, shortfalls
from dsar.systems import searched
from dsar.vocabulary import Category, Found, Right, Role
from dsar.withholding import GROUND, masked, secrets_in

DISPUTES = "disputes"  # stands among the systems of a bundle: statements that lie with earlier cases
_LIMITED = frozenset({Found.FOUND, Found.MANUAL_DONE, Found.FAILED_ACCEPTED})
_WHOLE = frozenset({Right.ACCESS, Right.KNOW})  # what hands over all that is held


@dataclass(frozen=True, slots=True)
class Cutting:
    """Reads what was found, decided and stated, as far as it concerns one answer."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    company: CompanyFacts

    def going(self, request: RightsRequest) -> tuple[Holding, ...]:
        """Return the holdings whose records are handed over."""
        if request.right is Right.KNOW_CATEGORIES:
            return ()
        items = self.exempted(request.case_id)
        held = tuple(h for h in self.held(request) if h.collection not in entire(items, h.system))
        if request.right is not Right.PORTABILITY:
            return held
        return tuple(h for h in held if not self.company.ineligible(h.system, h.collection, h.category))

    def held(self, request: RightsRequest) -> tuple[Holding, ...]:
        """Return what was found, or copied by hand, in systems whose answer stands."""
        found = {*exported.holding(self.register, request.case_id)}
        return tuple(h for h in self.register.holdings(request.case_id) if h.count and h.system in found)

    def exempted(self, case_id: str) -> Mapping[Item, Mapping[str, Scalar]]:
        """Return what the DPO decided to leave out, each item with the facts of its decision."""
        return exempted(self.register.evidence(case_id))

    def secrets(self, request: RightsRequest, system: str, collection: str) -> Mapping[str, Secret]:
        """Return the fields of a collection whose values go into no answer."""
        card = self.connectors[system].card
        return secrets_in(card.collection(collection).secrets, law_set(request.regime))

    def title(self, holding: Holding) -> str:
        """Return how a collection is named to the person."""
        if holding.system not in self.connectors:
            return holding.collection
        names = {c.name: c.title for c in self.connectors[holding.system].card.collections}
        return names.get(holding.collection) or holding.collection

    def left_out(self, request: RightsRequest) -> tuple[Withheld, ...]:
        """Name each exemption, each gap that a person accepted, each limit of a system, each secret, and what
        this right does not cover.
        """
        case_id = request.case_id
        decided = (*self._exempt(case_id), *self._gaps(case_id), *self._limits(case_id))
        return (*decided, *self._short(request), *self._secrets(request), *self.ineligible(request))

    def _exempt(self, case_id: str) -> Iterator[Withheld]:
        for item, facts in sorted(self.exempted(case_id).items()):
            yield Withheld(
                system=item.system,
                collection=item.collection,
                field=item.field,
                ground=str(facts["ground"]),
                explanation=self._said(case_id, str(facts["words"])),
            )

    def _said(self, case_id: str, words: str) -> str:
        return self.vault.get(case_id, words).decode()

    def _gaps(self, case_id: str) -> Iterator[Withheld]:
        for d in self.decisions(case_id):
            if d.kind == ACCEPT_GAP:
                words = self._said(case_id, d.words)
                yield Withheld(system=d.system, collection="", ground="gap_accepted", explanation=words)

    def _limits(self, case_id: str) -> Iterator[Withheld]:
        """Name what a system that had something to answer cannot give, as its card says."""
        for answer in self.register.answers(case_id):
            if answer.found in _LIMITED and answer.system in self.connectors:
                card = self.connectors[answer.system].card
                if card.notes:
                    yield Withheld(system=card.name, collection="", ground="limit", explanation=card.notes)

    def _short(self, request: RightsRequest) -> Iterator[Withheld]:
        """Name each count that the DPO found wrong, with the figures and the reason."""
        entries = self.register.evidence(request.case_id)
        newest = [e.facts for e in entries if e.kind is EvidenceKind.EXPORTED]
        for system, generation in {str(f["system"]): int(f["generation"] or 0) for f in newest}.items():
            known = accepted(entries, system)
            for one in shortfalls(entries, system, generation) if known else ():
                why = self._said(request.case_id, known.words) if known else ""
                said = explained(one, request.locale, why)
                yield Withheld(system=system, collection=one.collection, ground=SHORT, explanation=said)

    def _secrets(self, request: RightsRequest) -> Iterator[Withheld]:
        for holding in self.going(request):
            kinds = self.secrets(request, holding.system, holding.collection).values()
            for kind in sorted({*kinds}):
                said = self.company.reason(f"secret_{kind}", request.locale)
                yield _left(holding, GROUND, said)

    def ineligible(self, request: RightsRequest) -> Iterator[Withheld]:
        """Name what cannot be taken along, with the reason (LAW POR-01)."""
        for holding in self.held(request) if request.right is Right.PORTABILITY else ():
            why = self.company.ineligible(holding.system, holding.collection, holding.category)
            if why:
                yield _left(holding, why, self.company.reason(why, request.locale))

    def decisions(self, case_id: str) -> tuple[Decision, ...]:
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

    def disputes(self, request: RightsRequest) -> Iterator[Section]:
        """Yield what the person disputes and we left as it was: it goes with the data (LAW REC-06)."""
        rows = tuple(disputes_of(self.register, self.vault, request.case_id))
        if rows and request.right in _WHOLE:
            disputed = Collection(name="statements", category=Category.PROFILE, title="What you dispute")
            yield Section(system=DISPUTES, vendor="", collection=disputed, rows=rows)

    def answers(self, request: RightsRequest) -> tuple[SystemAnswer, ...]:
        """Return what each system answered, and our own file of disputes if there is one."""
        count = sum(1 for section in self.disputes(request) for _ in section.rows)
        own = SystemAnswer(system=DISPUTES, found=Found.FOUND, records=count, collections=1)
        return (*searched(self.register.answers(request.case_id)), *((own,) if count else ()))


def _left(holding: Holding, ground: str, explanation: str) -> Withheld:
    return Withheld(
        system=holding.system, collection=holding.collection, ground=ground, explanation=explanation
    )


@dataclass(frozen=True, slots=True)
class Discreet:
    """A system whose pages hold no secret: what is withheld never reaches the vault."""

    connector: Source
    withheld: Mapping[str, Mapping[str, Secret]]

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream as the system does."""
        async for page in self.connector.export(identity, collection, cursor):
            yield masked(page, self.withheld[collection])
