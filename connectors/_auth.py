"""House equipment: credentials. Each is an `httpx.Auth`, or a header; none shows itself in a `repr`.

A token that ends is fetched anew a minute before its own `expires_in`, and once when it is refused earlier.
"""

import asyncio
import base64
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from typing import Any

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from connectors import _http_errors
from dsar.errors import ContractError, InputError

Clock = Callable[[], float]
Form = Mapping[str, str]

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SPARE_SECONDS = 60
_MOST_BYTES = 2**16  # of a reply that holds a token
_LIFETIME_SECONDS = 3600  # of a token that does not say when it ends
_ASSERTION_SECONDS = 120  # and it was made a minute ago, for whoever's clock is behind ours
_CLOCKS_APART = 60


def bearer(token: str) -> dict[str, str]:
    """Return the header of RFC 6750. Raises as `header`."""
    return {"Authorization": f"Bearer {_printable(token)}"}


def header(name: str, secret: str, *, scheme: str = "") -> dict[str, str]:
    """Return a header that carries a secret, perhaps after the name of a scheme.

    Raises:
        InputError: `credential_unreadable`; no header can carry it.
    """
    return {name: f"{scheme} {_printable(secret)}".strip()}


class TokenAuth(httpx.Auth):
    """OAuth 2: fetches a token by one grant, keeps it while it lasts, and puts it on every request.

    The token travels over the same careful client. It is asked for over https, or inside our own network.
    Of many calls at once, one asks for it: some vendors count tokens, and some end the one before.
    """

    def __init__(
        self, system: str, token_url: str, grant: Callable[[], Form], *, clock: Clock = time.time
    ) -> None:
        self._system = system
        self._url = token_url
        self._grant = grant
        self._clock = clock
        self._token = ""
        self._ends_at = 0.0
        self._asks = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send the request with a token that is still good.

        Raises:
            DsarError: by remedy, if no token is given; see `_http_errors`.
        """
        fresh = False
        async with self._asks:
            if not self._token or self._clock() > self._ends_at - _SPARE_SECONDS:
                fresh = True
                await self._keep((yield self._asking()))
        shown = self._token
        request.headers["Authorization"] = f"Bearer {shown}"
        reply = yield request
        if reply.status_code == httpx.codes.UNAUTHORIZED and not fresh:
            self._bound(reply)
            async with self._asks:
                if self._token == shown:  # nobody else has asked meanwhile
                    await self._keep((yield self._asking()))
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _asking(self) -> httpx.Request:
        accept = {"Accept": "application/json", "Accept-Encoding": "identity"}
        return httpx.Request("POST", self._url, data=dict(self._grant()), headers=accept)

    def _bound(self, reply: httpx.Response) -> None:
        """Let httpx, which reads whatever comes before the last reply, not read for ever."""
        if isinstance(reply.stream, httpx.AsyncByteStream):
            reply.stream = _Bounded(self._system, reply.stream)

    async def _keep(self, reply: httpx.Response) -> None:
        self._bound(reply)
        await reply.aread()
        if reply.status_code == httpx.codes.BAD_REQUEST:  # RFC 6749, 5.2: invalid_client, invalid_grant, …
            reply.status_code = httpx.codes.UNAUTHORIZED
        said = _http_errors.judged(self._system, reply, reply.content)
        known = said if isinstance(said, dict) else {}
        token, lasts = known.get("access_token"), known.get("expires_in")
        if not isinstance(token, str) or not token or not token.isprintable() or not token.isascii():
            raise ContractError(self._system, "reply_unexpected")
        self._token = token
        self._ends_at = self._clock() + _seconds(lasts)


class _Bounded(httpx.AsyncByteStream):
    """A reply that may not be longer than any token."""

    def __init__(self, system: str, stream: httpx.AsyncByteStream) -> None:
        self._system = system
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > _MOST_BYTES:
                raise ContractError(self._system, "reply_too_large")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def client_credentials(client: str, secret: str, **more: str) -> Callable[[], Form]:
    """Return the grant of RFC 6749, 4.4; `more` are a scope, an audience, …."""
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret, **more}
    return lambda: form


def jwt_bearer(key: str, claims: Mapping[str, str], *, clock: Clock = time.time) -> Callable[[], Form]:
    """Return the grant of RFC 7523: an assertion signed with an RSA key, valid for minutes.

    Raises:
        InputError: `credential_unreadable`; `key` is no RSA key in PEM.
    """
    signer = _signer(key)

    def grant() -> Form:
        now = int(clock())
        asserted = {**claims, "iat": now - _CLOCKS_APART, "exp": now + _ASSERTION_SECONDS}
        return {"grant_type": _JWT_BEARER, "assertion": _signed(signer, asserted)}

    return grant


def service_account(system: str, text: str, scope: str, *, clock: Clock = time.time) -> TokenAuth:
    """Return what a Google service account's key file (its JSON) proves.

    Raises:
        InputError: `credential_unreadable`.
    """
    try:
        file = json.loads(text)
        url, who, key = (str(file[name]) for name in ("token_uri", "client_email", "private_key"))
    except (ValueError, KeyError, TypeError):
        raise _unreadable("give the whole JSON file of the service account's key") from None
    if not url.startswith("https://"):
        raise _unreadable("its token_uri must begin with https")
    grant = jwt_bearer(key, {"iss": who, "aud": url, "scope": scope}, clock=clock)
    return TokenAuth(system, url, grant, clock=clock)


def _seconds(lasts: object) -> float:
    try:
        return float(str(lasts))
    except ValueError:
        return _LIFETIME_SECONDS


def _printable(secret: str) -> str:
    text = secret.strip()
    if not text or not text.isascii() or not text.isprintable():
        raise _unreadable("paste it again: it holds characters that no key has")
    return text


def _signer(key: str) -> RSAPrivateKey:
    try:
        signer = load_pem_private_key(key.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _unreadable("give an RSA key in PEM, without a passphrase") from None
    if not isinstance(signer, RSAPrivateKey):
        raise _unreadable("give an RSA key in PEM")
    return signer


def _signed(signer: RSAPrivateKey, claims: Mapping[str, Any]) -> str:
    head = f"{_segment({'alg': 'RS256', 'typ': 'JWT'})}.{_segment(claims)}"
    return f"{head}.{_base64(signer.sign(head.encode(), PKCS1v15(), SHA256()))}"


def _segment(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unreadable(hint: str) -> InputError:
    return InputError("credential_unreadable", hint)
