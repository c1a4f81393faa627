"""What the vault makes of the answers a store can give: a pretend server that always says one thing."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pydantic import SecretStr

from dsar.errors import DsarError, OperatorError, TemporaryError
from vault.master import FileMasterKey
from vault.vault import S3Vault, VaultSettings

SECRET_WORDS = "ada.osei@subject.example was here"


@contextmanager
def store_that_says(status: int, code: str) -> Iterator[str]:
    body = f"<Error><Code>{code}</Code><Message>{SECRET_WORDS}</Message></Error>" if code else SECRET_WORDS

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815  the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as web:
        Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_port}"
        web.shutdown()


ANSWERS: list[tuple[int, str, type[DsarError], str]] = [
    (500, "InternalError", TemporaryError, "store_busy"),
    (503, "SlowDown", TemporaryError, "store_busy"),
    (507, "InsufficientStorage", TemporaryError, "store_full"),
    (429, "TooManyRequests", TemporaryError, "store_busy"),
    (400, "BadDigest", TemporaryError, "store_busy"),
    (400, "RequestTimeout", TemporaryError, "store_busy"),
    (403, "AccessDenied", OperatorError, "access_refused"),
    (401, "Unauthorized", OperatorError, "access_refused"),
    (404, "NoSuchBucket", OperatorError, "bucket_missing"),
    (400, "InvalidBucketName", OperatorError, "bucket_name_invalid"),
    (501, "NotImplemented", OperatorError, "feature_missing"),
    (400, "InvalidRequest", OperatorError, "store_refused"),
    (200, "", TemporaryError, "store_busy"),  # a proxy's page where XML was due
]


@pytest.mark.parametrize(("status", "code", "kind", "reason"), ANSWERS)
def test_every_answer_becomes_a_remedy_and_its_words_stay_outside(
    key_file: Path, status: int, code: str, kind: type[DsarError], reason: str
) -> None:
    with store_that_says(status, code) as endpoint:
        vault = S3Vault(
            VaultSettings(
                bucket="dsar-vault",
                endpoint=endpoint,
                access_key="key",
                secret=SecretStr("secret"),
                master=FileMasterKey(key_file),
            )
        )
        with pytest.raises(DsarError) as trouble:
            vault.names("case_" + "0" * 20)
    assert type(trouble.value) is kind
    assert str(trouble.value) == f"vault: {reason}"
    assert trouble.value.__cause__ is None
