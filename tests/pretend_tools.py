"""Pretends for workflow tests: systems, a post and a company, with behaviour and dials."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from dsar.errors import DsarError
from dsar.holdings import Card, Collection, Findings, Holding, Page
from dsar.person import Identifier, Identity
from dsar.ports import Letter, Notice
from dsar.quiet import QuietHours
from dsar.vocabulary import Category, IdentifierKind, LetterKind, Role, Verb
from tests.letter_facts import facts

PEOPLE = Collection(name="people", category=Category.IDENTITY, title="Your record")
VISITS = Collection(name="visits", category=Category.TECHNICAL_USAGE, title="Your visits")


@dataclass
class PretendSystem:
    """A system that holds rows under identifiers. `trouble` is raised, in order, by the next calls."""

    name: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # identifier value -> visits
    finds_by: frozenset[IdentifierKind] = frozenset({IdentifierKind.EMAIL})
    teaches: dict[str, Identifier] = field(default_factory=dict)
    people: int = 1
    controller: bool = True
    trouble: list[Exception] = field(default_factory=list)
    page_size: int = 100
    trouble_after: int = 0  # calls that go well before the trouble begins
    searches: int = 0
    exports: int = 0

    @property
    def card(self) -> Card:
        return Card(
            name=self.name,
            vendor="Pretend",
            collections=(VISITS,),
            can=frozenset({Verb.FIND, Verb.EXPORT}),
            finds_by=self.finds_by,
            controller=self.controller,
        )

    async def check(self) -> None:
        self._trip()

    async def find(self, identity: Identity) -> Findings:
        self.searches += 1
        self._trip()
        values = self._values(identity)
        learned = tuple(self.teaches[v] for v in values if v in self.teaches)
        if self.people > 1:
            return Findings(people=self.people)
        count = len(self._found(identity))
        return Findings(holdings=(self._holding(count),) if count else (), learned=learned)

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
    notices: list[tuple[str, Notice]] = field(default_factory=list)  # to staff: another drawer
    trouble: list[DsarError] = field(default_factory=list)
    staff_trouble: list[DsarError] = field(default_factory=list)

    def send(self, letter: Letter, *, to: str, message_id: str) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.letters.append((to, letter))

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


class PretendCompany:
    """A company that is sure of its facts."""

    def information(
        self, regime: str, categories: Iterable[Category], received_on: date, locale: str
    ) -> Mapping[str, Any]:
        return {"categories": [{"code": c, "title": c, "items": []} for c in categories]}

    def letter_facts(self, regime: str, received_on: date, locale: str) -> Mapping[str, Any]:
        known = facts(regime=regime, received_on=received_on)
        return {name: known[name] for name in ("controller", "dpo", "remedies", "zone")}

    def addresses(self, owner: str, roles: Iterable[Role]) -> tuple[str, ...]:
        return tuple(f"{name}@larkfield.example" for name in (owner, *sorted(roles)))

    @property
    def quiet_hours(self) -> QuietHours:
        return QuietHours(zone="Europe/London", starts=time(18), ends=time(8))

    def role_of(self, handle: str) -> frozenset[Role]:
        return frozenset({Role.DPO, Role.SUPPORT} if handle == "dpo" else {Role.SUPPORT})
