"""What a duty kept waits for a person or a machine until it is gone; a word ends only what it was about."""

from datetime import datetime, timedelta

from dsar.deeds import Seen, Verdict
from dsar.erasure import Line, Plan, plan_facts
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.overdue import Overdue, overdue, said_key
from dsar.receipts import check_fact
from dsar.vocabulary import Category, Verb
from tests.chains import AT, chain

KEPT = Fact(key="kept:2:0", kind=EvidenceKind.KEPT, at=AT, facts={"system": "shop"})
DAY = timedelta(days=1)


def ends(number: int, *lines: tuple[str, bool], at: datetime = AT, client: str = "") -> tuple[Fact, ...]:
    """Tell the plan of a duty's end: a collection of the shop each, by hand or not."""
    told = [
        Line(system="shop", collection=name, category=Category.FINANCIAL, count=1, by_hand=by_hand)
        for name, by_hand in lines
    ]
    return plan_facts(Plan(number=number, lines=tuple(told), client=client), at)


def seen(number: int, collection: str, verdict: Verdict, client: str = "") -> Fact:
    one = Seen(system="shop", collection=collection, verb=Verb.ERASE, verdict=verdict)
    return check_fact(
        one, f"checked:{number}:{collection}:{verdict}:{client}", AT, plan=number, client=client
    )


def said(late: Overdue) -> Fact:
    facts: dict[str, Scalar] = {
        "decision": "ended-by-hand",
        "system": "shop",
        "plan": late.number,
        "failed": late.failed,
    }
    return Fact(key=said_key("shop", late), kind=EvidenceKind.DECIDED, at=AT, facts=facts)


def waits(*facts: Fact, after: timedelta = 2 * DAY) -> Overdue | None:
    return overdue(chain(*facts), AT + after).get("shop")


def test_nothing_was_kept_so_nothing_is_overdue() -> None:
    assert waits(*ends(2, ("orders", True))) is None


def test_what_a_machine_erases_is_a_task_after_a_day_and_until_it_is_seen_to_be_gone() -> None:
    facts = (KEPT, *ends(2, ("orders", False)), seen(2, "orders", Verdict.STILL_PRESENT))

    assert waits(*facts, after=DAY / 2) is None
    assert waits(*facts) == Overdue(since_at=AT, number=2, by_hand=False, failed=True)
    assert waits(*facts, seen(2, "orders", Verdict.VERIFIED)) is None


def test_a_word_about_what_was_in_hands_leaves_the_machines_failure_a_task() -> None:
    facts = (KEPT, *ends(2, ("orders", True), ("notes", False)))
    early = waits(*facts, after=DAY / 2)
    assert early == Overdue(since_at=AT, number=2, by_hand=True, failed=False)
    later = waits(*facts, said(early))

    assert later == Overdue(since_at=AT, number=2, by_hand=False, failed=True)
    assert waits(*facts, said(early), said(later)) is None


def test_a_word_about_one_plan_is_none_about_a_later_one() -> None:
    facts = (KEPT, *ends(2, ("orders", True)))
    late = waits(*facts)
    assert late
    found = waits(*facts, said(late), *ends(3, ("invoices", True), at=AT + DAY))

    assert found == Overdue(since_at=AT + DAY, number=3, by_hand=True, failed=False)


def test_two_plans_are_one_task_as_old_as_the_first() -> None:
    found = waits(KEPT, *ends(2, ("orders", True)), *ends(3, ("invoices", False), at=AT + DAY))

    assert found == Overdue(since_at=AT, number=3, by_hand=True, failed=True)


def test_what_a_client_had_done_is_nothing_of_ours() -> None:
    theirs = (
        *ends(2, ("orders", False), at=AT + 9 * DAY, client="shopco"),
        seen(2, "orders", Verdict.VERIFIED, "shopco"),
    )

    assert waits(KEPT, *ends(2, ("orders", False)), *theirs) == Overdue(
        since_at=AT, number=2, by_hand=False, failed=True
    )
