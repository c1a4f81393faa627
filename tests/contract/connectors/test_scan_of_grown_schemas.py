"""A scan of a schema that grew: staff beside customers, rows over two tables, guests, labels, JSON."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors import scan
from connectors._scan import Proposal

SCHEMA = """
create table staff_user (id integer primary key, username varchar(80), email varchar(200),
  full_name varchar(80), password varchar(80), is_superuser boolean);
create table entity (id integer primary key, owner_id integer not null references staff_user (id), note text);
create table persons_address (id integer primary key, entity_id integer not null references entity (id),
  city varchar(80), zipcode varchar(20));
create table persons_contact (entity_id integer primary key references entity (id), email varchar(200),
  last_name varchar(80), phone varchar(40), birthday date, home_id integer references persons_address (id),
  account_id integer references staff_user (id));
create table organisation (entity_id integer primary key references entity (id), name varchar(80),
  address_id integer references persons_address (id));
create table organisation_share (id integer primary key, organisation_id integer not null
  references organisation (entity_id), holder_name varchar(80));
create table memo (id integer primary key, entity_id integer not null references entity (id),
  owner_id integer not null references staff_user (id), content text);
create table log_entry (id integer primary key, entity_id integer references entity (id),
  owner_id integer not null references staff_user (id), line text);
create table colour (id integer primary key, name varchar(80));
create table preference (id integer primary key, password_change_enabled boolean, mail_template text,
  price integer);
create table card (id integer primary key, contact_id integer not null
  references persons_contact (entity_id));
create table purchase (id integer primary key, contact_id integer references persons_contact (entity_id),
  email varchar(200));
create table position (id integer primary key, card_id integer references card (id),
  purchase_id integer not null references purchase (id));
create table outbox (id integer primary key, contact_id integer references persons_contact (entity_id),
  purchase_id integer references purchase (id), recipients json);
create table list_member (id integer primary key, address varchar(200));
create table form (id integer primary key, answer_sheet json);
create table remark (id integer primary key, about_type varchar(80), about_id integer, body text);
insert into staff_user values (1, 'sam', 'sam@staff.example', 'Sam', 'x', 1);
insert into entity values (1, 1, '');
insert into persons_contact values
  (1, 'ada.osei@subject.example', 'Osei', '+44 20 7946 0101', null, null, null);
insert into log_entry values
  (1, 1, 1, '["Osei", ["email", "old@subject.example", "ada.osei@subject.example"]]');
insert into purchase values (1, null, 'ada.osei@subject.example');
insert into outbox values (1, null, 1, '["ada.osei@subject.example"]');
insert into list_member values (1, 'ada.osei@subject.example');
insert into form values (1, '{"given_name": "Ada", "shoe": 38}');
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'grown.sqlite'}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for statement in SCHEMA.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    engine.dispose()
    return address


async def proposed(url: str, person: str = "") -> Proposal:
    found = (await scan(url, person=person)).proposal
    assert found
    return found


def ways(found: Proposal) -> set[tuple[str, str]]:
    return {
        (each.table, " and ".join(f"{a} = {b}" for a, b in each.via.items())) for each in found.collections
    }


async def test_staff_who_own_everything_are_not_taken_for_those_it_is_about(url: str) -> None:
    found = await proposed(url)

    assert "persons_contact" == found.person
    assert ("staff_user", "list_member") == found.others
    assert "# A row may be a person here, too" in (await scan(url)).text
    assert "persons_contact" in found.questions, "it was a near thing: somebody looks"
    assert "staff_user" == (await proposed(url, "staff_user")).person


async def test_a_row_that_goes_on_in_a_general_table_is_followed_there_and_not_to_other_kinds(
    url: str,
) -> None:
    found = await proposed(url)
    sure = {each.table: each.confidence for each in found.collections}

    assert {
        ("entity", "id = persons_contact.entity_id"),
        ("memo", "entity_id = entity.id"),
        ("log_entry", "entity_id = entity.id"),
        ("persons_address", "entity_id = entity.id"),
    } <= ways(found)
    assert ("organisation", "entity_id = entity.id") not in ways(found)
    assert sure["organisation"] < sure["memo"], "it has an address of theirs, and is not theirs for that"
    assert "organisation_share" not in sure


async def test_what_others_share_with_the_person_leads_no_further(url: str) -> None:
    found = await proposed(url)

    assert ("staff_user", "id = persons_contact.account_id") in ways(found)
    assert not [each for each in found.collections if "staff_user.id" in each.via.values()]


async def test_a_key_that_is_always_filled_comes_first_and_those_that_may_be_empty_all(url: str) -> None:
    found = ways(await proposed(url))

    assert {way for way in found if way[0] == "position"} == {("position", "purchase_id = purchase.id")}
    assert {way for way in found if way[0] == "outbox"} == {
        ("outbox", "contact_id = persons_contact.entity_id"),
        ("outbox", "purchase_id = purchase.id"),
    }
    assert {way for way in found if way[0] == "purchase"} == {
        ("purchase", "contact_id = persons_contact.entity_id"),
        ("purchase", "email = persons_contact.email"),
    }, "a guest's purchase names nobody but their address"


async def test_labels_switches_templates_and_prices_are_nobodys(url: str) -> None:
    found = await proposed(url)

    assert "" == found.left["colour"]
    assert "" == found.left["preference"]
    assert "answer_sheet: text" == found.left["form"], "a key within JSON says so"
    assert ("list_member", "address = persons_contact.email") in ways(found), "an address of e-mail"


async def test_a_table_that_belongs_to_many_kinds_is_named_with_what_tells_them_apart(url: str) -> None:
    found = await proposed(url)

    assert "body: text, about_type says of what kind, see `where`" == found.left["remark"]


async def test_a_map_that_erases_by_columns_is_told_what_outlasts_it(url: str, tmp_path: Path) -> None:
    (tmp_path / "own.map.yaml").write_text("""
person: {table: persons_contact, finds_by: {email: email}}
collections:
  persons_contact: {category: identity, key: entity_id, erase: {email: null, last_name: null}}
  entity: {category: profile, via: {id: persons_contact.entity_id}}
  log_entry: {category: technical_usage, via: {entity_id: entity.id}, erase: {entity_id: null}}
""")
    found = await scan(url, data_map=tmp_path / "own.map.yaml")

    assert {one.where for one in found.drift if one.code == "column_outlasts"} == {
        "persons_contact.phone",
        "persons_contact.birthday",
        "log_entry.line",
    }
