"""Canaries as they are read, judged, and shown at the desk."""

from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.client import Client

from calendars import HolidayCalendars
from desk.desk import Desk
from desk.systems import health
from dsar.canaries import SEVERAL, CanaryLook, CanaryOrder, after, changed, judged
from dsar.errors import InputError, TemporaryError
from dsar.holdings import Findings, Holding
from dsar.vocabulary import Category, IdentifierKind
from policy.canaries import load
from tests.answered import AT
from tests.people import ADA_EMAIL
from tests.pretend_register import MemoryRegister
from tests.pretend_relays import PretendArrivals, PretendBook
from tests.pretend_tools import PretendCompany, PretendPost, PretendSystem
from tests.pretend_vault import MemoryVault

ROW = "canaries:\n  - name: north\n    identifiers: north.yaml\n    systems: [crm, crm, shop]\n"
reasons = st.sampled_from(["", "not_found", "unreachable"])


def written(folder: Path, rows: str = ROW, secret: str = f"email: {ADA_EMAIL}\naccount_id: C-1\n") -> Path:
    (folder / "north.yaml").write_text(secret)
    path = folder / "canaries.yaml"
    path.write_text(rows)
    return path


def test_a_canary_is_read_with_its_secret_file(tmp_path: Path) -> None:
    (canary,) = load(written(tmp_path))

    assert ("north", ("crm", "shop")) == (canary.name, canary.systems)
    assert (ADA_EMAIL,) == canary.identity.of(IdentifierKind.EMAIL)
    assert ADA_EMAIL not in repr(canary)


def test_the_file_that_is_shipped_plants_none() -> None:
    assert () == load(Path("policy/canaries.yaml"))


@pytest.mark.parametrize(
    ("rows", "secret"),
    [
        (ROW, "nothing: here\n"),
        (ROW, "{}\n"),
        (ROW, f"email: [{ADA_EMAIL}]\n"),
        (ROW, f"- {ADA_EMAIL}\n"),
        (ROW.replace("north\n", "North Person\n"), "email: a@subject.example\n"),
        (ROW + ROW.partition("\n")[2], "email: a@subject.example\n"),
        (ROW.replace("[crm, crm, shop]", "[]"), "email: a@subject.example\n"),
        (ROW.replace("north.yaml", "gone.yaml"), "email: a@subject.example\n"),
    ],
)
def test_what_cannot_be_taken_is_named_and_no_value_repeated(tmp_path: Path, rows: str, secret: str) -> None:
    with pytest.raises(InputError) as refused:
        load(written(tmp_path, rows, secret))

    assert ADA_EMAIL not in str(refused.value)
    assert ".yaml" in f"{refused.value.hint}{refused.value.field}"


@given(st.lists(reasons, min_size=1, max_size=12))
def test_a_silence_is_news_when_it_begins_and_when_it_ends(rounds: list[str]) -> None:
    known, news = (), []
    for number, reason in enumerate(rounds):
        looks = [CanaryLook(canary="north", system="crm", reason=reason)]
        news += [bool(look.reason) for look in changed(known, looks)]
        known = after(known, looks, AT.replace(day=number + 1))  # type: ignore[assignment]
    turns = [bool(a) for a, b in zip(rounds, ["", *rounds], strict=False) if bool(a) is not bool(b)]

    assert turns == news


class Away:
    """Temporal, while it cannot be reached."""

    @property
    def service_client(self) -> object:
        raise RuntimeError


def desk(register: MemoryRegister) -> Desk:
    return Desk(
        client=cast("Client", Away()),
        register=register,
        vault=MemoryVault(),
        company=PretendCompany(),
        calendars=HolidayCalendars(),
        task_queue="none",
        relays=PretendBook(),
        arrivals=PretendArrivals(),
    )


async def test_a_system_that_answers_and_does_not_find_its_canary_is_not_healthy() -> None:
    register = MemoryRegister()
    looks = [CanaryLook(canary="north", system=s, reason=r) for s, r in (("crm", "not_found"), ("shop", ""))]
    register.note_canaries(looks, AT)
    systems = {name: PretendSystem(name=name) for name in ("crm", "shop", "attic")}
    found = {one.name: one for one in await health(desk(register), systems, PretendPost())}

    assert (False, "canary_silent") == (found["crm"].ok, found["crm"].reason)
    assert (True, 1) == (found["shop"].ok, len(found["shop"].canaries))
    assert (True, ()) == (found["attic"].ok, found["attic"].canaries)


async def test_a_system_that_was_taken_out_under_its_canary_is_shown_all_the_same() -> None:
    register = MemoryRegister()
    register.note_canaries([CanaryLook(canary="north", system="attic", reason="not_registered")], AT)
    found = {one.name: one for one in await health(desk(register), {}, PretendPost())}

    assert (False, "not_registered") == (found["attic"].ok, found["attic"].reason)


async def test_a_register_that_is_away_does_not_hide_the_other_parts() -> None:
    class Away(MemoryRegister):
        def canaries(self) -> tuple[object, ...]:  # type: ignore[override]
            raise TemporaryError("register", "unreachable")

    found = await health(desk(Away()), {"crm": PretendSystem(name="crm")}, PretendPost())

    assert {one.name: one.ok for one in found}["crm"]


@pytest.mark.parametrize(
    ("counts", "people", "reason"),
    [((), 1, "not_found"), ((0, 0), 1, "not_found"), ((0, 2), 1, ""), ((1,), 2, SEVERAL), ((), 2, SEVERAL)],
)
def test_a_canary_sings_only_where_one_person_is_found_and_something_is_held(
    counts: tuple[int, ...], people: int, reason: str
) -> None:
    held = tuple(
        Holding(system="crm", collection="people", category=Category.CONTACT, count=n) for n in counts
    )
    look = judged(CanaryOrder(canary="north", system="crm", at=AT), Findings(holdings=held, people=people))

    assert CanaryLook(canary="north", system="crm", reason=reason) == look
