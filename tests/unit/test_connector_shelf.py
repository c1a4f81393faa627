"""A connector is found by its kind; missing settings are named, secret ones are not shown."""

from pathlib import Path

import pytest

from connectors import kinds, load
from dsar.errors import InputError
from dsar.ports import Connector


def refused(kind: str, settings: dict[str, object]) -> str:
    with pytest.raises(InputError) as caught:
        load(kind, "shop", settings)
    return str(caught.value)


def test_every_file_of_the_room_is_a_kind_and_no_equipment_is() -> None:
    files = {path.stem for path in Path("connectors").glob("*.py") if not path.stem.startswith("_")}

    assert files == set(kinds())


def test_a_kind_is_loaded_by_name() -> None:
    settings = {"base_url": "https://eu.posthog.example", "project_id": 1, "api_key": "phx"}

    connector: Connector = load("posthog", "analytics", settings)

    assert connector.card.name == "analytics"


@pytest.mark.parametrize("kind", ["sq1", "_sql", "sql.x", "../sql", "", "os"])
def test_an_unknown_kind_is_answered_with_the_known_ones(kind: str) -> None:
    assert refused(kind, {}) == f"kind: choose one of: {', '.join(kinds())}"


def test_missing_settings_are_named_all_at_once() -> None:
    said = refused("posthog", {"project_id": "one", "extra": 1})

    assert all(field in said for field in ("base_url", "project_id", "api_key", "extra"))


def test_no_secret_is_shown_when_settings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("", "utf-8")
    said = [
        refused("posthog", {"base_url": "https://x.example", "project_id": 1, "api_key": ["hunter2"]}),
        refused("posthog", {"base_url": "https://me:hunter2@x.example", "project_id": 1, "api_key": "k"}),
        refused("sql", {"url": "postgresql://me:hunter2@host:port/x", "map": "rehearsal/crm.map.yaml"}),
        refused("sql", {"url": "hunter2", "map": "rehearsal/crm.map.yaml"}),
        refused("sql", {"url": "oracle9i://me:hunter2@x/y", "map": "rehearsal/crm.map.yaml"}),
        refused("sql", {"url": "postgresql://me:hunter2@x/y", "map": str(tmp_path / "map.yaml")}),
    ]

    assert not [text for text in said if "hunter2" in text]
