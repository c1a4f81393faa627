"""Credentials: a token lasts as long as it says, is fetched once, and is told to nobody else."""

import asyncio
import base64
import json
from collections.abc import Callable

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connectors import _auth, _http
from dsar.errors import ContractError, DsarError, InputError, OperatorError, TemporaryError

TOKEN_URL = "https://login.vendor.example/token"
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class TokenServer:
    """Gives tokens that last an hour and takes only the newest."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.asked: list[dict[str, str]] = []
        self.revoked: set[str] = set()
        self.odd: httpx.Response | None = None

    def api(self, grant: Callable[[], _auth.Form] | None = None) -> _http.Api:
        grant = grant or _auth.client_credentials("me", "s3cret", audience="https://vendor.example/")
        auth = _auth.TokenAuth("vendor", TOKEN_URL, grant, clock=lambda: self.now)
        transport = httpx.MockTransport(self.answer_later)
        return _http.Api("vendor", "https://vendor.example", auth=auth, transport=transport)

    async def answer_later(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)  # others call meanwhile
        return self.answer(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == TOKEN_URL:
            if self.odd:
                return self.odd
            self.asked.append(dict(httpx.QueryParams(request.content.decode())))
            return httpx.Response(200, json={"access_token": f"t{len(self.asked)}", "expires_in": 3600})
        token = request.headers["Authorization"].removeprefix("Bearer ")
        good = token == f"t{len(self.asked)}" and token not in self.revoked
        return httpx.Response(200 if good else 401, json={"token": token})


async def test_a_token_is_fetched_once_while_it_lasts_and_anew_before_it_ends() -> None:
    server = TokenServer()
    api = server.api()

    seen = [await api.get("/x") for _ in range(3)]
    server.now += 3600 - 59
    seen.append(await api.get("/x"))

    assert [s["token"] for s in seen] == ["t1", "t1", "t1", "t2"]
    assert server.asked[0] == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "s3cret",
        "audience": "https://vendor.example/",
    }


async def test_many_calls_at_once_fetch_one_token_and_another_when_it_is_revoked() -> None:
    """Some vendors sell tokens by the month, and some end the one before when they give another."""
    server = TokenServer()
    api = server.api()

    seen = await asyncio.gather(*(api.get("/x") for _ in range(10)))
    server.revoked = {"t1"}
    later = await asyncio.gather(*(api.get("/x") for _ in range(10)))

    assert [{"token": "t1"}] * 10 == seen
    assert [{"token": "t2"}] * 10 == later
    assert 2 == len(server.asked)


async def test_a_token_server_that_packs_its_reply_twice_is_not_unpacked() -> None:
    server = TokenServer()
    server.odd = httpx.Response(200, headers={"Content-Encoding": "gzip, gzip"}, stream=httpx.ByteStream(b""))

    with pytest.raises(ContractError, match="reply_malformed"):
        await server.api().get("/x")


async def test_a_token_that_was_revoked_is_replaced_once() -> None:
    server = TokenServer()
    api = server.api()
    await api.get("/x")
    server.revoked = {"t1"}

    assert await api.get("/x") == {"token": "t2"}


async def test_a_fresh_token_that_is_refused_is_not_asked_for_again() -> None:
    server = TokenServer()
    server.revoked = {"t1"}

    with pytest.raises(OperatorError, match="credentials_refused"):
        await server.api().get("/x")

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("odd", "error"),
    [
        (httpx.Response(400, json={"error": "invalid_client"}), OperatorError),
        (httpx.Response(401, json={}), OperatorError),
        (httpx.Response(429, json={}), TemporaryError),
        (httpx.Response(503, text="<"), TemporaryError),
        (httpx.Response(200, text="<"), ContractError),
        (httpx.Response(200, json=[]), ContractError),
        (httpx.Response(200, json={"access_token": 3}), ContractError),
        (httpx.Response(200, json={"access_token": "a\r\nHost: evil"}), ContractError),
        (httpx.Response(302, headers={"Location": "https://evil.example"}), OperatorError),
    ],
    ids=str,
)
async def test_a_token_that_is_not_given_comes_as_its_remedy(
    odd: httpx.Response, error: type[DsarError]
) -> None:
    server = TokenServer()
    server.odd = odd

    with pytest.raises(error) as caught:
        await server.api().get("/x")

    assert "s3cret" not in str(caught.value)


async def test_an_assertion_is_signed_and_short_lived_though_our_clock_be_a_minute_ahead() -> None:
    server = TokenServer()
    claims = {"iss": "app", "sub": "robot@vendor.example", "aud": "https://login.vendor.example"}

    await server.api(_auth.jwt_bearer(PEM, claims, clock=lambda: server.now)).get("/x")

    [asked] = server.asked
    head, body, signature = asked["assertion"].split(".")
    KEY.public_key().verify(_bytes(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), SHA256())
    assert json.loads(_bytes(body)) == {**claims, "iat": 999_940, "exp": 1_000_120}
    assert asked["grant_type"].endswith("jwt-bearer")


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", json.dumps({"token_uri": "https://x.example", "client_email": "a", "private_key": "b"})],
)
def test_a_key_file_of_another_kind_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(InputError) as caught:
        _auth.service_account("vendor", text, "scope")

    assert caught.value.reason == "credential_unreadable"


def test_a_service_account_asks_where_its_file_says() -> None:
    file = {"token_uri": TOKEN_URL, "client_email": "robot@vendor.example", "private_key": PEM}

    assert repr(_auth.service_account("vendor", json.dumps(file), "scope")).count("robot") == 0
    with pytest.raises(InputError):
        _auth.service_account("vendor", json.dumps({**file, "token_uri": "http://x.example"}), "scope")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
