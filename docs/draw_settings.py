"""Draws the page of settings from `settings.Settings`: name, default, meaning."""

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from settings import Settings

INTRO = """Everything the engine asks of its environment, read once at start by `settings.py`.
A name that ends in `_FILE` is the path of a file that holds the value: secrets belong there.
A value that cannot be used stops the program, which names the variable and says what it should be.

Temporal's own settings keep Temporal's names: `TEMPORAL_ADDRESS` (`localhost:7233` if unset),
`TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY` and the others of its environment configuration.
AWS's keep AWS's names, except that the region is `DSAR_S3_REGION`.
What each connected system needs stands in `systems.yaml`; see [connectors](connectors.md)."""


def settings_page(note: str) -> str:
    """Every setting, in the order of the file."""
    rows = [row(name, field) for name, field in Settings.model_fields.items()]
    table = "\n".join(["| name | default | meaning |", "|---|---|---|", *rows])
    return f"{note}\n\n# Settings\n\n{INTRO}\n\n{table}\n"


def row(name: str, field: FieldInfo) -> str:
    """One setting as a line of a table."""
    meaning = " ".join((field.description or "").split())
    return f"| `DSAR_{name.upper()}` | {default(field)} | {meaning} |"


def default(field: FieldInfo) -> str:
    """What holds if nothing is set."""
    return "must be given" if field.default is PydanticUndefined else cell(field.default)


def cell(value: object) -> str:
    """A default as it stands in a table: a dash for nothing."""
    if value is None or value == "":
        return "—"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
