"""The pretend shop behind MongoDB's protocol: nested documents, an array of accounts, keys of three types."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bson import ObjectId
from pymongo import MongoClient

from connectors import mongodb
from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.ports import Connector
from rehearsal.processes import LOOPBACK, StartError
from tests.contract.connectors.mongo_servers import refusing, running
from tests.contract.connectors.pretend import PAGE_ROWS, Pretend, Trouble, Variants, cast
from tests.people import ADA_EMAIL

MAP = """
vendor: Pretend shop
person:
  table: customers
  finds_by: {email: contact.email, phone: contact.phone, account_id: accounts}
  teaches: {account_id: accounts}
restrict: {column: flags.processing, to: held, back: free}
suppress:
  marketing: {remove: consents}
  consent: {column: flags.profiling, to: stopped}
collections:
  customers: {category: identity, except: [login.hash], erase: remove, rectify: [full_name, contact.phone]}
  orders: {category: transaction, via: {customer.id: customers._id}, erase: remove}
  parcels: {category: transaction, via: {order.number: orders.number}, erase: remove}
  consents: {category: marketing_comms, via: {email: customers.contact.email}, erase: remove}
"""
_TOLD = f"{ADA_EMAIL} is not what this wants"
_ERRORS: Mapping[str, tuple[dict[str, Any], type[DsarError], str]] = {
    "refusal": ({"code": 18, "codeName": "AuthenticationFailed"}, OperatorError, "credentials_refused"),
    "no permission": ({"code": 13, "codeName": "Unauthorized"}, OperatorError, "permission_missing"),
    "throttle": ({"code": 16500, "codeName": "RequestRateTooLarge"}, TemporaryError, "throttled"),
    "too slow": ({"code": 50, "codeName": "MaxTimeMSExpired"}, TemporaryError, "statement_timeout"),
    "a code of tomorrow": ({"code": 99999}, OperatorError, "statement_refused"),
}


class PretendMongo:
    held: Mapping[str, int] = {"customers": 1, "orders": 23, "parcels": 23, "consents": 7}
    keys: Mapping[str, tuple[str, ...]] = {
        "customers": ("full_name",),
        "orders": ("number",),
        "parcels": ("_id",),
        "consents": ("topic",),
    }
    correctable: Mapping[str, tuple[str, ...]] = {"customers": ("full_name", "contact.phone")}
    cannot: Mapping[str, str] = {"malformed": "the driver speaks the protocol, not we"}

    def __init__(self, folder: Path) -> None:
        self.url = f"{running().url}/shop_{uuid4().hex[:12]}"
        self.client: MongoClient[dict[str, Any]] = MongoClient(self.url, serverSelectionTimeoutMS=10_000)
        self.database = self.client.get_default_database()
        self._map = folder / "shop.map.yaml"
        self._map.write_text(MAP, "utf-8")
        for m in cast():
            self._write(m.number, m.rows, m.email, {"full_name": m.name, "phone": m.phone})

    def _write(self, n: int, rows: int, email: str, person: Mapping[str, str]) -> None:
        customer = {
            "_id": n,
            "contact": {"email": email, "phone": person["phone"]},
            "full_name": person["full_name"],
            "accounts": [9000 + n, 7000 + n],
            "born": datetime(1980, 1, 1, tzinfo=UTC),
            "login": {"hash": "never", "at": datetime(2024, 5, 1, tzinfo=UTC)},
            "flags": {"processing": "free", "profiling": "on"},
            "$where": "sleep(1)",
        }
        self.database.customers.insert_one(customer)
        at = datetime(2024, 5, 1, 12, tzinfo=UTC)
        for k in range(rows):
            number = n * 1000 + 7 * k
            order = {"number": number, "customer": {"id": n}, "placed": at + timedelta(minutes=k)}
            lines = [{"article": f"Article {k}", "a.b": b"\xff\x00", "$gt": ""}]
            self.database.orders.insert_one({"_id": ObjectId(f"{number:024x}"), **order, "lines": lines})
            self.database.parcels.insert_one({"_id": f"P{number:07d}", "order": {"number": number}})
        if self.database.consents.find_one({"email": email}) is None:
            topics = [{"_id": f"{n}-{k}", "email": email, "topic": f"topic {k}"} for k in range(min(rows, 7))]
            self.database.consents.insert_many(topics)

    def connector(self, url: str = "", data_map: Path | None = None) -> Connector:
        text = url or self.url
        settings = {"url": text, "write_url": text, "map": data_map or self._map, "page_rows": PAGE_ROWS}
        return mongodb.connect("shop", mongodb.Settings.model_validate(settings))

    def state(self) -> str:
        names = ("customers", "orders", "parcels", "consents")
        held = [sorted(repr(each) for each in self.database[name].find()) for name in names]
        return hashlib.sha256(repr(held).encode()).hexdigest()

    def changing_calls(self) -> list[str]:
        return []  # `state` tells: a store leaves no other trace

    def troubles(self) -> Iterator[tuple[str, AbstractContextManager[Trouble]]]:
        for name, (said, error, reason) in _ERRORS.items():
            yield name, self._refused({**said, "errmsg": _TOLD}, error, reason)
        away = f"mongodb://{LOOPBACK}:1/shop?serverSelectionTimeoutMS=100"
        yield "outage", self._trouble(self.connector(away), TemporaryError, "unreachable")

    @contextmanager
    def _refused(self, said: dict[str, Any], error: type[DsarError], reason: str) -> Iterator[Trouble]:
        with refusing(said) as url:
            yield Trouble(self.connector(f"{url}/shop"), error, reason)

    @contextmanager
    def _trouble(self, connector: Connector, error: type[DsarError], reason: str) -> Iterator[Trouble]:
        yield Trouble(connector, error, reason)


@contextmanager
def _emulated(folder: Path) -> Iterator[Pretend]:
    try:
        found = PretendMongo(folder)
    except StartError:
        pytest.skip("nx-27017 is not installed: the dependency group `test` brings it")
    yield found
    found.client.drop_database(found.database.name)
    found.client.close()


VARIANTS: Variants = {"nx-27017": _emulated}
