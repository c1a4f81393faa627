"""Rectification, told in order: found, checked by a person, written everywhere, read again, told."""

import io
import zipfile
from datetime import timedelta

from activities.disputing import disputes_of
from desk import cases, correcting
from desk.returning import undone_corrections
from dsar.case import Decision
from dsar.decision_kinds import REFUSE, RELEASE
from dsar.evidence import EvidenceKind
from dsar.recipients import Recipient
from dsar.replays import Undone
from dsar.vocabulary import Category, LetterKind, Outcome, Role, Status
from tests.histories import opened
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House, refused
from tests.workflow.corrections import NEW, OLD, WHY, WISH, add, answer, asked, facts, house_rows, shop, told
from tests.workflow.erasures import STRANGER


async def test_what_was_accepted_is_written_everywhere_and_read_again(house: House) -> None:
    crm, other = add(house, shop()), add(house, shop("shop"))
    async with house.worker():
        case = await asked(house)
        await answer(house, case, 1, "accept")
        closing = await house.life(case).result()

    assert Outcome.FULFILLED is closing.outcome
    for system in (crm, other):
        assert [NEW, None] == [row.get("phone") for row in system.rows[ADA_EMAIL]]
        assert [{"phone": OLD}] == system.rows[STRANGER]
    assert {"verified"} == {e.facts["verdict"] for e in facts(house, case, EvidenceKind.CHECKED)}
    assert f'phone: it said "{OLD}" and now says "{NEW}"' in told(house)
    both = facts(house, case, EvidenceKind.CORRECTED)
    assert ["corrections/0001"] * 2 == [entry.facts["after"] for entry in both]
    assert {"versions/crm/000001", "versions/shop/000001"} == {entry.facts["before"] for entry in both}
    for history in await house.histories(case):
        said = await opened(history, house.vault.keyring)
        assert not any(word.encode() in said for word in (NEW, OLD, WHY))
    assert NEW not in str(house.register.evidence(case))
    assert OLD not in str(house.register.evidence(case))


async def test_nothing_is_written_before_a_person_accepted_it(house: House) -> None:
    crm = add(house, shop())
    async with house.worker():
        case = await asked(house)
        [line] = correcting.corrections(house.desk, case)
        [shown] = correcting.corrections(house.desk, case, reveal=True, by="support")
        before = list(crm.written)
        await cases.withdraw(house.desk, case)
        closing = await house.life(case).result()

    assert ("undecided", [("crm", 1)]) == (line.state, [(p.system, p.rows) for p in line.places])
    assert ("", NEW, (OLD,)) == (line.right, shown.right, shown.stands)
    assert ["support"] == [e.facts["by"] for e in facts(house, case, EvidenceKind.REVEALED)]
    assert [[], []] == [before, crm.written]
    assert Outcome.WITHDRAWN is closing.outcome


async def test_a_refusal_has_a_ground_and_leaves_a_dispute_that_later_answers_disclose(house: House) -> None:
    crm = add(house, shop())
    async with house.worker():
        case = await asked(house)
        for by, ground, reason in (
            ("support", "16_accurate", "role_refused"),
            ("dpo", "17_not_met", "ground_unknown"),
        ):
            with refused(reason):
                await answer(house, case, 1, "refuse", by=by, ground=ground)
        await answer(house, case, 1, "refuse", by="dpo", ground="16_accurate")
        closing = await house.life(case).result()
        later = await house.open()
        await house.prove(later)
        await house.until(later, Status.DECIDING)
        await cases.decide(house.desk, later, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        await house.life(later).result()

    [statement] = disputes_of(house.register, house.vault, case)
    assert Outcome.REFUSED is closing.outcome
    assert LetterKind.REFUSAL not in house.post.kinds
    assert "the data is accurate (Article 16)" in told(house)
    assert [[], OLD] == [crm.written, crm.rows[ADA_EMAIL][0]["phone"]]
    assert ("phone", NEW, "16_accurate") == tuple(
        statement[name] for name in ("disputed", "should_say", "left_because")
    )
    assert ["disputes/0001"] == [e.facts["statement"] for e in facts(house, case, EvidenceKind.DISPUTED)]
    with zipfile.ZipFile(io.BytesIO(house.vault.get(later, "bundle/answer.zip"))) as bundle:
        assert NEW.encode() in bundle.read("data/disputes/statements.jsonl")


async def test_some_accepted_and_some_refused_is_told_line_by_line(house: House) -> None:
    crm = add(house, shop())
    async with house.worker():
        case = await asked(house, f"{WISH}\nname = Ada B. Osei")
        await answer(house, case, 2, "refuse", by="dpo", ground="16_record")
        with refused("no_such_correction"):
            await answer(house, case, 2, "accept")
        await answer(house, case, 1, "accept")
        closing = await house.life(case).result()

    assert Outcome.PARTLY_FULFILLED is closing.outcome
    assert {"phone": NEW, "name": "Ada"} == crm.rows[ADA_EMAIL][0]
    assert "name: it is an opinion" in told(house)


async def test_recipients_learn_what_is_right_if_they_were_given_that_kind(house: House) -> None:
    house.company.receivers = (
        Recipient(code="mailing", name="Mill", email="m@mill.example", categories=frozenset(Category)),
        Recipient(code="audit", name="Q", email="q@q.example", categories=frozenset({Category.FINANCIAL})),
    )
    house.add(shop())
    async with house.worker():
        case = await asked(house)
        await answer(house, case, 1, "accept")
        await house.eventually(lambda: house.wrote(LetterKind.RECIPIENT_NOTICE), "nobody was told")
        await house.until(case, Status.DECIDING)
        confirmed = Decision(kind="recipient-confirmed", by="support", role=Role.SUPPORT, system="mailing")
        await cases.decide(house.desk, case, confirmed)
        await house.life(case).result()

    [(to, letter)] = [(to, one) for to, one in house.post.letters if one.kind is LetterKind.RECIPIENT_NOTICE]
    assert "m@mill.example" == to
    assert f"phone: {NEW}" in letter.text


async def test_of_whom_nothing_is_held_nothing_is_corrected(house: House) -> None:
    house.add(house_rows("crm", {}))
    async with house.worker():
        case = await asked(house)
        await cases.decide(house.desk, case, Decision(kind=RELEASE, by="dpo", role=Role.DPO))
        closing = await house.life(case).result()

    assert Outcome.NOTHING_HELD is closing.outcome


async def test_the_whole_request_can_be_refused(house: House) -> None:
    house.add(shop())
    async with house.worker():
        case = await asked(house)
        tried = {"tried": "clarify"}
        refusal = Decision(kind=REFUSE, by="dpo", role=Role.DPO, ground="12_5_excessive", facts=tried)
        await cases.decide(house.desk, case, refusal, WHY)
        closing = await house.life(case).result()

    assert Outcome.REFUSED is closing.outcome
    assert LetterKind.REFUSAL in house.post.kinds


async def test_california_corrects_by_its_own_ground(house: House) -> None:
    house.add(shop())
    async with house.worker():
        case = await asked(house, right="correct", regime="US-CA")
        with refused("ground_unknown"):
            await answer(house, case, 1, "refuse", by="dpo", ground="16_accurate")
        await answer(house, case, 1, "refuse", by="dpo", ground="CAL-40")
        closing = await house.life(case).result()

    assert Outcome.REFUSED is closing.outcome
    assert "delete the information instead" in told(house)


async def test_a_rectification_without_its_corrections_is_not_opened(house: House) -> None:
    with refused("corrections_missing"):
        await house.open(right="rectification")
    with refused("corrections_not_asked"):
        await house.open(corrections=WISH)


async def test_after_a_restore_it_is_said_which_corrections_are_to_be_made_again(house: House) -> None:
    crm = add(house, shop())
    today = house.desk.now().date()
    async with house.worker():
        case = await asked(house)
        await answer(house, case, 1, "accept")
        await house.life(case).result()
        refused_one = await asked(house)
        await answer(house, refused_one, 1, "refuse", by="dpo", ground="16_accurate")
        await house.life(refused_one).result()
    crm.rows[ADA_EMAIL] = [{"phone": OLD}]  # the back-up

    assert (Undone(case_id=case, systems=("crm",), known=True),) == undone_corrections(house.desk, str(today))
    assert () == undone_corrections(house.desk, str(today + timedelta(days=1)))
    assert NEW not in repr(undone_corrections(house.desk, str(today)))
