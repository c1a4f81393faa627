"""Our own records go when their time is over, never before, and never while something forbids it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.erasure import Line, Plan, plan_facts
from dsar.errors import InputError
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar, link
from dsar.ports import Change
from dsar.retention import (
    Block,
    Periods,
    RecordKind,
    duty_runs,
    is_doomed,
    is_held,
    kept,
    shredding_key,
)
from dsar.standing import standing
from dsar.vocabulary import Category, Right, Status
from policy.retention import lint_periods, load
from tests.contract.register.registers import request
from tests.pretend_register import MemoryRegister
from tests.workflow.conftest import PERIODS

FILE = Path("policy/retention.yaml")
CLOSED_AT = datetime(2024, 2, 29, 12, tzinfo=UTC)
ASKED = request("case_" + "a" * 20)


def fact(key: str, kind: EvidenceKind, **told: Scalar) -> Fact:
    return Fact(key=key, kind=kind, at=CLOSED_AT, facts=told)


def chain(*facts: Fact) -> list[Entry]:
    entries: list[Entry] = []
    for one in facts:
        entries.append(link(ASKED.case_id, entries[-1] if entries else None, one))
    return entries


CLOSING = fact("closed", EvidenceKind.CLOSED)
HELD = fact("held:1", EvidenceKind.HELD)
LIFTED = fact("lifted:1", EvidenceKind.HOLD_LIFTED)


def times(
    entries: list[Entry], *, complains: bool = False, suppressed: bool = False
) -> dict[RecordKind, date]:
    found = kept(ASKED, entries, PERIODS, complains=complains, suppressed=suppressed)
    return {one.kind: one.until for one in found}


def blocks(
    entries: list[Entry], *, complains: bool = False, suppressed: bool = False
) -> dict[str, set[Block]]:
    found = kept(ASKED, entries, PERIODS, complains=complains, suppressed=suppressed)
    return {one.kind.value: set(one.blocks) for one in found}


def test_each_kind_has_a_time_of_its_own_from_the_last_action() -> None:
    assert {
        RecordKind.IDENTITY: date(2024, 3, 14),
        RecordKind.PARCELS: date(2024, 4, 11),
        RecordKind.CASE: date(2027, 2, 28),
        RecordKind.EVIDENCE: date(2034, 2, 28),
    } == times(chain(CLOSING))


def test_of_an_open_case_nothing_goes() -> None:
    assert {} == times(chain(fact("opened", EvidenceKind.OPENED)))
    assert {} == times(chain(fact("send", EvidenceKind.DELIVERY_OFFERED)))


def test_an_answer_that_is_sent_again_begins_the_time_anew() -> None:
    entries = chain(CLOSING)
    later = Fact(key="offer:2", kind=EvidenceKind.DELIVERY_OFFERED, at=CLOSED_AT + timedelta(days=10))

    assert date(2024, 4, 21) == times([*entries, link(ASKED.case_id, entries[-1], later)])[RecordKind.PARCELS]


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)), st.integers(1, 30), st.integers(0, 70)
)
def test_a_case_never_goes_before_its_chain(since: date, years: int, more: int) -> None:
    periods = Periods(
        identity=timedelta(days=1),
        parcels=timedelta(weeks=1),
        case_years=years,
        evidence_years=years + more,
        events=timedelta(days=1),
    )

    assert periods.ends_on(RecordKind.CASE, since) <= periods.ends_on(RecordKind.EVIDENCE, since)


def test_what_went_is_not_kept_any_more() -> None:
    removed = fact("expired:parcels", EvidenceKind.RECORD_REMOVED, record="parcels")
    shredded = fact("shredded", EvidenceKind.SHREDDED)

    assert RecordKind.PARCELS not in times(chain(CLOSING, removed))
    assert {RecordKind.EVIDENCE} == set(times(chain(CLOSING, shredded)))


def test_a_hold_and_a_complaint_keep_everything() -> None:
    for entries, complains, block in (
        (chain(CLOSING, HELD), False, Block.HELD),
        (chain(CLOSING), True, Block.COMPLAINT_OPEN),
    ):
        found = kept(ASKED, entries, PERIODS, complains=complains, suppressed=False)

        assert {(block,)} == {one.blocks for one in found}
        assert not any(one.is_due(date.max) for one in found)


def test_an_open_restriction_keeps_all_that_lifting_it_needs_and_lets_the_parcels_go() -> None:
    found = blocks(chain(fact("restricted", EvidenceKind.WAITING), CLOSING))

    assert {Block.RESTRICTION_OPEN} == found["case"] == found["evidence"] == found["identity"]
    assert set() == found["parcels"]


def test_the_suppression_list_keeps_the_chain_it_leans_on() -> None:
    assert {Block.SUPPRESSED} == blocks(chain(CLOSING), suppressed=True)["evidence"]
    assert set() == blocks(chain(CLOSING), suppressed=True)["case"]


def test_a_dispute_keeps_the_case_that_holds_it_until_people_shred_it() -> None:
    """It goes with what is shown of the person, and no calendar knows for how long that is."""
    disputed = fact("disputed:1", EvidenceKind.DISPUTED)
    standing = blocks(chain(CLOSING, disputed))
    gone = blocks(chain(CLOSING, disputed, fact("shredded", EvidenceKind.SHREDDED)))

    assert {Block.DISPUTED} == standing["case"] == standing["evidence"]
    assert set() == standing["identity"] == standing["parcels"] == gone["evidence"]


def plan(number: int, ground: str) -> tuple[Fact, ...]:
    line = Line(system="shop", collection="orders", category=Category.FINANCIAL, count=1, ground=ground)
    return plan_facts(Plan(number=number, lines=(line,)), CLOSED_AT)


def test_a_duty_runs_until_a_later_plan_lets_its_records_go() -> None:
    keeping = fact("kept:2:0", EvidenceKind.KEPT, system="shop", collection="orders")
    waiting = chain(*plan(1, "17_3_b"), keeping, CLOSING)
    over = chain(*plan(1, "17_3_b"), keeping, CLOSING, *plan(2, ""))

    assert duty_runs(waiting)
    assert {Block.DUTY_RUNS} == blocks(waiting)["case"]
    assert not duty_runs(over)
    assert not duty_runs(chain(CLOSING))


def test_of_hold_and_shredding_the_one_that_came_first_counts() -> None:
    """Of every order of the two, exactly one comes of it: held, or doomed."""
    begun, again = (fact(f"shredding:{number}", EvidenceKind.BEGUN) for number in range(2))

    assert is_doomed(chain(CLOSING, begun))
    assert is_doomed(chain(CLOSING, begun, HELD))
    assert not is_doomed(chain(CLOSING, HELD, begun))
    assert not is_doomed(chain(CLOSING, HELD, LIFTED))
    assert is_doomed(chain(CLOSING, HELD, LIFTED, again))
    assert [True, False] == [is_held(chain(CLOSING, HELD)), is_held(chain(CLOSING, HELD, LIFTED))]
    keys = [shredding_key(chain(*facts)) for facts in ((CLOSING,), (HELD,), (HELD, LIFTED))]
    assert ["shredding:0", "shredding:1", "shredding:2"] == keys


def opened_for(register: MemoryRegister, right: Right, subject_id: str, *, closed: bool) -> str:
    asked = request(right=right, subject_id=subject_id)
    register.open_case(asked, fingerprint="a" * 64, intake_key=asked.case_id, at=CLOSED_AT)
    if closed:
        change = Change(status=Status.CLOSED, closed_at=CLOSED_AT)
        register.record(asked.case_id, fact("closed", EvidenceKind.CLOSED), change)
    return asked.case_id


@pytest.mark.parametrize("right", [Right.COMPLAINT, Right.APPEAL])
def test_an_open_complaint_keeps_that_persons_cases_and_the_one_it_is_tied_to(right: Right) -> None:
    register = MemoryRegister()
    theirs = opened_for(register, Right.ACCESS, "sub_1", closed=True)
    other = opened_for(register, Right.ACCESS, "sub_2", closed=True)
    tied = opened_for(register, Right.ERASURE, "sub_3", closed=True)
    complaint = opened_for(register, right, "sub_1", closed=False)
    register.record(complaint, fact("about", EvidenceKind.LINKED, case=tied, right="erasure", how="about"))
    found = {(one.case_id, one.blocks) for one in standing(register, register.cases(), PERIODS)}

    assert {(theirs, (Block.COMPLAINT_OPEN,)), (tied, (Block.COMPLAINT_OPEN,)), (other, ())} == found


def test_what_is_open_has_no_end_yet() -> None:
    register = MemoryRegister()
    opened_for(register, Right.ACCESS, "sub_1", closed=False)

    assert [] == list(standing(register, register.cases(), PERIODS))


def test_the_example_has_no_defect() -> None:
    assert () == lint_periods(load(FILE))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("parcels_weeks: 1", "parcels_too_short"),
        ("evidence_years: 1", "evidence_too_short"),
        ("case_years: 9", "case_too_long"),
    ],
)
def test_times_that_do_not_fit_together_are_named(line: str, code: str, tmp_path: Path) -> None:
    found = lint_periods(load(changed(line, tmp_path)))

    assert [code] == [defect.code for defect in found]
    assert all(defect.move and defect.law for defect in found)


@pytest.mark.parametrize(
    "line", ["case_years: 0", "case_years: soon", "case_years: 3\ncase_years: 4", "years: 3"]
)
def test_a_file_that_cannot_be_taken_names_line_and_move(line: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"retention.yaml, line \d+: "):
        load(changed(line, tmp_path))


def changed(line: str, folder: Path) -> Path:
    name = line.partition(":")[0]
    lines = FILE.read_text().splitlines()
    path = folder / "retention.yaml"
    rest = [one for one in lines if not one.startswith(f"{name}:")]
    path.write_text("\n".join([*rest, line]) + "\n")
    return path
