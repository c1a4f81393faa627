"""House equipment: recipients called as OpenDSR has it, through the careful client of every connected system.

A request goes to exactly the host that the company's facts name. No redirect is followed, and a name is
looked up once (`_guard.py`). What a recipient echoes of the request is read past, and kept nowhere.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from connectors._auth import bearer
from connectors._http import Api
from dsar.errors import ContractError, InputError, OperatorError
from dsar.opendsr import Endpoint, Progress, system_of

_KNOWN_ALREADY = frozenset({409})


class OpenDsr:
    """Fills the port `Messenger`. `secret` fetches what a credential's name leads to, at each call, so that a
    rotation needs no restart.
    """

    def __init__(self, secret: Callable[[str, str], object]) -> None:
        self._secret = secret

    async def post(self, code: str, endpoint: Endpoint, body: Mapping[str, Any]) -> None:
        """Hand a request over. See the port."""
        async with self._api(code, endpoint) as api:
            path = urlsplit(endpoint.url).path
            reply = await api.ask("POST", path, absent=_KNOWN_ALREADY, json=body)
            if reply.body is not None:
                _is_about(api, reply.body, str(body["subject_request_id"]))

    async def progress(self, code: str, endpoint: Endpoint, request_id: str) -> Progress:
        """Return how far a request has come. See the port."""
        async with self._api(code, endpoint) as api:
            path = urlsplit(endpoint.url).path.rstrip("/")
            told = _is_about(api, await api.get(f"{path}/{request_id}"), request_id)
            try:
                return Progress(str(told.get("request_status")))
            except ValueError:
                raise ContractError(api.system, "reply_unexpected") from None

    @asynccontextmanager
    async def _api(self, code: str, endpoint: Endpoint) -> AsyncIterator[Api]:
        system = system_of(code)
        try:
            api = self._opened(system, endpoint)
        except InputError as error:
            reason = "address_unusable" if error.reason.startswith("url_") else "credential_unreadable"
            raise OperatorError(system, reason) from None
        try:
            yield api
        finally:
            await api.close()

    def _opened(self, system: str, endpoint: Endpoint) -> Api:
        secret = str(self._secret(endpoint.credential, system))
        parts = urlsplit(endpoint.url)
        return Api(
            system,
            f"{parts.scheme}://{parts.netloc}",
            headers=None if endpoint.login else bearer(secret),
            basic=(endpoint.login, secret) if endpoint.login else None,
            self_hosted=endpoint.self_hosted,
        )


def _is_about(api: Api, reply: object, request_id: str) -> Mapping[str, Any]:
    """Hold a reply to the request that it answers."""
    told = api.record(reply)
    api.demand(told.get("subject_request_id") == request_id, "reply_unexpected")
    return told
