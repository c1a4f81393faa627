"""After an erasure the whole system is looked at; what is left is decided by a person and looked at again."""

from desk import erasing
from dsar.decision_kinds import ACCEPT_GAP, MANUAL_DONE, RETRY
from dsar.deeds import Verdict
from dsar.evidence import Entry, EvidenceKind
from dsar.residue import Residue
from dsar.vocabulary import Found, IdentifierKind, Outcome, Status
from tests.people import ADA_EMAIL
from tests.pretend_eraser import PretendScanner
from tests.workflow.conftest import House
from tests.workflow.erasures import WORDS, approved, closed, entries, settle, told

LOG = Residue(place="mail_log.body", count=3)
KEY = f"uploads/for/{ADA_EMAIL}/note"
OBJECTS = Residue(place="uploads/*.txt", count=1, keys=(KEY,))
GAP = "residue:crm"


def scanned(house: House, *scans: tuple[Residue, ...], **more: object) -> PretendScanner:
    rows = {ADA_EMAIL: [{"page": "/pricing"}]}
    system = PretendScanner("crm", rows=rows, elsewhere=list(scans), **more)  # type: ignore[arg-type]  # dials
    house.add(system)
    return system


async def begun(house: House) -> str:
    case = await approved(house)
    await house.skip(case, days=8)
    return case


async def test_a_clean_system_is_scanned_once_and_nobody_is_troubled(house: House) -> None:
    crm = scanned(house, ())
    async with house.worker():
        case = await approved(house)
        await closed(house, case)

    assert Outcome.FULFILLED is house.register.case(case).outcome
    (head,) = entries(house, case, EvidenceKind.RESIDUE)
    assert (0, 9, 100) == tuple(head.facts[name] for name in ("left", "places", "records"))
    assert {Verdict.VERIFIED} == {e.facts["verdict"] for e in entries(house, case, EvidenceKind.CHECKED)}
    (identity,) = crm.looked_for
    assert (ADA_EMAIL,) == identity.of(IdentifierKind.EMAIL), "the frozen identifiers are looked for"
    assert [] == [answer.system for answer in house.register.answers(case) if answer.system == GAP]


async def test_what_is_left_waits_for_a_hand_and_is_shown_by_place_and_count(house: House) -> None:
    scanned(house, (LOG,))
    async with house.worker():
        case = await begun(house)
        await house.until(case, Status.BY_HAND)
        left = erasing.residue_of(house.desk, case)
        await settle(house, case, ACCEPT_GAP, GAP)
        await house.until(case, Status.CLOSED)

    assert [("crm", "mail_log.body", 3)] == [(t.system, t.place, t.count) for t in left.traces]
    assert 1 == left.scans["crm"].left
    assert f"crm (copies found elsewhere in it): {WORDS}" in told(house)


async def test_what_was_cleaned_by_hand_is_looked_at_again_before_it_is_believed(house: House) -> None:
    scanned(house, (LOG,), (LOG,), ())
    async with house.worker():
        case = await begun(house)
        await settle(house, case, MANUAL_DONE, GAP)
        await house.eventually(lambda: asked_again(house, case, 2), "it was not scanned again")
        await settle(house, case, MANUAL_DONE, GAP)
        await house.until(case, Status.CLOSED)

    assert [1, 1, 0] == [e.facts["left"] for e in heads(house, case)]
    assert 0 == erasing.residue_of(house.desk, case).scans["crm"].left


async def test_a_retry_scans_again_and_a_clean_scan_settles_it(house: House) -> None:
    scanned(house, (LOG,), ())
    async with house.worker():
        case = await begun(house)
        await settle(house, case, RETRY, GAP)
        await house.until(case, Status.CLOSED)

    answers = {answer.system: answer.found for answer in house.register.answers(case)}
    assert Found.DONE is answers[GAP]
    assert 2 == len(heads(house, case))


async def test_keys_of_objects_are_shown_to_staff_by_name_and_nowhere_else(house: House) -> None:
    scanned(house, (OBJECTS, LOG), ())
    async with house.worker():
        case = await begun(house)
        await house.until(case, Status.BY_HAND)
        unasked = erasing.residue_of(house.desk, case)
        shown = erasing.residue_of(house.desk, case, reveal=True, by="support_anna")
        await settle(house, case, RETRY, GAP)
        await house.until(case, Status.CLOSED)

    assert ({}, {"crm": {"uploads/*.txt": (KEY,)}}) == (unasked.keys, shown.keys)
    assert KEY not in repr((shown, OBJECTS))
    assert [("support_anna", 1)] == [
        (e.facts["by"], e.facts["objects"]) for e in entries(house, case, EvidenceKind.REVEALED)
    ]
    assert KEY not in repr(house.register.evidence(case))
    again = erasing.residue_of(house.desk, case, reveal=True, by="support_anna")
    assert {"crm": {}} == again.keys, "what is clean again is not kept"


async def test_a_place_that_could_not_be_looked_at_is_named(house: House) -> None:
    scanned(house, (Residue(place="payroll", reason="permission_missing"),))
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
    (trace,) = erasing.residue_of(house.desk, case).traces

    assert ("payroll", "permission_missing") == (trace.place, trace.reason)


def heads(house: House, case: str) -> list[Entry]:
    return [e for e in entries(house, case, EvidenceKind.RESIDUE) if "places" in e.facts]


async def asked_again(house: House, case: str, count: int) -> bool:
    return len(heads(house, case)) >= count
