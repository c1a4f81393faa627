"""What a client says is right: which words count, how far it has come, what is not theirs (LAW PRC-03)."""

from pathlib import Path

import pytest
from typer import Exit

from commands._typed import told
from dsar.corrections import Wish, read_wishes
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.holdings import Card, Collection
from dsar.instruction_checks import check_corrections, check_theirs
from dsar.instructions import To, Trail, by_hand_in, sealed_of, sealed_under, was_instructed
from dsar.rectified import before_name, corrections_of, instructed_corrections
from dsar.vocabulary import Category
from tests.chains import AT, chain
from tests.unit.test_instructions import ended, instructed

FIRST, SECOND = (sealed_under("training", digit * 64) for digit in "ab")


def to_correct(number: int, sealed: str = FIRST, by_hand: str = "") -> Fact:
    said = instructed(number, To.CORRECT, by_hand)
    return Fact(key=said.key, kind=said.kind, at=AT, facts={**said.facts, "sealed": sealed})


def located(client: str, order: int, place: int | None, *, rows: int = 0, right: int = 0) -> Fact:
    facts: dict[str, Scalar] = {"system": "crm", "order": order, "client": client}
    if place is None:
        facts |= {"places": 1, "held": 3}
    else:
        facts |= {"correction": 1, "collection": "trainings", "category": "profile", "rows": rows}
        facts |= {"values": 1, "right": right, "place": place}
    return Fact(key=f"{client}.{order}:{place}", kind=EvidenceKind.LOCATED, at=AT, facts=facts)


def test_what_was_done_by_hand_counts_for_the_same_words_alone() -> None:
    entries = [to_correct(1), ended(1, "crm=several_values"), to_correct(2, FIRST, "crm")]

    assert frozenset({"crm"}) == by_hand_in(chain(*entries), "training")
    assert frozenset() == by_hand_in(chain(*entries, to_correct(3, SECOND)), "training")
    assert (FIRST, SECOND) == tuple(
        sealed_of(chain(*entries, to_correct(3, SECOND)), "training", number) for number in (1, 3)
    )
    assert was_instructed(chain(*entries), "training", 2, To.CORRECT)
    assert not was_instructed(chain(*entries), "training", 2)


def test_each_instruction_is_read_apart_and_none_is_the_cases_own() -> None:
    entries = chain(
        located("training", 1, 0, rows=1),
        located("training", 1, None),
        located("training", 2, 0, right=1),
        located("training", 2, None),
        located("payroll", 2, 0, rows=9),
    )
    first, second = (instructed_corrections(entries, 2, "training", number) for number in (1, 2))

    assert ([1], [0]) == ([p.rows for p in first.places], [p.rows for p in second.places])
    assert ((1, 2), ("crm",), (2,)) == (first.accepted, first.holding, first.unplaced)
    assert ((), ()) == (corrections_of(entries, 2).places, corrections_of(entries, 2).looked)
    assert 3 == len({before_name("crm", 1, client) for client in ("", "training", "payroll")})


def trail(*, left: bool = False, done: bool = False) -> Trail:
    waits = {"crm": "several_values"} if left else {}
    return Trail(number=1, to=To.CORRECT, since=chain(to_correct(1))[0], left=waits, done=done)


@pytest.mark.parametrize(
    ("to", "sealed", "before", "reason"),
    [
        (To.CORRECT, FIRST, None, ""),
        (To.CORRECT, "", None, "corrections_missing"),
        (To.CORRECT, "", trail(done=True), "corrections_missing"),
        (To.CORRECT, "", trail(), ""),
        (To.CORRECT, FIRST, trail(), ""),
        (To.CORRECT, SECOND, trail(), "instruction_runs"),
        (To.CORRECT, SECOND, trail(left=True), ""),
        (To.CORRECT, SECOND, trail(done=True), ""),
        (To.ERASE, FIRST, None, "corrections_not_asked"),
        (To.LEAVE, "", trail(left=True), ""),
    ],
)
def test_an_instruction_to_correct_says_what_is_right_and_no_other_one_does(
    to: To, sealed: str, before: Trail | None, reason: str
) -> None:
    try:
        check_corrections(to, sealed, before, FIRST if before else "")
        refused = ""
    except InputError as error:
        refused = error.reason

    assert reason == refused


@pytest.mark.parametrize(
    ("wish", "theirs"),
    [
        ("phone = 1", True),
        ("trainings.phone = 1", True),
        ("crm:trainings.phone = 1", True),
        ("crm:phone = 1", True),
        ("orders.phone = 1", False),
        ("crm:orders.phone = 1", False),
        ("shop:trainings.phone = 1", False),
        ("shop:phone = 1", False),
    ],
)
def test_a_client_corrects_what_is_theirs(wish: str, *, theirs: bool) -> None:
    orders = Collection(name="orders", category=Category.TRANSACTION)
    trainings = Collection(name="trainings", category=Category.PROFILE, client="training")
    cards = [
        Card(name="crm", vendor="v", collections=(orders, trainings)),
        Card(name="shop", vendor="v", collections=(orders,)),
    ]
    wishes: tuple[Wish, ...] = read_wishes(wish)
    if theirs:
        check_theirs(wishes, cards, "training")
        return
    with pytest.raises(InputError, match="crm:trainings") as refusal:
        check_theirs(wishes, cards, "training")

    assert "correction_not_theirs" == refusal.value.reason


def test_of_a_file_without_an_end_no_more_is_read_than_is_taken() -> None:
    with pytest.raises(InputError) as refusal:
        read_wishes(told(str(Path("/dev/zero"))))

    assert "corrections_too_long" == refusal.value.reason


@pytest.mark.parametrize("source", ["file", "-"])
def test_what_is_no_text_is_refused_and_not_guessed(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    binary = tmp_path / "lines"
    binary.write_bytes(b"phone = \xff\xfe")
    with binary.open(encoding="utf-8") as piped:
        monkeypatch.setattr("sys.stdin", piped)
        with pytest.raises(Exit):
            told(str(binary) if source == "file" else source)

    assert "UTF-8" in capsys.readouterr().err
