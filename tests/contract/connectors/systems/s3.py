"""A real S3 server with the cast's uploads: one object each, and some that were written more than once."""

import atexit
import hashlib
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config

from connectors import s3
from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError
from dsar.ports import Connector
from rehearsal import s3 as server
from rehearsal.processes import StartError
from tests.contract.connectors.pretend import PAGE_ROWS, Pretend, Trouble, Variants, cast
from tests.people import ADA_EMAIL

KEPT = {
    "profiles": {"prefix": "profiles/{email}/", "category": "identity", "encoded": True},
    "uploads": {"prefix": "uploads/{email}/", "category": "support", "encoded": True},
}
_BUSY = b"<Error><Code>SlowDown</Code><Message>" + ADA_EMAIL.encode() + b"</Message></Error>"


@cache
def running() -> server.S3Server:
    """Return one server for the session; it ends with the tests."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    return stack.enter_context(server.start(Path(folder)))


class PretendBucket:
    held: Mapping[str, int] = {"profiles": 1, "uploads": 23}
    keys: Mapping[str, tuple[str, ...]] = {"profiles": ("key", "version"), "uploads": ("key", "version")}
    correctable: Mapping[str, tuple[str, ...]] = {}
    cannot: Mapping[str, str] = {"shared mailbox": "an address in a key is one place"}

    def __init__(self, *, versioned: bool) -> None:
        self.server, self.bucket = running(), "versioned" if versioned else "plain"
        self.root = f"{uuid4().hex[:12]}/"  # each has a place of its own: a new bucket is dear
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=self.server.endpoint,
            region_name=self.server.region,
            aws_access_key_id=self.server.access_key,
            aws_secret_access_key=self.server.secret,
            config=Config(s3={"addressing_style": "path"}),
        )
        self._create(versioned=versioned)
        for m in cast():
            self._fill(quote(m.email.lower(), safe=""), m.rows, twice=versioned)

    def _create(self, *, versioned: bool) -> None:
        if self.bucket in {found["Name"] for found in self.client.list_buckets()["Buckets"]}:
            return
        self.client.create_bucket(Bucket=self.bucket)
        if versioned:
            kept = {"Status": "Enabled"}
            self.client.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration=kept)

    def _fill(self, who: str, rows: int, *, twice: bool) -> None:
        self.put(f"profiles/{who}/card.json", b"{}")
        names = [f"{n:02d}.pdf" for n in range(rows // 2 if twice else rows)]
        for name in names:
            self.put(f"uploads/{who}/{name}", b"first")
        for name in names if twice else ():
            self.put(f"uploads/{who}/{name}", b"second")
        if twice and rows % 2:
            self.put(f"uploads/{who}/{rows:02d}.pdf", b"first")

    def put(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=self.root + key, Body=data)

    def connector(self, **changed: Any) -> Connector:
        kept = {name: {**each, "prefix": self.root + str(each["prefix"])} for name, each in KEPT.items()}
        settings = {
            "bucket": self.bucket,
            "collections": kept,
            "endpoint": self.server.endpoint,
            "self_hosted": True,
            "region": self.server.region,
            "access_key": self.server.access_key,
            "secret": self.server.secret,
            "page_rows": PAGE_ROWS,
        }
        return s3.connect("files", s3.Settings.model_validate(settings | changed))

    def listed(self) -> list[tuple[str, str]]:
        found = []
        for page in self.client.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket, Prefix=self.root
        ):
            both = (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            found += [(each["Key"], each["VersionId"]) for each in both]
        return found

    def state(self) -> str:
        return hashlib.sha256(repr(self.listed()).encode()).hexdigest()

    def changing_calls(self) -> list[str]:
        return []  # `state` tells: a store leaves no other trace

    def troubles(self) -> Iterator[tuple[str, AbstractContextManager[Trouble]]]:
        yield "refusal", self._trouble(OperatorError, "credentials_refused", secret="wrong")
        yield "outage", self._trouble(TemporaryError, "unreachable", endpoint="http://127.0.0.1:1")
        yield "no such bucket", self._trouble(OperatorError, "bucket_missing", bucket="no-such-bucket")
        yield "throttle", self._answered(TemporaryError, "throttled", 503, _BUSY)
        yield "a fault of its own", self._answered(TemporaryError, "http_500", 500, b"")
        yield (
            "malformed",
            self._answered(ContractError, "reply_malformed", 200, b"<html><p>Welcome</p></html>"),
        )
        yield "cut in the middle", self._answered(TemporaryError, "http_500", 200, b"<ListVersionsResult><Na")

    @contextmanager
    def _trouble(self, error: type[DsarError], reason: str, **changed: Any) -> Iterator[Trouble]:
        yield Trouble(self.connector(**changed), error, reason)

    @contextmanager
    def _answered(self, error: type[DsarError], reason: str, status: int, body: bytes) -> Iterator[Trouble]:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as odd:
            threading.Thread(target=odd.serve_forever, daemon=True).start()
            yield Trouble(self.connector(endpoint=f"http://127.0.0.1:{odd.server_port}"), error, reason)
            odd.shutdown()


@contextmanager
def _plain(_folder: Path) -> Iterator[Pretend]:
    with _opened(versioned=False) as found:
        yield found


@contextmanager
def _versioned(_folder: Path) -> Iterator[Pretend]:
    with _opened(versioned=True) as found:
        yield found


@contextmanager
def _opened(*, versioned: bool) -> Iterator[PretendBucket]:
    try:
        found = PretendBucket(versioned=versioned)
    except StartError:
        pytest.skip("SeaweedFS is not installed: the dependency group `rehearsal` brings it")
    yield found
    found.client.close()


VARIANTS: Variants = {"plain": _plain, "versioned": _versioned}
