"""A system that no longer finds its canary is told to people once, and once more when it does again."""

from dsar.canaries import Canary, CanaryLook
from dsar.errors import OperatorError
from dsar.person import Identifier, Identity
from dsar.vocabulary import IdentifierKind
from tests.histories import opened
from tests.people import ADA_EMAIL
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House, assert_nobody_is_named
from workflows.canary import DsarCanary

# Ada plays the canary, so that the history can be searched for her as for any person.
IDENTITY = Identity(identifiers=(Identifier(kind=IdentifierKind.EMAIL, value=ADA_EMAIL),))


def planted(house: House, *systems: str) -> PretendSystem:
    house.canaries.append(Canary(name="north", systems=systems, identity=IDENTITY))
    return house.add(PretendSystem(name="crm", rows={ADA_EMAIL: [{"page": "/"}]}))


async def heard(house: House) -> list[str]:
    """Make one round; return the reasons, and see that its history names nobody."""
    client = house.environment.client
    handle = await client.start_workflow(DsarCanary.run, id=f"canary/{house.queue}", task_queue=house.queue)
    looks: tuple[CanaryLook, ...] = await handle.result()
    history = await handle.fetch_history()
    assert_nobody_is_named(b"".join(event.SerializeToString() for event in history.events))
    assert_nobody_is_named(await opened(history, house.vault.keyring))
    return [look.reason for look in looks]


async def test_a_canary_that_is_found_disturbs_nobody(house: House) -> None:
    planted(house, "crm")
    async with house.worker():
        assert [""] == await heard(house)

    assert [] == house.post.notices


async def test_a_connector_that_finds_nobody_any_more_is_told_once_and_its_recovery_too(house: House) -> None:
    crm = planted(house, "crm")
    rows, crm.rows = crm.rows, {}
    async with house.worker():
        said = [await heard(house) for _ in range(3)]
        crm.rows = rows
        said += [await heard(house) for _ in range(2)]

    assert [["not_found"]] * 3 + [[""]] * 2 == said
    leads = [notice.subject for to, notice in house.post.notices if to == "team_lead@larkfield.example"]
    assert ["SILENT: crm", "Found again: crm"] == leads
    assert {"dpo@larkfield.example", "team_lead@larkfield.example"} == {to for to, _ in house.post.notices}
    (state,) = house.register.canaries()
    assert not state.silent


async def test_a_system_that_was_taken_out_is_silent_as_well(house: House) -> None:
    planted(house, "crm", "attic")
    async with house.worker():
        assert ["", "not_registered"] == await heard(house)


async def test_a_refused_key_and_several_people_are_silences(house: House) -> None:
    crm = planted(house, "crm")
    crm.trouble = [OperatorError("crm", "credentials_refused")]
    async with house.worker():
        first = await heard(house)
        crm.people = 2
        second = await heard(house)

    assert (["credentials_refused"], ["several_people"]) == (first, second)


async def test_where_no_canary_is_planted_nothing_is_looked_for(house: House) -> None:
    async with house.worker():
        assert [] == await heard(house)
