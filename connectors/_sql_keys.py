"""Whether a key tells rows apart: promised by the database, or looked for where it promises nothing."""

from collections.abc import Sequence

import sqlalchemy as sa

from connectors import _sql, _sql_errors
from connectors._map import DataMap
from connectors._reach import Layout, split
from connectors._values import Key


def demand_unique_keys(system: str, data_map: DataMap, inspector: sa.Inspector) -> None:
    """Make sure that no row can hide behind another with the same key. A view is taken at its word.

    Raises:
        OperatorError: `key_not_unique:…`; give the table a unique index or the map a better `key`.
    """
    if getattr(inspector.dialect, "promises_no_keys", False):
        return  # an export looks for itself
    for name, entry in data_map.collections.items():
        table, schema = split(data_map.table_of(name))
        if not inspector.has_table(table, schema) or table in inspector.get_view_names(schema):
            continue
        if not any(key <= {*entry.key} for key in _sql.unique_keys(inspector, table, schema)):
            raise _sql_errors.named(system, "key_not_unique", data_map.table_of(name))


def demand_one_order(
    system: str, connection: sa.Connection, layout: Layout, name: str, keys: Sequence[Key]
) -> None:
    """Make sure that no two of the person's rows are alike in their key, where the database promises nothing.

    Raises:
        OperatorError: `key_not_unique:…`; a resumed export could pass one of them over.
    """
    table, entry = layout.table(name), layout.map.collections[name]
    key = [table.c[column] for column in entry.key]
    which = layout.reached(name, table, keys)
    twice = sa.select(*key).where(which).group_by(*key).having(sa.func.count() > 1).limit(1)
    if connection.execute(twice).first() is not None:
        raise _sql_errors.named(system, "key_not_unique", layout.map.table_of(name))
