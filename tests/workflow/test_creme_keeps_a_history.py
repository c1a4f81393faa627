"""A real Creme CRM: its own erasure leaves whom it erased in its history; the engine finds the lines."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors import scan
from desk import erasing
from dsar.decision_kinds import MANUAL_DONE
from dsar.deeds import Verdict
from dsar.evidence import EvidenceKind
from dsar.vocabulary import Outcome, Status
from tests.creme.office import BY_ITS_LINES, BY_ITS_MODELS, Office, built, copied
from tests.people import ADA
from tests.workflow.conftest import House
from tests.workflow.erasures import approved, entries, erased_in, known, settle

pytestmark = pytest.mark.timeout(400)
HISTORY = "creme_core_historyline.value"
GAP = "residue:office"
HELD = {
    "contact": 1,
    "entity": 1,
    "addresses": 1,
    "places": 1,
    "memos": 1,
    "tasks": 1,
    "relations": 1,
    "relations_of_others": 1,
    "history": 6,
}
# Every row of everybody but Ada (contact, entity 10) and what she shares with Eve: who is related to whom.
OTHERS = """
select 'contact', to_jsonb(t)::text from persons_contact t where last_name not like 'Osei%%'
union all select 'entity', to_jsonb(t)::text from creme_core_cremeentity t
  where id not in (select cremeentity_ptr_id from persons_contact where last_name like 'Osei%%')
    and header_filter_search_field not like '%%Osei%%'
union all select 'memo', to_jsonb(t)::text from assistants_memo t where content not like 'Ada%%'
union all select 'todo', to_jsonb(t)::text from assistants_todo t where title not like '%%Ada%%'
union all select 'history', to_jsonb(t)::text from creme_core_historyline t where value not like '%%Osei%%'
order by 1, 2
"""


@pytest.fixture(scope="session")
def creme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with built(tmp_path_factory.mktemp("creme")) as office:
        yield office


@pytest.fixture
def office(creme: Office, tmp_path: Any) -> Iterator[Office]:
    with copied(creme, tmp_path) as copy:
        yield copy


async def all_is_found(system: Any) -> None:  # a connector
    findings = await system.find(ADA)
    assert HELD == {one.collection: one.count for one in findings.holdings}


async def test_a_map_is_proposed_that_is_of_contacts_and_not_of_staff(creme: Office) -> None:
    found = await scan(creme.url.render_as_string(hide_password=False))
    assert found.proposal
    ways = {(c.table, *c.via.items()) for c in found.proposal.collections}

    assert "persons_contact" == found.proposal.person
    assert ("creme_core_cremeuser",) == found.proposal.others
    assert ("creme_core_cremeentity", ("id", "persons_contact.cremeentity_ptr_id")) in ways
    assert {
        (table, ("entity_id", "creme_core_cremeentity.id"))
        for table in ("assistants_memo", "assistants_todo", "creme_core_historyline")
    } <= ways
    assert not [c for c in found.proposal.collections if c.table.startswith("custom_entities")]
    assert not [table for table in found.proposal.left if found.proposal.left[table] == "name: label"]


async def test_what_cremes_own_erasure_forgets_is_found(office: Office) -> None:
    system: Any = office.connected(BY_ITS_MODELS)
    await system.check()
    await all_is_found(system)
    who = await known(system)
    office.erase("Osei-Quartermaine")
    found: Any = await system.scan(who)
    await system.close()

    assert {HISTORY: 2} == {one.place: one.count for one in found.found if one.count}, "address and number"
    assert [] == [one for one in found.found if one.reason]
    assert not [1 for one in ADA.identifiers if one.value in repr(found)]


async def test_an_erasure_through_the_engine_ends_only_when_the_history_is_clean(
    house: House, office: Office
) -> None:
    """The map was written by Creme's models: every deed is verified, and the scan finds what it left."""
    system: Any = office.connected(BY_ITS_MODELS)
    house.systems["office"] = system
    others = office.asked(OTHERS)
    async with house.worker():
        case = await approved(house)
        await house.skip(case, days=8)
        await house.until(case, Status.BY_HAND)
        left = erasing.residue_of(house.desk, case)
        office.asked("delete from creme_core_historyline where value like '%%Osei%%'")
        await settle(house, case, MANUAL_DONE, GAP)
        await house.until(case, Status.CLOSED)
    await system.close()

    assert [(HISTORY, 2)] == [(one.place, one.count) for one in left.traces if one.count]
    assert {Verdict.VERIFIED} == {e.facts["verdict"] for e in entries(house, case, EvidenceKind.CHECKED)}
    assert Outcome.FULFILLED is house.register.case(case).outcome
    assert others == office.asked(OTHERS)


async def test_a_map_that_knows_the_history_leaves_nothing_and_nobody_else_is_touched(office: Office) -> None:
    system: Any = office.connected(BY_ITS_LINES)
    others = office.asked(OTHERS)
    await all_is_found(system)
    verdicts, left = await erased_in(system)
    await system.close()

    assert {Verdict.VERIFIED} == verdicts
    assert () == left.found
    assert others == office.asked(OTHERS)
