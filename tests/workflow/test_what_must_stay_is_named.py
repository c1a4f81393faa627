"""What a duty or a hold keeps is named with its end, and goes when the end has come (Art. 17(3))."""

from dataclasses import replace
from datetime import date, timedelta

from desk.tasks import settle, tasks
from dsar.deeds import Purpose
from dsar.duties import Duty, ErasurePolicy, Hold
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind
from dsar.holdings import Collection
from dsar.law_sets import LawSet
from dsar.vocabulary import Category, Outcome, Verb
from tests.people import ADA_EMAIL
from tests.pretend_eraser import EVERY, PretendEraser
from tests.shredding import shredded
from tests.workflow.conftest import House, refused
from tests.workflow.erasures import approved, closed, entries, system, told

ORDERS = Collection(name="orders", category=Category.FINANCIAL, title="Your orders")
YEAR = 365.25
DUTY = Duty(
    code="accounts",
    ground="17_3_b",
    law_sets=frozenset(LawSet),
    categories=frozenset({Category.FINANCIAL}),
    months=72,
    words={"en": "Tax law asks for it."},
)


def hold(**more: object) -> Hold:
    held = Hold(
        code="hold-1",
        ground="17_3_e",
        system="crm",
        collections=frozenset(),
        since=date(2020, 1, 1),
        review_on=date.today() + timedelta(days=90),  # noqa: DTZ011  # the server's clock begins today
        words={"en": "A court case."},
    )
    return replace(held, **more)  # type: ignore[arg-type]  # fields of Hold


async def finished(house: House, case: str) -> bool:
    receipts = entries(house, case, EvidenceKind.CHECKED)
    return any(entry.facts["system"] == "shop" for entry in receipts)


async def skip_retained(house: House, case: str, days: float) -> None:
    handle = house.environment.client.get_workflow_handle(f"retained/{case}")
    await house.environment.fast_forward(handle, timedelta(days=days))


async def test_what_a_duty_keeps_is_told_with_its_end_and_goes_by_itself_when_it_has_come(
    house: House,
) -> None:
    house.policy = ErasurePolicy(duties=(DUTY,))
    crm = house.add(system())
    shop = house.add(system("shop", collection=ORDERS))
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        kept = ADA_EMAIL in shop.rows
        letter = told(house)
        await skip_retained(house, case, 5 * YEAR)
        early = ADA_EMAIL in shop.rows
        with refused("duty_runs"):
            await shredded(house.desk, case, "dpo")
        await skip_retained(house, case, 1.1 * YEAR)
        await house.eventually(lambda: finished(house, case), "the engine did not finish by itself")

    assert Outcome.PARTLY_FULFILLED is house.register.case(case).outcome
    assert "Your orders: a legal obligation to keep the data (Article 17(3)(b)). Tax law asks" in letter
    assert "Then we erase it, without your having to ask again." in letter
    assert [True, True] == [kept, early]
    assert [False, False] == [ADA_EMAIL in crm.rows, ADA_EMAIL in shop.rows]
    assert 2 == len(entries(house, case, EvidenceKind.RECEIPT))


async def test_a_hold_keeps_only_what_it_names_until_somebody_lifts_it(house: House) -> None:
    house.policy = ErasurePolicy(holds=(hold(),))
    crm, shop = house.add(system()), house.add(system("shop"))
    async with house.worker():
        case = await approved(house)
        await closed(house, case)

    assert [True, False] == [ADA_EMAIL in crm.rows, ADA_EMAIL in shop.rows]
    assert "A court case." in told(house)
    assert ["hold-1"] == [e.facts["because"] for e in house.register.evidence(case) if e.kind == "kept"]
    assert Purpose.COLLECTION in {line.purpose for line in house.register.suppressed()}


async def test_what_stays_is_restricted_and_told_so(house: House) -> None:
    house.policy = ErasurePolicy(duties=(DUTY,))
    shop = house.add(PretendEraser("shop", rows={ADA_EMAIL: [{"n": 1}]}, collection=ORDERS))
    async with house.worker():
        case = await approved(house)
        await closed(house, case)

    assert {ADA_EMAIL} == shop.restricted  # type: ignore[attr-defined]  # an eraser
    assert "restricted, for that reason only" in told(house)


async def test_what_no_machine_erases_at_a_dutys_end_is_a_task_and_keeps_nothing_else_waiting(
    house: House,
) -> None:
    house.policy = ErasurePolicy(duties=(DUTY,))
    house.add(system("archive", collection=ORDERS, verbs=EVERY - {Verb.ERASE}))
    shop = house.add(system("shop", collection=ORDERS))
    broken = house.add(system("vendor", collection=ORDERS))
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        before = tasks(house.desk)
        broken.trouble = [OperatorError("vendor", "credentials_refused")] * 99
        await skip_retained(house, case, 6.1 * YEAR)
        await house.eventually(lambda: finished(house, case), "the engine did not finish by itself")
        later = house.later(house.desk.now() + timedelta(days=6.1 * YEAR + 2))
        waiting = [(task.system, task.reason) for task in tasks(later)]
        with refused("reason_missing"):
            await settle(later, case, "archive", "done", by="support", note="done")
        await shredded(later, case, "dpo")
        house.lived.remove(case)
        await settle(
            later, case, "archive", "done", by="support", note="Both boxes went through the shredder."
        )
        left = [(task.system, task.reason) for task in tasks(later)]

    assert () == before
    assert ADA_EMAIL not in shop.rows
    assert [("archive", "duty_ended.by_hand"), ("vendor", "duty_ended.not_gone")] == waiting
    assert [("vendor", "duty_ended.not_gone")] == left


async def test_what_is_gone_only_days_after_a_dutys_end_is_no_task_any_more(house: House) -> None:
    """The first look saw it still there: a later one, which does not, is what counts."""
    house.policy = ErasurePolicy(duties=(DUTY,))
    shop = house.add(system("shop", collection=ORDERS, idle=1))
    async with house.worker():
        case = await approved(house)
        await closed(house, case)
        await skip_retained(house, case, 6.1 * YEAR)
        later = house.later(house.desk.now() + timedelta(days=6.1 * YEAR + 2))
        await house.eventually(lambda: _looked(house, case, 1), "nobody looked whether it is gone")
        waiting = [(task.system, task.reason) for task in tasks(later)]
        shop.rows.pop(ADA_EMAIL)  # the vendor took its time
        await skip_retained(house, case, 3)
        await house.eventually(lambda: _looked(house, case, 2), "nobody looked again")

    assert [("shop", "duty_ended.not_gone")] == waiting
    assert () == tasks(later)


async def _looked(house: House, case: str, often: int) -> bool:
    seen = [entry.facts for entry in entries(house, case, EvidenceKind.CHECKED)]
    return often == len([facts for facts in seen if facts.get("plan", 1) != 1])
