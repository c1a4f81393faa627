"""Pretends for workflow tests: systems, a post and a company, with behaviour and dials."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Any

from dsar.clients import Client
from dsar.deeds import Purpose, Receipt, Result, Seen, Verdict
from dsar.errors import DsarError
from dsar.holdings import Card, Collection, Findings, Holding, Page
from dsar.person import Identifier, Identity
from dsar.ports import Letter, Notice
from dsar.quiet import QuietHours
from dsar.recipients import Recipient
from dsar.transfers import Destination
from dsar.vocabulary import Category, IdentifierKind, LetterKind, Role, Verb
from dsar.withholding import Ineligible
from tests.letter_facts import facts

PEOPLE = Collection(name="people", category=Category.IDENTITY, title="Your record")
VISITS = Collection(name="visits", category=Category.TECHNICAL_USAGE, title="Your visits")


@dataclass
class PretendSystem:
    """A system that holds rows under identifiers. `trouble` is raised, in order, by the next calls."""

    name: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # identifier value -> visits
    finds_by: frozenset[IdentifierKind] = frozenset({IdentifierKind.EMAIL})
    teaches: dict[str, Identifier | tuple[Identifier, ...]] = field(default_factory=dict)
    knows_by: dict[str, str] = field(
        default_factory=dict
    )  # identifier value -> key of the record it leads to
    people: int = 1
    controller: bool = True
    trouble: list[Exception] = field(default_factory=list)
    page_size: int = 100
    trouble_after: int = 0  # calls that go well before the trouble begins
    searches: int = 0
    exports: int = 0
    able: frozenset[Verb] = frozenset()  # what it can do beside finding and exporting
    lies: bool = False  # says "done" and does nothing
    needs: timedelta | None = None  # the vendor's own time
    marks: tuple[str, ...] = ()  # fields that may speak of others
    client: str = ""  # whose data it is
    stopped: dict[str, set[Purpose]] = field(default_factory=dict)  # identifier value -> what has stopped

    @property
    def card(self) -> Card:
        return Card(
            name=self.name,
            vendor="Pretend",
            collections=(replace(VISITS, third_party=self.marks, client=self.client),),
            can=frozenset({Verb.FIND, Verb.EXPORT}) | self.able,
            finds_by=self.finds_by,
            controller=self.controller,
        )

    async def check(self) -> None:
        self._trip()

    async def find(self, identity: Identity) -> Findings:
        self.searches += 1
        self._trip()
        values = self._values(identity)
        taught = [self.teaches[v] for v in values if v in self.teaches]
        frozen = set(identity.of(IdentifierKind.RECORD_KEY, system=self.name))
        keys = frozen or {self.knows_by[v] for v in values if v in self.knows_by}
        if max(self.people, len(keys)) > 1:
            return Findings(people=max(self.people, len(keys)))
        learned = [one for each in taught for one in (each if isinstance(each, tuple) else (each,))]
        learned += [Identifier(kind=IdentifierKind.RECORD_KEY, value=k, system=self.name) for k in keys]
        count = len(self._found(identity))
        return Findings(holdings=(self._holding(count),) if count else (), learned=tuple(learned))

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        self.exports += 1
        rows = self._found(identity)
        at = int(cursor or 0)
        while at < len(rows):
            self._trip()
            page = rows[at : at + self.page_size]
            at += len(page)
            yield Page(rows=tuple(page), cursor=str(at))

    async def close(self) -> None:
        pass

    async def suppress(self, identity: Identity, purposes: frozenset[Purpose]) -> Sequence[Receipt]:
        self._trip()
        values = self._values(identity)
        known = all(purposes <= self.stopped.get(value, set()) for value in values)
        for value in values if not self.lies else ():
            self.stopped.setdefault(value, set()).update(purposes)
        result = Result.ACCEPTED if self.needs else Result.ALREADY if known else Result.DONE
        return (self._receipt(Verb.SUPPRESS, result),)

    async def verify(self, identity: Identity, receipts: Sequence[Receipt]) -> Sequence[Seen]:
        self._trip()
        holds = all(self.stopped.get(value) for value in self._values(identity))
        verdict = Verdict.VERIFIED if holds else Verdict.STILL_PRESENT
        return tuple(
            Seen(system=self.name, collection=r.collection, verb=r.verb, verdict=verdict) for r in receipts
        )

    def _receipt(self, verb: Verb, result: Result) -> Receipt:
        return Receipt(
            system=self.name, collection=VISITS.name, verb=verb, result=result, ready_after=self.needs
        )

    def _found(self, identity: Identity) -> list[dict[str, Any]]:
        return [row for value in self._values(identity) for row in self.rows.get(value, [])]

    def _values(self, identity: Identity) -> list[str]:
        return [i.value for i in identity.identifiers if i.kind in self.finds_by]

    def _holding(self, count: int) -> Holding:
        return Holding(system=self.name, collection=VISITS.name, category=VISITS.category, count=count)

    def _trip(self) -> None:
        self.trouble_after -= 1
        if self.trouble and self.trouble_after < 0:
            raise self.trouble.pop(0)


@dataclass
class PretendPost:
    """A post that keeps its letters. `trouble` is raised, in order, by the next sendings."""

    letters: list[tuple[str, Letter]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # under which they went, each as often as it was sent
    notices: list[tuple[str, Notice]] = field(default_factory=list)  # to staff: another drawer
    trouble: list[DsarError] = field(default_factory=list)
    staff_trouble: list[DsarError] = field(default_factory=list)

    def send(self, letter: Letter, *, to: str, message_id: str) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.letters.append((to, letter))
        self.names.append(message_id)

    def notify(self, notice: Notice, *, to: str, message_id: str) -> None:
        if self.staff_trouble:
            raise self.staff_trouble.pop(0)
        self.notices.append((to, notice))

    def check(self) -> None:
        pass

    @property
    def kinds(self) -> list[LetterKind]:
        return [letter.kind for _, letter in self.letters]

    def last(self, kind: LetterKind) -> Letter:
        return [letter for _, letter in self.letters if letter.kind is kind][-1]


@dataclass
class PretendCompany:
    """A company that is sure of its facts."""

    receivers: tuple[Recipient, ...] = ()  # who got data
    clients: tuple[Client, ...] = ()
    dpos: tuple[str, ...] = ("dpo", "deputy", "dpo_deputy")
    four_eyes: frozenset[str] = frozenset()
    payable: bool = True  # it says how a fee is paid
    kept_here: dict[tuple[str, str], Ineligible] = field(default_factory=dict)
    destinations: dict[str, Destination] = field(default_factory=dict)

    def ineligible(self, system: str, collection: str, category: Category) -> Ineligible | None:
        return self.kept_here.get((system, collection))

    def reason(self, code: str, locale: str) -> str:
        return f"Left out: {code}."

    def destination(self, host: str) -> Destination | None:
        return self.destinations.get(host)

    def client_of(self, system: str) -> Client | None:
        return next((one for one in self.clients if one.system == system), None)

    @property
    def forward_within(self) -> timedelta:
        return timedelta(days=2)

    def information(
        self, regime: str, categories: Iterable[Category], received_on: date, locale: str
    ) -> Mapping[str, Any]:
        return {"categories": [{"code": c, "title": c, "items": []} for c in categories]}

    def recipients(self, categories: Iterable[Category]) -> tuple[Recipient, ...]:
        return tuple(r for r in self.receivers if r.categories & frozenset(categories))

    def serving(self, purpose: Purpose) -> frozenset[Category]:
        return frozenset({VISITS.category})

    def stopping(self, purpose: Purpose, locale: str) -> Mapping[str, Any]:
        return {"stops": ["studying visits"], "services": ["a list"], "remaining": [], "sells": False}

    def letter_facts(self, regime: str, received_on: date, locale: str) -> Mapping[str, Any]:
        known = facts(regime=regime, received_on=received_on)
        names = ("controller", "dpo", "remedies", "zone", *(("payment",) if self.payable else ()))
        return {name: known[name] for name in names}

    def addresses(self, owners: Iterable[str], roles: Iterable[Role]) -> tuple[str, ...]:
        return tuple(f"{name}@larkfield.example" for name in (*owners, *sorted(roles)))

    @property
    def quiet_hours(self) -> QuietHours:
        return QuietHours(zone="Europe/London", starts=time(18), ends=time(8))

    def role_of(self, handle: str) -> frozenset[Role]:
        more = {Role.DPO} if handle in self.dpos else set()
        more |= {Role.REVIEWER} if handle.startswith("reviewer") else set()
        return frozenset({Role.SUPPORT, *more})

    def handles(self, role: Role) -> frozenset[str]:
        return frozenset(self.dpos if role is Role.DPO else ())
