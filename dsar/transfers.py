"""Sending what a person takes along straight to whom they name (Art. 20(2); LAW POR-04)."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind

TRANSFER = "transfer"  # stands among the systems when a transfer must be made by hand
TARGET = "transfer/target"  # under which name the vault keeps where it goes: an address may be a key
LONGEST = 2_000  # characters of an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Who receives at a host. `inside`: it may have a private address."""

    name: str
    inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a receiver said, and what it was sent: the status of its reply, bytes and digest."""

    status: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where something is to be sent. The address may itself be a key, as a presigned one is."""

    url: str = field(repr=False)
    host: str


def read_target(text: str) -> Target:
    """Read the address that was typed.

    Raises:
        InputError: `transfer_malformed`. It never repeats the address.
    """
    hint = "give one address such as https://host/path, without a name, password or fragment"
    url = text.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise InputError("transfer_malformed", hint, field="send_to") from None
    odd = len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url
    if (
        odd
        or parts.scheme not in {"https", "http"}
        or not host
        or parts.username
        or parts.fragment
        or port == 0
    ):
        raise InputError("transfer_malformed", hint, field="send_to")
    return Target(url=url, host=host.lower())


def transferred(entries: tuple[Entry, ...]) -> Entry | None:
    """Return the receipt of a transfer that the person asked for, if it was made."""
    made = (entry for entry in entries if entry.kind is EvidenceKind.TRANSFERRED)
    return next((entry for entry in made if "client" not in entry.facts), None)


def handed_key(client: str, number: int) -> str:
    """Return what makes a handing over to a client one."""
    return f"handed-over:{client}:{number}"
