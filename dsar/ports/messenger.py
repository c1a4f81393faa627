"""What asks recipients by machine."""

from collections.abc import Mapping
from typing import Any, Protocol

from dsar.opendsr import Endpoint, Progress


class Messenger(Protocol):
    """Calls recipients. `code` is whom; only one that is `self_hosted` may have a private address."""

    async def post(self, code: str, endpoint: Endpoint, body: Mapping[str, Any]) -> None:
        """Hand a request over. A repeat of the same request counts once.

        Raises:
            OperatorError: `credentials_refused`, `credential_unreadable`, `redirected`, `address_private`,
                `address_unknown`, `address_unusable`.
            ContractError: `request_refused`, `reply_unexpected`.
            TemporaryError: it cannot be reached now, or asks us to wait.
        """

    async def progress(self, code: str, endpoint: Endpoint, request_id: str) -> Progress:
        """Return how far a request has come. Raises as `post`."""
