"""Keys: one per scope whoever asks first, remembered for a while, wrapped by a master key that fits."""

import base64
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from dsar.errors import OperatorError, TemporaryError
from vault.keys import FINGERPRINTS, MOST, SHARED
from vault.master import FileMasterKey, KmsMasterKey, MasterKey, create_key_file
from vault.vault import S3Vault, VaultSettings

from .conftest import BUCKET, RawBucket, new_case


def test_whoever_asks_first_all_get_the_same_key(settings: VaultSettings, case: str) -> None:
    vaults = [S3Vault(settings) for _ in range(8)]
    with ThreadPoolExecutor(len(vaults)) as threads:
        keys = list(threads.map(lambda vault: vault.keyring.data_key(case, create=True), vaults))
    assert len({key.digest("the same") for key in keys}) == 1
    assert S3Vault(settings).keyring.data_key(case).digest("the same") == keys[0].digest("the same")


def test_scopes_have_different_keys(s3_vault: S3Vault, case: str) -> None:
    s3_vault.open_case(case)
    keys = [s3_vault.keyring.data_key(scope) for scope in (case, SHARED, FINGERPRINTS)]
    assert len({key.digest("the same") for key in keys}) == 3


def test_a_remembered_key_needs_no_store(settings: VaultSettings, bucket: RawBucket, case: str) -> None:
    vault = S3Vault(settings)
    key = vault.keyring.data_key(case, create=True)
    bucket.client.delete_object(Bucket=BUCKET, Key=f"keys/{case}")
    assert vault.keyring.data_key(case) is key
    with pytest.raises(OperatorError, match="key_missing"):
        S3Vault(settings).keyring.data_key(case)


def test_only_so_many_keys_are_remembered(s3_vault: S3Vault, case: str) -> None:
    ring = s3_vault.keyring
    key = ring.data_key(case, create=True)
    for _ in range(MOST):
        ring._remember(new_case(), key)
    assert ring.data_key(case) is not key
    assert len(ring._known) == MOST


def test_a_destroyed_key_is_forgotten_at_once_where_it_was_destroyed(s3_vault: S3Vault, case: str) -> None:
    s3_vault.keyring.data_key(case, create=True)
    s3_vault.keyring.destroy(case)
    for create in (False, True):
        with pytest.raises(OperatorError, match="key_destroyed"):
            s3_vault.keyring.data_key(case, create=create)


@pytest.mark.parametrize("scope", ["", "shared", "case_0", "../_shared", "_shared\n", "case_" + "g" * 20])
def test_what_is_no_scope_is_refused(s3_vault: S3Vault, scope: str) -> None:
    with pytest.raises(ValueError, match="a scope is"):
        s3_vault.keyring.data_key(scope, create=True)


@pytest.mark.parametrize("stored", [b"", b"{}", b"[]", b'{"wrapped": 7}', b'{"wrapped": "?"}', b"\xff"])
def test_a_key_object_that_makes_no_sense_is_told(
    settings: VaultSettings, bucket: RawBucket, case: str, stored: bytes
) -> None:
    bucket.write(f"keys/{case}", stored)
    with pytest.raises(OperatorError, match="key_malformed"):
        S3Vault(settings).open_case(case)


def test_the_wrapped_key_of_another_case_is_refused(
    settings: VaultSettings, s3_vault: S3Vault, bucket: RawBucket, case: str
) -> None:
    other = new_case()
    s3_vault.open_case(other)
    bucket.write(f"keys/{case}", bucket.read(f"keys/{other}"))
    with pytest.raises(OperatorError, match="master_key_refused"):
        S3Vault(settings).get(case, "identity")


def test_another_master_key_is_refused_by_the_check(
    settings: VaultSettings, s3_vault: S3Vault, tmp_path: Path
) -> None:
    create_key_file(tmp_path / "other.key")
    stranger = S3Vault(replace(settings, master=FileMasterKey(tmp_path / "other.key")))
    with pytest.raises(OperatorError, match="master_key_refused"):
        stranger.check()


def test_a_new_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "master.key"
    create_key_file(path)
    first = path.read_bytes()
    assert (len(first), path.stat().st_mode & 0o777) == (32, 0o600)
    with pytest.raises(OperatorError, match="master_key_exists"):
        create_key_file(path)
    assert path.read_bytes() == first


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    create_key_file(path)
    path.chmod(mode)
    with pytest.raises(OperatorError, match="master_key_exposed"):
        FileMasterKey(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "master_key_missing"), (b"", "master_key_malformed"), (bytes(33), "master_key_malformed")],
)
def test_a_key_file_that_cannot_be_one_is_refused(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "master.key"
    if content is not None:
        path.touch(0o600)
        path.write_bytes(content)
    with pytest.raises(OperatorError, match=reason):
        FileMasterKey(path)


class PretendKms(BaseHTTPRequestHandler):
    """A key service with behaviour: it seals under a key that never leaves it, bound to the context."""

    cipher = AESGCM(bytes(32))
    trouble = ""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        verb = self.headers["X-Amz-Target"].split(".")[1]
        bound = json.dumps([asked["KeyId"], asked["EncryptionContext"]]).encode()
        if self.trouble:
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
    service.trouble = "ThrottlingException"
    with pytest.raises(TemporaryError, match=r"^vault: key_service_busy$"):
        master(endpoint).wrap(bytes(32), case)
    with pytest.raises(TemporaryError, match=r"^vault: key_service_unreachable$"):
        master("http://127.0.0.1:1").wrap(bytes(32), case)
