"""Notices to staff: each address gets its own, and one that refuses holds up nobody."""

from collections.abc import Iterable, Iterator

import structlog

from dsar.errors import OperatorError
from dsar.ports import Notice, Post

log = structlog.get_logger()


def notified(post: Post, notice: Notice, to: Iterable[str], message: str, domain: str) -> Iterator[bool]:
    """Send a notice to each address; yield whether it was taken. `message` makes its Message-IDs, which are
    the same when it is repeated.

    Raises:
        OperatorError: our own mail server refuses us. An operator mends it, then the notice goes.
    """
    name = message.replace(":", ".")
    for number, address in enumerate(to, start=1):
        try:
            post.notify(notice, to=address, message_id=f"{name}.{number}@{domain}")
        except OperatorError as error:
            if not error.reason.startswith("recipient"):
                raise
            log.warning("notice.refused", reason=error.reason)
            yield False
        else:
            yield True
