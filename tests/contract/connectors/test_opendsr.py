"""Recipients are called over real HTTP, as OpenDSR has it: once, at their own host, with a credential."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from connectors._opendsr import OpenDsr
from dsar.errors import ContractError, DsarError, InputError, OperatorError, TemporaryError
from dsar.opendsr import Endpoint, Progress

ID = "a7551968-d5d6-44b2-9831-815ac9017798"
OTHER = "b7551968-d5d6-44b2-9831-815ac9017798"
BODY = {"subject_request_id": ID, "subject_identities": [{"identity_value": "ada@subject.example"}]}
PATH = "/v3/requests"


@dataclass
class Recipient:
    """A recipient's server. It keeps what it was asked; `says` and `status` are what it answers next."""

    url: str = ""
    asked: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, credential
    says: dict[str, Any] | None = None
    status: int = 0
    progress: str = "in_progress"

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        if self.status:
            return self.status, self.says or {}
        if method == "POST" and path == PATH:
            wanted = json.loads(body)
            again = wanted["subject_request_id"] in self.asked
            self.asked[wanted["subject_request_id"]] = wanted
            encoded = base64.b64encode(body).decode()
            told = {"subject_request_id": wanted["subject_request_id"], "encoded_request": encoded}
            return (409 if again else 201), self.says or told
        known = path.removeprefix(f"{PATH}/")
        if known not in self.asked:
            return 404, {"error": {"code": 404}}
        return 200, self.says or {"subject_request_id": known, "request_status": self.progress}


@contextmanager
def receiving() -> Iterator[Recipient]:
    recipient = Recipient()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._answer("GET", b"")

        def _answer(self, method: str, body: bytes) -> None:
            recipient.calls.append((method, self.path, self.headers.get("Authorization", "")))
            status, said = recipient.answer(method, self.path, body)
            data = json.dumps(said).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://127.0.0.2:{self.server.server_port}/elsewhere")  # type: ignore[attr-defined]  # a real one
            if status == 429:
                self.send_header("Retry-After", "120")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        recipient.url = f"http://127.0.0.1:{web.server_port}{PATH}"
        yield recipient
        web.shutdown()


@pytest.fixture
def recipient() -> Iterator[Recipient]:
    with receiving() as found:
        yield found


def secret(name: str, field: str) -> object:
    if name != "env:MILL":
        raise InputError("setting_missing", "set it", field=field)
    return "s3cret"


def at(recipient: Recipient, **more: Any) -> Endpoint:
    return replace(Endpoint(url=recipient.url, credential="env:MILL", self_hosted=True), **more)


MESSENGER = OpenDsr(secret)


async def test_a_request_is_handed_over_once_however_often_it_is_sent(recipient: Recipient) -> None:
    await MESSENGER.post("mill", at(recipient), BODY)
    await MESSENGER.post("mill", at(recipient), BODY)

    assert {ID: BODY} == recipient.asked
    assert [("POST", PATH, "Bearer s3cret")] * 2 == recipient.calls


async def test_a_login_goes_with_its_password(recipient: Recipient) -> None:
    await MESSENGER.post("mill", at(recipient, login="larkfield"), BODY)

    [(_, _, credential)] = recipient.calls
    assert f"Basic {base64.b64encode(b'larkfield:s3cret').decode()}" == credential


@pytest.mark.parametrize("said", list(Progress))
@pytest.mark.parametrize("slash", ["", "/"])
async def test_its_status_is_asked_below_the_requests(
    recipient: Recipient, said: Progress, slash: str
) -> None:
    recipient.asked[ID], recipient.progress = BODY, said.value

    found = await MESSENGER.progress("mill", at(recipient, url=recipient.url + slash), ID)

    assert said is found
    assert [("GET", f"{PATH}/{ID}", "Bearer s3cret")] == recipient.calls


@pytest.mark.parametrize(
    ("status", "says", "kind", "reason"),
    [
        (302, None, OperatorError, "redirected"),
        (401, None, OperatorError, "credentials_refused"),
        (404, None, OperatorError, "address_unknown"),
        (400, {"error": {"code": 400, "message": "ada@subject.example"}}, ContractError, "request_refused"),
        (429, None, TemporaryError, "throttled"),
        (503, None, TemporaryError, "http_503"),
        (
            200,
            {"subject_request_id": OTHER, "request_status": "completed"},
            ContractError,
            "reply_unexpected",
        ),
        (200, {"subject_request_id": ID, "request_status": "eaten"}, ContractError, "reply_unexpected"),
        (200, {"subject_request_id": ID}, ContractError, "reply_unexpected"),
    ],
)
async def test_what_goes_wrong_is_told_by_its_remedy_and_names_nobody(
    recipient: Recipient, status: int, says: dict[str, Any] | None, kind: type[DsarError], reason: str
) -> None:
    recipient.status, recipient.says = status, says

    with pytest.raises(kind) as failure:
        await MESSENGER.progress("mill", at(recipient), ID)

    assert (reason, "recipient:mill") == (failure.value.reason, failure.value.system)
    assert "ada" not in str(failure.value)
    assert 1 == len(recipient.calls)


async def test_a_request_that_is_answered_for_another_is_not_handed_over(recipient: Recipient) -> None:
    recipient.says = {"subject_request_id": OTHER}

    with pytest.raises(ContractError) as failure:
        await MESSENGER.post("mill", at(recipient), BODY)

    assert "reply_unexpected" == failure.value.reason


@pytest.mark.parametrize(
    ("url", "more", "reason"),
    [
        ("https://localhost.mill.example:1/v3", {"credential": "env:NOBODY"}, "credential_unreadable"),
        ("http://mill.example/v3", {}, "address_unusable"),
        ("https://u:p@mill.example/v3", {}, "address_unusable"),
        ("https://10.0.0.7/v3/requests", {}, "address_private"),
        ("https://169.254.169.254/latest", {}, "address_private"),
        ("https://[::ffff:127.0.0.1]/v3", {}, "address_private"),
    ],
)
async def test_nothing_goes_to_a_private_address_in_clear_or_without_a_credential(
    url: str, more: dict[str, Any], reason: str
) -> None:
    with pytest.raises(OperatorError) as failure:
        await MESSENGER.post("mill", Endpoint(url=url, **{"credential": "env:MILL", **more}), BODY)

    assert reason == failure.value.reason
