"""The shelf: a connector is found by the name of its file here, or by an entry point `dsar.connectors`."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pydantic import ValidationError

from connectors._month import Monthly
from connectors._pace import Pace, handing
from dsar.errors import InputError
from dsar.ports import Connector

GROUP = "dsar.connectors"


def kinds() -> tuple[str, ...]:
    """Return every kind of connector that can be loaded."""
    return tuple(sorted({*_own(), *(entry.name for entry in entry_points(group=GROUP))}))


def load(kind: str, name: str, settings: Mapping[str, Any], pace: Pace | None = None) -> Connector:
    """Return a connector of that kind, called `name` in this installation. With a pace, its calls keep to it.

    Raises:
        InputError: `connector_unknown`, `driver_missing`, `settings_invalid` (the hint names every
            field), `budget_unheeded`, or what the connector itself finds wrong with them.
    """
    module = _module(kind)
    try:
        given = module.Settings.model_validate(dict(settings))
    except ValidationError as error:
        # A setting may be a secret: the fields are named, what stands in them is not.
        found = error.errors(include_url=False, include_input=False, include_context=False)
        hint = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in found)
    else:
        with handing(name, pace):
            connector: Connector = module.connect(name, given)
        _heeded(name, connector, pace)
        return connector
    raise InputError("settings_invalid", hint, field=name)


def _heeded(name: str, connector: Connector, pace: Pace | None) -> None:
    if isinstance(pace, Monthly) and not hasattr(connector, "erase_together"):
        hint = "this kind gives no orders that could be counted: take `per_month` out"
        raise InputError("budget_unheeded", hint, field=f"{name}.budget.per_month")


def _own() -> frozenset[str]:
    package = import_module("connectors")
    return frozenset(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_"))


def _module(kind: str) -> Any:  # noqa: ANN401 - a module with `Settings` and `connect`
    if kind in _own():
        return _opened(kind)
    for entry in entry_points(group=GROUP):
        if entry.name == kind:
            return entry.load()
    raise InputError("connector_unknown", f"choose one of: {', '.join(kinds())}", field="kind")


def _opened(kind: str) -> Any:  # noqa: ANN401 - as `_module`
    """Open a connector's file. A driver that not everybody needs comes with an extra of its name."""
    try:
        return import_module(f"connectors.{kind}")
    except ModuleNotFoundError:
        hint = f"its driver is not installed: add the extra `{kind}` (uv sync --extra {kind})"
        raise InputError("driver_missing", hint, field=kind) from None
