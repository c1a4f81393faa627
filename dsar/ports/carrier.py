"""What carries a file to whom the person names."""

from collections.abc import Iterator
from typing import Protocol

from dsar.transfers import Delivered


class Carrier(Protocol):
    """Sends a file to one address, once."""

    async def put(self, url: str, chunks: Iterator[bytes], size: int, *, inside: bool) -> Delivered:
        """Send `size` bytes by HTTP PUT. Only a receiver `inside` our network may have a private address.

        Raises:
            OperatorError: `address_private`, `transfer_insecure`, `transfer_redirected`, `transfer_refused`.
            TemporaryError: the receiver cannot be reached now, or asks us to wait.
        """
