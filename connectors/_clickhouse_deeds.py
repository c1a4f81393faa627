"""Deeds in ClickHouse: mutations, each waited for on all replicas, none begun while another is under way."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from connectors._map import DataMap
from connectors._map_deeds import HASH
from connectors._reach import Condition, Table, split
from connectors._sql_deeds import Deeds
from connectors._sql_errors import named
from dsar.errors import InputError, TemporaryError

NOTE = (
    "ClickHouse rewrites the parts of a table and drops the old ones from disk some minutes later. Columns "
    "by which it sorts or divides a table cannot be changed: that is done by hand."
)
_UNDER_WAY = (
    "SELECT countIf(latest_fail_reason <> '') AS failed, count() AS open FROM system.mutations "
    "WHERE NOT is_done AND database = {place} AND table = %(table)s"
)


def demand_fitting_map(data_map: DataMap) -> None:
    """Refuse what no mutation can do.

    Raises:
        InputError: `data_map_invalid`, with what to write instead.
    """
    for name, entry in data_map.collections.items():
        if isinstance(entry.erase, dict) and HASH in entry.erase.values():
            hint = f"collections.{name}: ClickHouse cannot hash with a key; use `null` or `replace`"
            raise InputError("data_map_invalid", hint, field="map")


class Mutations(Deeds):
    """The deeds of `Deeds`, without batches: each mutation rewrites whole parts, so one is better than many.

    A mutation does not say how many rows it was, so they are counted before.
    """

    def fits_at_once(self, name: str, count: int) -> bool:  # noqa: ARG002 - whatever it is
        return True

    def erase_all(self, connection: sa.Connection, name: str) -> int:
        erasing = self.layout.map.collections[name].erase
        if isinstance(erasing, dict):
            return self._write(connection, name, self.emptied(name), self._unerased)
        return self._remove(connection, name, self._unerased)

    def _remove(self, connection: sa.Connection, name: str, which: Callable[[str, Table], Condition]) -> int:
        return self._mutated(connection, name, sa.delete(self._target(name)), which)

    def _write(
        self,
        connection: sa.Connection,
        name: str,
        values: Mapping[str, object],
        which: Callable[[str, Table], Condition],
    ) -> int:
        return self._mutated(connection, name, sa.update(self._target(name)).values(dict(values)), which)

    def _mutated(
        self,
        connection: sa.Connection,
        name: str,
        change: sa.Delete | sa.Update,
        which: Callable[[str, Table], Condition],
    ) -> int:
        self._demand_rest(connection, name)
        table, target = self.layout.table(name), self._target(name)
        count = self._count(connection, table, which(name, table))
        if count:
            connection.execute(change.where(which(name, target)))
        return count

    def _demand_rest(self, connection: sa.Connection, name: str) -> None:
        """Wait for what an earlier try began: it is not begun again beside it.

        Raises:
            TemporaryError: `mutation_running`.
            OperatorError: `mutation_failed:…`; somebody must kill that mutation, or mend what it fails at.
        """
        system, whole = self.system, self.layout.map.table_of(name)
        table, schema = split(whole)
        place = "%(schema)s" if schema else "currentDatabase()"
        told = {"table": table, "schema": schema} if schema else {"table": table}
        found = connection.exec_driver_sql(_UNDER_WAY.format(place=place), told).one()
        if found.failed:
            raise named(system, "mutation_failed", whole)
        if found.open:
            raise TemporaryError(system, "mutation_running")
