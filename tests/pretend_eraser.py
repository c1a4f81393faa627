"""A pretend system that erases, restricts and lifts, with dials for what vendors do wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from dsar.deeds import Method, Receipt, Result, Seen, Step, Verdict
from dsar.errors import OperatorError
from dsar.holdings import Ability, Card, Collection, Holding
from dsar.person import Identity
from dsar.residue import Residue, Scan
from dsar.vocabulary import Verb
from tests.pretend_tools import VISITS, PretendSystem

EVERY = frozenset({Verb.FIND, Verb.EXPORT, Verb.ERASE, Verb.RESTRICT, Verb.LIFT, Verb.VERIFY})


@dataclass
class PretendEraser(PretendSystem):
    """Holds rows of one collection. `deeds` are the calls that changed something, or said so."""

    verbs: frozenset[Verb] = EVERY
    collection: Collection = VISITS
    method: Method = Method.REMOVE
    takes: timedelta | None = None  # the vendor's own time
    jobs: int = 0  # how often a job is found running before it has ended
    idle: int = 0  # deeds of which it says "done" and does nothing
    restricted: set[str] = field(default_factory=set)  # identifier values
    shows_in: timedelta | None = None  # so long the card says a mark needs until it shows
    unseen: int = 0  # looks at which a mark, or its lifting, does not show yet
    stuck: int = 0  # liftings of which it says "done", and does nothing
    deeds: list[Verb] = field(default_factory=list)

    @property
    def card(self) -> Card:
        return Card(
            name=self.name,
            vendor="Pretend",
            collections=(self.collection,),
            can=self.verbs,
            finds_by=self.finds_by,
            controller=self.controller,
            abilities={
                Verb.ERASE: Ability(finishes_in=self.takes),
                **dict.fromkeys((Verb.RESTRICT, Verb.LIFT), Ability(finishes_in=self.shows_in)),
            },
        )

    async def plan_erasure(self, identity: Identity) -> Sequence[Step]:
        self._trip()
        count = len(self._found(identity))
        held = self.collection
        step = Step(
            system=self.name, collection=held.name, category=held.category, count=count, method=self.method
        )
        return [step] if count else []

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        self._trip()
        self.deeds.append(Verb.ERASE)
        held = len(self._found(identity))
        if held > sum(step.count for step in steps):
            raise OperatorError(self.name, "plan_outgrown")
        self.idle -= 1
        if self.idle < 0:
            for value in self._values(identity):
                self.rows.pop(value, None)
        result = Result.ACCEPTED if self.jobs or self.takes else Result.DONE if held else Result.ALREADY
        return [
            replace(
                self._given(step.collection, Verb.ERASE, result),
                count=held,
                method=step.method,
                job="job-1" if self.jobs else "",
                ready_after=self.takes,
            )
            for step in steps
        ]

    async def poll(self, receipt: Receipt) -> Receipt:
        self.jobs -= 1
        return replace(receipt, result=Result.ACCEPTED if self.jobs else Result.DONE)

    async def verify(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        if {receipt.verb for receipt in receipts} <= {Verb.RESTRICT, Verb.LIFT}:
            return self._marks(identity, receipts)
        self._trip()
        count = len(self._found(identity))
        verdict = Verdict.STILL_PRESENT if count else Verdict.VERIFIED
        return [self._seen(receipt, verdict, count) for receipt in receipts]

    def _marks(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        self._trip()
        self.unseen -= 1
        on = self.restricted.issuperset(self._values(identity))
        holds = [self.unseen < 0 and on is (receipt.verb is Verb.RESTRICT) for receipt in receipts]
        verdicts = (Verdict.VERIFIED if one else Verdict.STILL_PRESENT for one in holds)
        return [self._seen(*pair) for pair in zip(receipts, verdicts, strict=True)]

    def _seen(self, receipt: Receipt, verdict: Verdict, count: int = 0) -> Seen:
        return Seen(
            system=receipt.system,
            collection=receipt.collection,
            verb=receipt.verb,
            verdict=verdict,
            count=count,
        )

    async def restrict(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        self._trip()
        self.deeds.append(Verb.RESTRICT)
        self.restricted |= set() if self.lies else set(self._values(identity))
        return [self._given(name, Verb.RESTRICT, Result.DONE) for name in collections]

    async def lift(self, identity: Identity, collections: Sequence[str]) -> Sequence[Receipt]:
        self._trip()
        self.deeds.append(Verb.LIFT)
        self.stuck -= 1
        self.restricted -= set(self._values(identity)) if self.stuck < 0 else set()
        return [self._given(name, Verb.LIFT, Result.DONE) for name in collections]

    def _given(self, collection: str, verb: Verb, result: Result) -> Receipt:
        return Receipt(system=self.name, collection=collection, verb=verb, result=result)

    def _holding(self, count: int) -> Holding:
        held = self.collection
        return Holding(system=self.name, collection=held.name, category=held.category, count=count)


@dataclass
class PretendScanner(PretendEraser):
    """An eraser that can be looked at as a whole. `elsewhere` are the scans to come; the last one repeats."""

    elsewhere: list[tuple[Residue, ...]] = field(default_factory=lambda: [()])
    looked_for: list[Identity] = field(default_factory=list)

    async def scan(self, identity: Identity) -> Scan:
        self._trip()
        self.looked_for.append(identity)
        found = self.elsewhere.pop(0) if len(self.elsewhere) > 1 else self.elsewhere[0]
        return Scan(found=found, places=9, records=100)
