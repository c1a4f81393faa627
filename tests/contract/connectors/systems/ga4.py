"""The pretend Google Analytics: a token by a signed assertion, and deletions that it only confirms."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from dsar.ports import Connector
from tests.contract.connectors.pretend import Variants
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor

_PATH = "/v1alpha/properties/7"
_FIELDS = frozenset({"userId", "clientId", "appInstanceId", "userProvidedData"})


@cache
def key_file() -> str:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    named = {"token_uri": "https://oauth2.googleapis.example/token", "client_email": "robot@x.example"}
    return json.dumps({**named, "private_key": pem})


class PretendGoogleAnalytics(PretendVendor):
    kind = "ga4"
    held: Mapping[str, int] = {}
    keys: Mapping[str, tuple[str, ...]] = {}
    known_by: tuple[str, ...] = ("account_id", "distinct_id", "email", "phone")

    def __init__(self) -> None:
        super().__init__()
        self.settings = {"property_id": 7, "key": key_file(), "known_by": self.known_by}
        self.elsewhere = {"oauth2.googleapis.example": _token}
        self.store = {"asked": []}

    def through(self, transport: httpx.AsyncBaseTransport, **changed: Any) -> Connector:
        from connectors import ga4  # noqa: PLC0415  # as the others import theirs

        settings = ga4.Settings.model_validate({**self.settings, **changed})
        return ga4.connect("vendor", settings, transport=transport)

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        return {
            f"GET {_PATH}": lambda _: {"name": "properties/7", "displayName": "Shop"},
            f"POST {_PATH}:submitUserDeletion": self._delete,
        }

    def _delete(self, asked: Asked) -> Json | httpx.Response:
        if len(asked.body) != 1 or not {*asked.body} <= _FIELDS:
            return httpx.Response(400, json={"error": {"status": "INVALID_ARGUMENT"}})
        self.store["asked"].append(asked.body)
        return {"deletionRequestTime": "2026-11-26T12:00:00Z"}


def _token(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"access_token": TOKEN, "expires_in": 3600})


@contextmanager
def opened(_folder: Path) -> Iterator[PretendGoogleAnalytics]:
    yield PretendGoogleAnalytics()


VARIANTS: Variants = {}
BY_HAND = {"pretend": opened}
