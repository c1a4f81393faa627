"""Events over HTTPS: CloudEvents 1.0 in structured mode, signed as Standard Webhooks has it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from dsar.errors import OperatorError, TemporaryError
from dsar.ports import OutboxEvent
from dsar.webhooks import signed

MEDIA = "application/cloudevents+json; charset=utf-8"
_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_LATER = frozenset({408, 425, 429, 502, 503, 504})
_SHUT = frozenset({401, 403, 404, 405, 410, 421})  # it takes nothing from us here: a person must mend it
_LONGEST = 3600  # seconds of a pause that we heed


class Webhook:
    """Posts each event to one address. Redirects are not followed: the body goes where it was meant to.

    Keeps the promises of `dsar.ports.Courier`.
    """

    def __init__(
        self, name: str, url: str, secret: bytes, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._name = name
        self._url = url
        self._secret = secret
        self._now = now
        self._client = httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    @property
    def name(self) -> str:
        return self._name

    def send(self, event: OutboxEvent) -> str:
        body = json.dumps(event.body, separators=(",", ":"), ensure_ascii=False).encode()
        headers = signed(self._secret, str(event.body["id"]), self._now(), body) | {"content-type": MEDIA}
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                return self._heard(answer)  # what else it says is not read
        except httpx.TransportError:
            raise TemporaryError(self._name, "unreachable") from None

    def close(self) -> None:
        self._client.close()

    def _heard(self, answer: httpx.Response) -> str:
        if answer.is_success:
            return ""
        if answer.status_code in _LATER:
            raise TemporaryError(self._name, f"http_{answer.status_code}", after=_pause(answer))
        if answer.status_code in _SHUT or answer.is_redirect:
            raise OperatorError(self._name, f"http_{answer.status_code}")
        return f"http_{answer.status_code}"


def _pause(answer: httpx.Response) -> timedelta | None:
    asked = answer.headers.get("retry-after", "")
    return timedelta(seconds=min(int(asked), _LONGEST)) if asked.isascii() and asked.isdigit() else None
