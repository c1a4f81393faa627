"""How much is measured."""

from dataclasses import asdict, dataclass

from bench.shop import LARGE, MEDIUM, SMALL, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`rounds` of `cases` each per side, `at_once` of them in flight; then `alone` cases of each size, one
    after the other; then a `crowd` of cases with 1,000 rows, all at once.
    """

    rounds: int
    cases: int
    at_once: int
    sizes: tuple[Kind, ...]
    alone: int
    crowd: int

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of customers that the shop needs."""
        return tuple(dict.fromkeys((SMALL, *self.sizes)))

    def told(self) -> dict[str, object]:
        """Return the plan for the record."""
        return asdict(self) | {"sizes": [kind.rows for kind in self.sizes]}


FULL = Plan(rounds=3, cases=48, at_once=16, sizes=(SMALL, MEDIUM, LARGE), alone=3, crowd=20)
QUICK = Plan(rounds=1, cases=4, at_once=4, sizes=(SMALL, MEDIUM), alone=1, crowd=2)
