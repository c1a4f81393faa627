"""MongoDB, or what speaks its protocol, described by the same data map as a SQL database (see `_map.py`).

A collection's `table` is the MongoDB collection; a column is a field or a dotted path (`address.city`,
`emails.value`), which also leads through arrays. Pages go by `_id`. It looks with an account that may only
read; deeds need one of their own (`write_url`) and what the map says of them.

Not confirmed against a MongoDB server: tested on nx-27017, an emulator, and on recorded codes of the server.
"""

from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _map_reading, _mongo_scan
from connectors._map_deeds import demand_hash_key
from connectors._mongo import Store
from connectors._mongo_deeds import Deeds
from connectors._mongo_fitting import demand_fields, demand_fitting_map
from connectors._mongo_reach import Reach, key_of
from connectors._reader import Reader
from connectors._sql_card import card_of
from connectors._sql_doing import abilities
from dsar.person import Identity
from dsar.residue import Scan
from dsar.vocabulary import Verb

_ALONE = "Each document is changed by itself, without a transaction; what was cut short is done again."


class Settings(BaseModel):
    """`url` as MongoDB writes it, of an account with the role `read`; `map` is the data map's file.

    `database` is needed where the URL names none. `write_url` is the same database with an account that may
    also change what the map's deeds name. `hash_key` keys the hashes of fields that the map erases by `hash`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: SecretStr
    map: Path
    database: str = ""
    write_url: SecretStr | None = None
    hash_key: SecretStr | None = None
    page_rows: int = Field(default=1000, ge=1, le=10_000)


def connect(name: str, settings: Settings) -> "MongoDb":
    """Return the connector. Nothing is opened before the first call.

    Raises:
        InputError: the data map or the URL cannot be taken.
    """
    data_map = _map_reading.read(settings.map)
    demand_fitting_map(data_map)
    store = Store(name, settings.url.get_secret_value(), settings.database)
    system = MongoDb(name, Reach(store, data_map, settings.page_rows))
    if settings.write_url:
        key = settings.hash_key.get_secret_value() if settings.hash_key else ""
        demand_hash_key((entry.erase for entry in data_map.collections.values()), key)
        writing = Store(name, settings.write_url.get_secret_value(), settings.database)
        system.take_up_deeds(Reach(writing, data_map, settings.page_rows), key)
    return system


class MongoDb:
    """A connected database."""

    def __init__(self, name: str, reach: Reach) -> None:
        self._reach = reach
        self._writing: Reach | None = None
        self.card = card_of(name, reach.map)
        self._reader = Reader(
            card=self.card,
            questions=reach.questions(),
            person=reach.person,
            key_of=key_of,
            streams=reach.streams(self.card),
            teaches=reach.teaches,
        )
        self.find, self.export = self._reader.find, self._reader.export

    def __repr__(self) -> str:
        return f"MongoDb({self.card.name})"

    def take_up_deeds(self, writing: Reach, hash_key: str) -> None:
        """Offer what the map says can be done, from now on."""
        able = {verb: replace(ability, note=_ALONE) for verb, ability in abilities(self._reach.map).items()}
        self._writing = writing
        self.card = replace(self.card, can=self.card.can | {*able}, abilities=able)
        deeds = Deeds(self._reader, self._reach, writing, hash_key.encode())
        eraser = deeds.eraser()
        offered = {
            Verb.ERASE: eraser.erase,
            Verb.VERIFY: eraser.verify,
            Verb.RESTRICT: deeds.restrict,
            Verb.LIFT: deeds.lift,
            Verb.RECTIFY: deeds.rectify,
            Verb.SUPPRESS: deeds.suppress,
        }
        for verb in able:
            setattr(self, verb, offered[verb])
        if Verb.ERASE in able:
            self.plan_erasure = eraser.plan

    async def check(self) -> None:
        """Hold the map against the collections and their fields, and let the writing account look, too.

        Raises:
            OperatorError: `credentials_refused`, `collection_missing:…`, `field_missing:…`.
            TemporaryError: the database cannot be reached now.
        """
        await demand_fields(self.card.name, self._reach.store, self._reach.map)
        if self._writing:
            await self._writing.store.some(self._reach.map.table_of(self._reach.map.person.table), {}, 1)

    async def scan(self, identity: Identity) -> Scan:
        """Look for the person in every document of the database, also where no map leads."""
        return await _mongo_scan.scan(self._reach.store, self._reach.map, identity)

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        for each in (self._reach, self._writing):
            if each:
                await each.store.close()
