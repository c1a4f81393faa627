"""A data map is either understood or answered with the line and the next move."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from connectors import _map, _map_reading
from dsar.errors import InputError

GOOD = """
vendor: Shop
person:
  table: customers
  finds_by: {email: email}
collections:
  customers: {category: identity}
  orders:
    category: transaction
    via: {customer_id: customers.id}
"""


def complaint(folder: Path, text: str) -> str:
    path = folder / "shop.map.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        _map_reading.read(path)
    return str(caught.value)


def test_a_good_map_is_read(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(GOOD, "utf-8")

    data_map = _map_reading.read(path)

    assert data_map.collections["orders"].parent == "customers"
    assert data_map.home.key == ("id",)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("customers.id", "custmers.id", 10, "did you mean customers?"),
        ("customers.id", "customers", 10, "write it as collection.column"),
        ("category: transaction", "category: sales", 9, "'transaction'"),
        ("via:", "vai:", 10, "Extra inputs are not permitted"),
        ("    via: {customer_id: customers.id}\n", "", 8, "via: {person_id: customers.id}"),
        ("{email: email}", "{name: full_name}", 5, "a name alone never identifies anybody"),
        ("{email: email}", "{record_key: id}", 5, "never identifies"),
        ("{email: email}", "{e-mail: email}", 5, "'email'"),
        ("{email: email}", "{}", 5, "at least 1 item"),
        ("table: customers", "table: clients", 4, "clients is not among the collections"),
        ("customers.id}", "orders.id}", 10, "leads in a circle"),
        ("{category: identity}", "{category: identity, via: {a: orders.b}}", 7, "remove `via`"),
        ("customers.id}", "customers.id, b: orders.id}", 10, "the same collection"),
        ("{category: identity}", "{category: identity, columns: [a], except: [b]}", 7, "not both"),
        ("  orders:", "  customers: {category: contact}\n  orders:", 8, "stands here twice"),
        ("  orders:", "  ../orders:", 8, "lower-case letters"),
        ("  orders:", '  "or\\nders":', 8, "lower-case letters"),
        ("vendor: Shop", "vendor: [Shop", 3, "expected ',' or ']'"),
        ("vendor: Shop", "vendor: !!python/name:os.system x", 2, "could not determine a constructor"),
    ],
)
def test_a_bad_map_is_answered_with_its_line_and_the_next_move(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in GOOD

    said = complaint(tmp_path, GOOD.replace(old, new))

    assert said.startswith("map: shop.map.yaml line ")
    assert f"line {line}" in said
    assert words in said


@pytest.mark.parametrize(
    "text", ["", "[]", "42", "person: 1\ncollections: []", "\x00", "? [a]\n: b", "a: *b"]
)
def test_what_is_no_map_at_all_is_still_answered(tmp_path: Path, text: str) -> None:
    assert complaint(tmp_path, text).startswith("map: shop.map.yaml ")


def test_a_missing_or_unreadable_map_is_answered(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"\xff\xfe\xfa")

    for name in ("latin.yaml", "nowhere.yaml"):
        with pytest.raises(InputError, match="cannot be read"):
            _map_reading.read(tmp_path / name)


def test_every_complaint_is_told_at_once(tmp_path: Path) -> None:
    said = complaint(tmp_path, GOOD.replace("identity", "who").replace("transaction", "sales"))

    assert said.count("line ") == 2


names = st.sampled_from(["customers", "orders", "payments", "visits"])


@given(st.dictionaries(names, names, max_size=4))
def test_a_map_is_taken_exactly_when_every_collection_leads_to_the_person(ways: dict[str, str]) -> None:
    collections = {
        name: {"category": "identity"} | ({"via": {"a": f"{parent}.b"}} if name != "customers" else {})
        for name, parent in ({"customers": "customers"} | ways).items()
    }
    person = {"table": "customers", "finds_by": {"email": "email"}}

    def leads(name: str, steps: int = 5) -> bool:
        return name == "customers" or (steps > 0 and name in ways and leads(ways[name], steps - 1))

    complaints = list(
        _map_reading._reach(_map.DataMap.model_validate({"person": person, "collections": collections}))
    )

    assert (complaints == []) == all(leads(name) for name in collections)


def test_the_map_of_the_demo_is_good() -> None:
    path = Path("rehearsal/crm.map.yaml")

    assert set(_map_reading.read(path).collections) == set(
        yaml.safe_load(path.read_text("utf-8"))["collections"]
    )


def test_a_map_marks_what_may_speak_of_others(tmp_path: Path) -> None:
    marks = {"true": ("*",), "false": (), "[body]": ("body",)}
    for written, marked in marks.items():
        text = GOOD.replace("{category: identity}", f"{{category: identity, third_party: {written}}}")
        path = tmp_path / "map.yaml"
        path.write_text(text, "utf-8")

        assert marked == _map_reading.read(path).home.of_others


KINDS = """
person: {table: customers, finds_by: {email: email}}
restrict: {column: halted, to: true}
suppress: {marketing: {column: mails, to: false}}
collections:
  customers: {category: identity, where: {kind: person}}
  drafts: {category: financial, table: bills, via: {of: customers.id}, where: {state: draft}}
  bills: {category: financial, via: {of: customers.id}, rectify: [note], erase: {note: null}}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "where"),
    [
        ("where: {state: draft}", "where: {state: draft}, rectify: [state]", 7, "collections.drafts.rectify"),
        ("where: {state: draft}", "where: {state: draft}, erase: {state: null}", 7, "drafts.erase.state"),
        ("where: {state: draft}", "where: {state: draft}, erase: {state: hash}", 7, "drafts.erase.state"),
        ("rectify: [note]", "rectify: [state]", 8, "collections.bills.rectify"),
        ("{note: null}", "{state: {replace: x}}", 8, "collections.bills.erase.state"),
        ("halted", "kind", 3, "restrict.column"),
        ("column: mails", "column: state, collection: bills", 4, "suppress.marketing.column"),
    ],
)
def test_no_deed_moves_a_row_into_another_collection(
    tmp_path: Path, old: str, new: str, line: int, where: str
) -> None:
    """What tells kinds apart is changed by no deed, also not through another collection of that table."""
    path = tmp_path / "good.map.yaml"
    path.write_text(KINDS, "utf-8")
    assert _map_reading.read(path).collections["drafts"].where == {"state": "draft"}

    said = complaint(tmp_path, KINDS.replace(old, new))

    assert f"line {line}, " in said
    assert where in said
    assert "leave it out" in said


def test_what_tells_kinds_apart_is_not_correctable() -> None:
    entry = _map.Entry.model_validate(
        {"category": "financial", "where": {"state": "draft"}, "rectify": ["state", "note"]}
    )

    assert {"note"} == entry.correctable
