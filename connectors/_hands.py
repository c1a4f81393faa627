"""House equipment for systems that no machine reaches: a card that offers nothing, so none is attempted."""

from collections.abc import AsyncIterator, Mapping

from pydantic import BaseModel, ConfigDict, Field

from dsar.errors import UnsupportedError
from dsar.hands import deed
from dsar.holdings import Card, Collection, Findings, Page
from dsar.person import Identity
from dsar.secret import Secret
from dsar.vocabulary import Category, Verb

HANDLE = r"^([a-z][a-z0-9_-]{0,39})?$"  # as `policy/company.yaml` writes them; none is allowed, too


class Held(BaseModel):
    """One kind of thing that lies there. `title` is how the person reads it; `secret` names what no answer
    holds, by the columns of a table that somebody copies there (`dsar.secret`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    category: Category
    title: str = ""
    secret: Mapping[str, Secret] = Field(default_factory=dict)


class Described(BaseModel):
    """What the settings of any such system say of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vendor: str = Field(min_length=1, max_length=100)
    collections: Mapping[str, Held] = Field(min_length=1)
    owner: str = Field(default="", pattern=HANDLE)
    instructions: str = Field(default="", max_length=5000)
    notes: str = ""

    def card(self, name: str, hands: str) -> Card:
        """Return the card of a system that offers a machine nothing. `hands` as in `dsar.hands`."""
        return Card(
            name=name,
            vendor=self.vendor,
            collections=tuple(
                Collection(name=key, category=each.category, title=each.title or key, secrets=each.secret)
                for key, each in self.collections.items()
            ),
            can=frozenset(),
            finds_by=frozenset(),
            notes=self.notes,
            by_hand=self.instructions,
            hands=hands,
        )


class InHands:
    """A system in somebody's hands: every question becomes a task of theirs."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def __repr__(self) -> str:
        return f"InHands({self.card.name})"

    async def check(self) -> None:
        """Do nothing: whether its owner is well, no call can tell."""

    async def find(self, _identity: Identity) -> Findings:
        """Hand the question to a person.

        Raises:
            UnsupportedError: whose hands it is in (`dsar.hands`).
        """
        raise UnsupportedError(self.card.name, self.card.hands)

    async def export(self, _identity: Identity, _collection: str, _cursor: str = "") -> AsyncIterator[Page]:
        """Hand the copying to a person. Raises as `find`."""
        raise UnsupportedError(self.card.name, deed(self.card.hands, Verb.EXPORT))
        yield  # it is a stream like any other, and never begins

    async def close(self) -> None:
        """Nothing is open."""
