"""What one system teaches leads to the person in another, and never to somebody else unnoticed."""

from desk import cases
from dsar.person import Identifier
from dsar.reaching import MOST, Confidence, way_to
from dsar.vocabulary import Found, IdentifierKind, Status
from tests.people import ADA_EMAIL, ADA_PHONE
from tests.pretend_tools import PretendSystem
from tests.workflow.conftest import House
from tests.workflow.test_no_system_is_left_unknown import HELD, found, proved

NUMBER = Identifier(kind=IdentifierKind.PHONE, value=ADA_PHONE, system="crm")
BOTH = frozenset({IdentifierKind.EMAIL, IdentifierKind.PHONE})
PHONE = frozenset({IdentifierKind.PHONE})


async def searched(house: House, waits: Status) -> str:
    """A case whose search is over; it is withdrawn then."""
    async with house.worker():
        case = await proved(house)
        await house.until(case, waits)
        await cases.withdraw(house.desk, case)
        await house.life(case).result()
    return case


async def test_the_path_to_each_system_is_on_record(house: House) -> None:
    house.add(PretendSystem("crm", rows=HELD, teaches={ADA_EMAIL: NUMBER}))
    house.add(PretendSystem("support", rows={ADA_PHONE: [{"n": 1}]}, finds_by=PHONE))

    case = await searched(house, Status.DECIDING)

    paths = {one.system: one for one in cases.show(house.desk, case).reached}
    assert {"crm": Found.FOUND, "support": Found.FOUND} == found(house, case)
    assert "phone (crm, by email (request))" == way_to("support", paths)
    assert [Confidence.PROVED, Confidence.TAUGHT] == [paths[name].confidence for name in ("crm", "support")]


async def test_a_number_that_leads_to_a_second_record_stops_for_a_person(house: House) -> None:
    """Two people of one household share it: only the system that is in doubt waits."""
    house.add(PretendSystem("crm", rows=HELD, teaches={ADA_EMAIL: NUMBER}))
    knows = {ADA_EMAIL: "1", ADA_PHONE: "2"}
    house.add(PretendSystem("support", rows=HELD, finds_by=BOTH, knows_by=knows))

    case = await searched(house, Status.BY_HAND)

    reasons = {a.system: a.reason for a in house.register.answers(case)}
    assert {"crm": Found.FOUND, "support": Found.AMBIGUOUS} == found(house, case)
    assert {"crm": "", "support": "taught_leads_to_another"} == reasons


async def test_a_record_that_teaches_a_whole_list_teaches_nobody(house: House) -> None:
    many = tuple(
        Identifier(kind=IdentifierKind.PHONE, value=f"+4420794{n:05d}", system="crm") for n in range(MOST)
    )
    house.add(PretendSystem("crm", rows=HELD, teaches={ADA_EMAIL: many}))
    support = house.add(PretendSystem("support", rows={many[0].value: [{"n": 1}]}, finds_by=PHONE))

    case = await searched(house, Status.BY_HAND)

    assert {"crm": Found.AMBIGUOUS, "support": Found.NOTHING_HELD} == found(house, case)
    assert 1 == support.searches
