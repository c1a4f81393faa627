"""The data map of the SQL connector: which tables hold a person's data, and how they are reached.

    person:
      table: customers                      # one of the collections below
      finds_by: {email: email, phone: phone}
      teaches: {account_id: account_ref}
    collections:
      customers: {category: identity, except: [password_hash]}
      orders:    {category: transaction, via: {customer_id: customers.id}}
      payments:  {category: financial, via: {order_id: orders.id}}

A collection's `key` (default `id`) orders its rows and must be unique. All columns are exported, or only
`columns`, or all `except` some; `secret: {ssn: government_id}` marks
whose value is not disclosed. `where: {object_type: customer}` takes only the rows in which that stands, of a
table that holds what belongs to many kinds of things. `table` is needed where the collection's name is not
the table's. What may be done to the rows stands in `_map_deeds.py`. `third_party` lists columns that may
speak of others; or `true`.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from connectors._map_deeds import Erasing, Flag, Stop, Value
from dsar.deeds import Purpose
from dsar.secret import Secret
from dsar.vocabulary import Category, IdentifierKind

Column = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]
Columns = Annotated[tuple[Column, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)]
CollectionName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Target = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}\.[^\x00-\x1f\x7f]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Person(_Strict):
    """Where the person stands, which columns find them, and which columns teach other systems to."""

    table: CollectionName
    finds_by: dict[IdentifierKind, Column] = Field(min_length=1)
    teaches: dict[IdentifierKind, Column] = {}


class Entry(_Strict):
    """One collection: a table or view, its rows reached by the equal columns of another collection."""

    category: Category
    title: str = ""
    table: Column = ""
    key: Columns = Field(default=("id",), min_length=1)
    columns: tuple[Column, ...] = ()
    except_: frozenset[Column] = Field(default=frozenset(), alias="except")
    via: dict[Column, Target] = {}
    where: dict[Column, Value] = {}
    erase: Erasing | None = None
    rectify: tuple[Column, ...] = ()
    secret: dict[Column, Secret] = {}
    third_party: bool | tuple[Column, ...] = ()
    client: str = ""

    @property
    def of_others(self) -> tuple[str, ...]:
        """The columns that may speak of others, by name; `*` for all."""
        return (
            (("*",) if self.third_party else ()) if isinstance(self.third_party, bool) else self.third_party
        )

    @property
    def correctable(self) -> frozenset[Column]:
        """What may be corrected: by its key a row stays known, by its `via` and `where` reached."""
        return frozenset(self.rectify) - {*self.key, *self.via, *self.where}

    @property
    def parent(self) -> str:
        """The collection that `via` leads to; empty for the person's own."""
        return next(iter(self.via.values()), "").partition(".")[0]

    @property
    def parent_columns(self) -> tuple[str, ...]:
        """The parent's columns, in the order of `via`."""
        return tuple(target.partition(".")[2] for target in self.via.values())


class DataMap(_Strict):
    """A whole map. `_map_reading.read` makes sure that every collection leads to the person."""

    vendor: str = "SQL database"
    notes: str = ""
    person: Person
    restrict: Flag | None = None
    suppress: dict[Purpose, Stop] = {}
    collections: dict[CollectionName, Entry] = Field(min_length=1)

    @property
    def home(self) -> Entry:
        """The person's own collection."""
        return self.collections[self.person.table]

    def flagged(self, flag: Flag) -> str:
        """Return the collection in which a flag stands: the person's own, unless it says another."""
        return flag.collection or self.person.table

    def table_of(self, name: str) -> str:
        """Return the table's name as the database knows it, perhaps with its schema before a dot."""
        return self.collections[name].table or name
