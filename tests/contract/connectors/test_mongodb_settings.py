"""What is wrong with a map, an address or the installation is said before a MongoDB is asked."""

import sys
from pathlib import Path

import pytest

from connectors import load
from dsar.errors import InputError

BASE = """
person: {table: people, finds_by: {email: email}}
collections:
  people: {category: identity%s}
"""


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        (BASE % ", key: email", "`_id`"),
        (BASE % ", where: {kind: person}", "remove `where`"),
        (BASE % ", secret: {a.b: password}", "whole fields"),
        (BASE % ", except: ['$where']", "begins with"),
        (BASE % ", except: ['a..b']", "begins with"),
        (BASE % "" + "  notes: {category: support, via: {a: people.a, b: people.b}}\n", "one field"),
        (BASE % ", erase: {email: hash}", "32 characters"),
    ],
)
def test_a_map_that_only_a_table_could_mean_is_refused(tmp_path: Path, said: str, hint: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(said, "utf-8")
    url = "mongodb://127.0.0.1:1/shop"

    with pytest.raises(InputError, match=hint):
        load("mongodb", "docs", {"url": url, "write_url": url, "map": path})


@pytest.mark.parametrize("url", ["nonsense", "mongodb://a:b:c@h", "mongodb://127.0.0.1:1"])
def test_an_address_that_cannot_be_taken_is_not_repeated(tmp_path: Path, url: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(BASE % "", "utf-8")

    with pytest.raises(InputError) as told:
        load("mongodb", "docs", {"url": url, "map": path})

    assert url not in str(told.value)


def test_a_missing_driver_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        name for name in sys.modules if name.startswith(("connectors.mongodb", "connectors._mongo"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("pymongo", "bson"):
        monkeypatch.setitem(sys.modules, name, None)  # so Python marks what cannot be imported

    with pytest.raises(InputError, match="uv sync --extra mongodb"):
        load("mongodb", "docs", {})
