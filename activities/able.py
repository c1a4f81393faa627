"""Which system can do what: a verb that is not on its card is a task by hand, never an attempt."""

from collections.abc import Mapping
from typing import cast

from dsar.errors import ContractError, OperatorError, UnsupportedError
from dsar.hands import deed
from dsar.ports import Connector, Erases, Polls, Restricts, Verifies
from dsar.ports.connector import ErasesTogether, Scans
from dsar.vocabulary import Verb


def connector_of(connectors: Mapping[str, Connector], system: str) -> Connector:
    """Return a registered system.

    Raises:
        OperatorError: `not_registered`: it was taken out meanwhile.
    """
    if system not in connectors:
        raise OperatorError(system, "not_registered")
    return connectors[system]


def eraser(connectors: Mapping[str, Connector], system: str) -> Erases:
    """Return a system that erases. Raises as `able`."""
    return cast("Erases", able(connectors, system, Verb.ERASE))


def batcher(connectors: Mapping[str, Connector], system: str) -> ErasesTogether | None:
    """Return a system that erases many people in one call; nothing if this one cannot. Raises as `able`."""
    found = able(connectors, system, Verb.ERASE)
    return cast("ErasesTogether", found) if hasattr(found, "erase_together") else None


def restrictor(connectors: Mapping[str, Connector], system: str, verb: Verb) -> Restricts:
    """Return a system that restricts or lifts. Raises as `able`."""
    return cast("Restricts", able(connectors, system, verb))


def verifier(connectors: Mapping[str, Connector], system: str) -> Verifies | None:
    """Return a system that can be asked again, or nothing if this one cannot."""
    found = connector_of(connectors, system)
    return cast("Verifies", found) if Verb.VERIFY in found.card.can else None


def poller(connectors: Mapping[str, Connector], system: str) -> Polls:
    """Return a system whose jobs can be looked at.

    Raises:
        ContractError: it gave a job to poll and cannot be polled.
    """
    found = connector_of(connectors, system)
    if not hasattr(found, "poll"):
        raise ContractError(system, "job_without_poll")
    return cast("Polls", found)


def scanner(connectors: Mapping[str, Connector], system: str) -> Scans | None:
    """Return a system that can be looked at as a whole, or nothing if this one cannot."""
    found = connector_of(connectors, system)
    return cast("Scans", found) if hasattr(found, "scan") else None


def able(connectors: Mapping[str, Connector], system: str, verb: Verb) -> Connector:
    """Return a system that can do this.

    Raises:
        UnsupportedError: `cannot_<verb>`, or whose hands it is in.
        OperatorError: `not_registered`.
    """
    found = connector_of(connectors, system)
    if verb not in found.card.can:
        raise UnsupportedError(system, deed(found.card.hands, verb))
    return found
