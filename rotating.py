"""The connected systems, each with the secrets as they are now: a rotation needs no restart.

A file is looked at whenever its system is asked for, AWS every five minutes, and both at once when a system
refuses the credential: then the call is made once more, if there is another secret by now.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, cast

import structlog

from connectors import load
from dsar.errors import InputError, OperatorError
from dsar.holdings import Page
from dsar.person import Identity
from dsar.ports import Connector
from pacing import Paces
from settings import System, load_systems

REFUSED = "credentials_refused"
LOOK_AGAIN = 300.0  # seconds: how old a secret from elsewhere may be
log = structlog.get_logger()


@dataclass
class _Held:
    connector: Connector
    given: Connector  # the same, as it is handed out
    settings: Mapping[str, Any] = field(repr=False)
    marks: tuple[int, ...]
    since: float


class Systems(Mapping[str, Connector]):
    """Every system that `systems.yaml` names. One whose secret's file changed, or whose secret AWS has
    rotated, is connected anew when it is next asked for; what is under way goes on with the old connection.

    A secret that cannot be read just now changes nothing: the old one is used, and the log says so.
    """

    def __init__(self, path: Path, paces: Paces, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Connect everything. Raises `InputError` as `load_systems`, `load` and `Paces.of`."""
        self._paces, self._clock, self._lock = paces, clock, threading.Lock()
        self._systems = {system.name: system for system in load_systems(path)}
        self._held = {name: self._connected(system) for name, system in self._systems.items()}
        self.retired: list[Connector] = []

    def __getitem__(self, name: str) -> Connector:
        """Return a system as it is connected now."""
        with self._lock:
            held, system = self._held[name], self._systems[name]
            if self._marks(system) != held.marks or self._is_old(system, held):
                self._look_again(name, held)
            return self._held[name].given

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    async def close(self) -> None:
        """Close every connection, also those that were replaced."""
        for connector in (*(held.connector for held in self._held.values()), *self.retired):
            await connector.close()

    def renewed(self, name: str, refused: Connector) -> Connector | None:
        """Return the system with another credential than the one that was refused; None if there is none."""
        with self._lock:
            if self._held[name].connector is refused:
                self._look_again(name, self._held[name])
            now = self._held[name].connector
            return None if now is refused else now

    def _look_again(self, name: str, held: _Held) -> None:
        try:
            system = self._systems[name].fetched()
            fresh = held if system.settings == held.settings else self._connected(system)
        except InputError as error:
            log.warning("secret.unreadable", system=name, reason=error.reason)
            held.since = self._clock()
            return
        if fresh is not held:
            self.retired.append(held.connector)
            log.info("secret.rotated", system=name)
        fresh.marks, fresh.since = self._marks(system), self._clock()
        self._held[name] = fresh

    def _connected(self, system: System) -> _Held:
        marks = self._marks(system)
        connector = load(system.connector, system.name, system.settings, self._paces.of(system))
        given = cast("Connector", Renewing(self, system.name, connector))
        return _Held(connector, given, system.settings, marks, self._clock())

    def _is_old(self, system: System, held: _Held) -> bool:
        return system.remote and self._clock() - held.since > LOOK_AGAIN

    def _marks(self, system: System) -> tuple[int, ...]:
        return tuple(_mark(path) for path in system.files)


class Renewing:
    """One connected system, whose calls are made once more with a new secret if the old one was refused.

    Every call of a connector is safe to repeat, and an export goes on after the last page it gave.
    """

    def __init__(self, systems: Systems, name: str, connector: Connector) -> None:
        self._systems, self._name, self._connector = systems, name, connector

    def __repr__(self) -> str:
        return f"Renewing({self._connector!r})"

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the connector has, and nothing else
        found = getattr(self._connector, name)
        return self._again(name) if iscoroutinefunction(found) else found

    def _again(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*asked: Any) -> Any:  # noqa: ANN401 - what that call takes and gives
            try:
                return await getattr(self._connector, name)(*asked)
            except OperatorError as refusal:
                fresh = await self._fresh(refusal)
            return await getattr(fresh, name)(*asked)

        return call

    async def export(self, identity: Identity, collection: str, cursor: str = "") -> AsyncIterator[Page]:
        """Stream as the connector does."""
        try:
            async for page in self._connector.export(identity, collection, cursor):
                yield page
                cursor = page.cursor
        except OperatorError as refusal:
            fresh = await self._fresh(refusal)
        else:
            return
        async for page in fresh.export(identity, collection, cursor):
            yield page

    async def _fresh(self, refusal: OperatorError) -> Connector:
        """Return the system as it is connected with another secret, or raise the refusal as it was."""
        if refusal.reason == REFUSED:
            fresh = await asyncio.to_thread(self._systems.renewed, self._name, self._connector)
            if fresh:
                return fresh
        raise refusal


def _mark(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
