"""Where a letter may go: one mailbox, spelled so that it can be nothing else (RFC 5321, RFC 6531)."""

import re
import unicodedata
from email.headerregistry import Address
from email.utils import unquote

from dsar.errors import OperatorError

MOST_OCTETS = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
MOST_LOCAL_OCTETS = 64  # RFC 5321 section 4.5.3.1.1
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


def mailbox(address: str, role: str = "recipient") -> Address:
    """Return the one mailbox that `address` names; its local part is quoted where it must be.

    Raises:
        OperatorError: `recipient_malformed` (or the `role` given): a line break, a control or direction
            mark, two addresses, a display name, or more than 254 octets. The address is never repeated.
    """
    local, at, domain = address.rpartition("@")
    local = unquote(local) if local.startswith('"') else local
    if not (at and _sound(address) and _is_local(local) and _DOMAIN.fullmatch(domain)):
        raise OperatorError("post", f"{role}_malformed")
    return Address(username=local, domain=domain)


def _sound(address: str) -> bool:
    """Whether every character is visible (or a plain space) and the whole fits an SMTP command."""
    if len(address) > MOST_OCTETS:
        return False
    seen = all(c == " " or unicodedata.category(c)[0] not in "CZ" for c in address)
    return seen and len(address.encode()) <= MOST_OCTETS


def _is_local(local: str) -> bool:
    return bool(local) and "@" not in local and len(local.encode()) <= MOST_LOCAL_OCTETS
