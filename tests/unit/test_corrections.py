"""What may be typed as a correction, and where a record holds it (Art. 16; LAW REC-01, CAL-40)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.corrections import LONGEST, MOST, Wish, held_under, read_wishes, text_of
from dsar.errors import InputError
from dsar.rectified import Corrections, Place
from dsar.vocabulary import Category

PLAIN = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=40)


@given(PLAIN, st.none() | PLAIN)
def test_what_is_typed_is_sealed_and_read_back_as_it_was(value: str, wrong: str | None) -> None:
    said = value if wrong is None else {"wrong": wrong, "right": value}
    if wrong == value:
        return
    [wish] = read_wishes(json.dumps({"crm:people.phone": said}))

    assert (value, wrong) == (wish.value, wish.wrong)
    assert ("crm", "people", "phone") == (wish.system, wish.collection, wish.attribute)
    assert wish == Wish.from_bytes(wish.to_bytes())
    assert value not in repr(wish) or value in repr(
        Wish(attribute="", value="", system="crm", collection="people")
    )


def test_lines_say_the_same_as_json() -> None:
    lines = "phone = +44 115 555 0142\n\npeople.full name = Ada = Osei\n"

    assert read_wishes(lines) == read_wishes(
        '{"phone": "+44 115 555 0142", "people.full name": "Ada = Osei"}'
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  \n ", "corrections_missing"),
        ("{}", "corrections_missing"),
        ("phone +44", "corrections_malformed"),
        ('{"phone": ', "corrections_malformed"),
        ("{" + '"a":{' * 20_000, "corrections_too_long"),
        ('{"a":' * 9_000, "corrections_malformed"),
        ("phone = " + "9" * 1_000_000, "corrections_too_long"),
        ("phone = " + "9" * (LONGEST + 1), "correction_too_long"),
        ("\n".join(f"field{n} = x" for n in range(MOST + 1)), "corrections_too_many"),
        ("phone =", "correction_empty"),
        ('{"phone": 44}', "correction_not_text"),
        ('{"phone": null}', "correction_not_text"),
        ('{"phone": ["1"]}', "correction_not_text"),
        ('{"phone": {"right": "1", "when": "now"}}', "correction_not_text"),
        ('{"phone": {"right": "1", "wrong": 2}}', "correction_not_text"),
        ('{"phone": {"wrong": "1"}}', "correction_empty"),
        ('{"phone": {"right": "1", "wrong": "1"}}', "correction_same"),
        ('{"phone": "1\\n2"}', "correction_unwritable"),
        ('{"phone": "\\ud800"}', "correction_unwritable"),
        ('{"phone": "a\\u202eb"}', "correction_unwritable"),
        ('{"phone": "a\\u2028b"}', "correction_unwritable"),
        ("name = =cmd|' /C calc'!A0", "correction_formula"),
        ("name = @SUM(A1)", "correction_formula"),
        ("name = +1+cmd", "correction_formula"),
        ("name = -2+3", "correction_formula"),
        ("a:b:c.d = x", "correction_field"),
        ("… = x", "correction_field"),
        ("phone = 1\nPHONE = 2", "correction_twice"),
        ('{"phone": "1", "phone": "2"}', "correction_twice"),
    ],
)
def test_what_cannot_be_taken_is_named_and_never_repeated(text: str, code: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_wishes(text)

    assert code == refusal.value.reason
    assert "corrections" == refusal.value.field
    assert "calc" not in str(refusal.value)


@pytest.mark.parametrize("value", ["+44 (115) 555-0142", "-5", "O'Brien", "م\u200cن", "1990-05-01", "50 %"])
def test_phone_numbers_figures_and_names_of_all_scripts_are_taken(value: str) -> None:
    assert value == read_wishes(f"field = {value}")[0].value


def test_a_field_is_found_as_near_to_the_record_as_it_occurs() -> None:
    row = {"properties": {"phone": "1", "deeper": {"phone": "2"}}, "lists": [{"Phone": "3"}, "x"], "n": 1}

    assert [("phone", "1"), ("Phone", "3")] == held_under(row, "phone")
    assert [("n", 1)] == held_under(row, "N")
    assert [] == held_under(row, "fax")
    assert [] == held_under({"phone": {"a": 1}}, "phone")
    assert [("phone", {"$a": {"$b": 1}})] == held_under({"phone": {"$a": {"$b": 1}}}, "phone")
    assert [] == held_under({"phone": {"$a": {"b": 1}}}, "phone")


def test_a_very_deep_record_ends_the_search() -> None:
    row: dict[str, object] = {"phone": "1"}
    for _ in range(20):
        row = {"in": row}

    assert [] == held_under(row, "phone")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (5, "5"),
        ("x", "x"),
        ({"$date": {"$numberLong": "5"}}, "5"),
        ({"$date": "2024"}, "2024"),
    ],
)
def test_one_spelling_per_value(value: object, text: str) -> None:
    assert text == text_of(value)


def test_a_wish_looks_where_it_was_narrowed_to() -> None:
    wish = Wish(attribute="phone", value="1", system="crm", collection="people")

    assert wish.looks_at("crm")
    assert wish.looks_at("crm", "people")
    assert not wish.looks_at("crm", "orders")
    assert not wish.looks_at("shop", "people")


def place(number: int, system: str, rows: int, right: int = 0) -> Place:
    return Place(
        number=number,
        system=system,
        collection="people",
        category=Category.CONTACT,
        rows=rows,
        values=1,
        right=right,
        order=1,
        place=0,
    )


def test_an_accepted_one_that_stands_nowhere_concerns_every_system() -> None:
    placed = (place(1, "crm", 2), place(2, "crm", 0, right=1), place(3, "shop", 1))
    known = Corrections(count=4, places=placed, accepted=(1, 2), refused=(3,))
    lost = Corrections(count=4, places=placed, accepted=(1, 4))

    assert ("4",) == known.undecided
    assert ("crm",) == known.concerned(("shop", "crm"))
    assert ("crm", "shop") == lost.concerned(("shop", "crm"))
    assert (4,) == lost.unplaced
