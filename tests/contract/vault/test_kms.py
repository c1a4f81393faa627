"""AWS KMS as the master key, against a pretend that speaks its protocol and keeps its rules."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from dsar.errors import OperatorError, TemporaryError
from vault.master import KmsMasterKey, MasterKey
from vault.vault import S3Vault, VaultSettings

from .conftest import new_case


class PretendKms(BaseHTTPRequestHandler):
    """A key service with behaviour: it seals under a key that never leaves it, bound to the context."""

    cipher = AESGCM(bytes(32))
    trouble = ""
    left = 10_000  # so many requests meet it

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        verb = self.headers["X-Amz-Target"].split(".")[1]
        bound = json.dumps([asked["KeyId"], asked["EncryptionContext"]]).encode()
        troubled = self.trouble and type(self).left > 0
        type(self).left -= 1
        if troubled and self.trouble == "a proxy's page":
            self.answer(200, {})
        elif troubled:
            self.answer(400, {"__type": self.trouble, "message": "who is ada@subject.example"})
        elif asked["KeyId"] != "alias/dsar":
            self.answer(400, {"__type": "NotFoundException"})
        elif verb == "Encrypt":
            nonce = os.urandom(12)
            sealed = nonce + self.cipher.encrypt(nonce, base64.b64decode(asked["Plaintext"]), bound)
            self.answer(200, {"CiphertextBlob": base64.b64encode(sealed).decode()})
        else:
            self.decrypt(base64.b64decode(asked["CiphertextBlob"]), bound)

    def decrypt(self, sealed: bytes, bound: bytes) -> None:
        try:
            plain = self.cipher.decrypt(sealed[:12], sealed[12:], bound)
        except InvalidTag:
            self.answer(400, {"__type": "InvalidCiphertextException"})
        else:
            self.answer(200, {"Plaintext": base64.b64encode(plain).decode()})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def kms() -> Iterator[tuple[type[PretendKms], str]]:
    service = type("Service", (PretendKms,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), service) as web:
        Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield service, f"http://127.0.0.1:{web.server_port}"
        web.shutdown()


def master(endpoint: str, key_id: str = "alias/dsar") -> MasterKey:
    return KmsMasterKey(
        key_id, region="eu-central-1", endpoint=endpoint, access_key="key", secret=SecretStr("secret")
    )


def test_kms_keeps_a_whole_vault(
    settings: VaultSettings, kms: tuple[type[PretendKms], str], case: str
) -> None:
    vault = S3Vault(replace(settings, bucket="dsar-kms", master=master(kms[1])))
    assert "key _fingerprints created" in vault.prepare()
    vault.check()
    vault.open_case(case)
    vault.put(case, "identity", b"x")
    assert vault.get(case, "identity") == b"x"


def test_kms_opens_a_key_only_for_its_own_case(kms: tuple[type[PretendKms], str], case: str) -> None:
    key = master(kms[1])
    wrapped = key.wrap(bytes(32), case)
    assert key.unwrap(wrapped, case) == bytes(32)
    with pytest.raises(OperatorError, match=r"^vault: master_key_refused$"):
        key.unwrap(wrapped, new_case())
    with pytest.raises(OperatorError, match=r"^vault: master_key_refused$"):
        master(kms[1], "alias/other").unwrap(wrapped, case)


def test_kms_that_is_busy_or_away_is_temporary(kms: tuple[type[PretendKms], str], case: str) -> None:
    service, endpoint = kms
    for trouble in ("ThrottlingException", "a proxy's page"):
        service.trouble = trouble
        with pytest.raises(TemporaryError, match=r"^vault: key_service_busy$"):
            master(endpoint).wrap(bytes(32), case)
    with pytest.raises(TemporaryError, match=r"^vault: key_service_unreachable$"):
        master("http://127.0.0.1:1").wrap(bytes(32), case)


def test_kms_that_throttles_for_a_moment_is_asked_again_unseen(
    settings: VaultSettings, kms: tuple[type[PretendKms], str], case: str
) -> None:
    service, endpoint = kms
    vault = S3Vault(replace(settings, master=master(endpoint)))
    service.trouble, service.left = "ThrottlingException", 2
    vault.open_case(case)
    vault.put(case, "identity", b"x")
    assert S3Vault(replace(settings, master=master(endpoint))).get(case, "identity") == b"x"


def test_a_case_that_kms_was_too_busy_to_open_is_opened_by_a_repeat_with_one_key(
    settings: VaultSettings, kms: tuple[type[PretendKms], str], case: str
) -> None:
    service, endpoint = kms
    vault = S3Vault(replace(settings, master=master(endpoint)))
    service.trouble, service.left = "ThrottlingException", 3
    with pytest.raises(TemporaryError, match=r"^vault: key_service_busy$"):
        vault.open_case(case)
    vault.open_case(case)
    vault.put(case, "identity", b"x")
    S3Vault(replace(settings, master=master(endpoint))).open_case(case)
    assert S3Vault(replace(settings, master=master(endpoint))).get(case, "identity") == b"x"
