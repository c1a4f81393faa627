"""The file that names who is told: what cannot be taken is named by its place and never repeated."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desk import telling
from dsar.errors import InputError
from relay.destinations import anchors, couriers
from tests.answered import AT, Answered
from tests.pretend_relays import PretendBook
from tests.receiver import SPELLED

WEBHOOK = '{{name: desk, kind: webhook, url: "{url}", secret_file: {secret}}}'
AWS = """destinations:
  - {name: queue, kind: sqs, region: eu-west-2, url: "https://sqs.example/1/dsar.fifo"}
  - {name: topic, kind: sns, region: eu-west-2, arn: "arn:aws:sns:eu-west-2:1:dsar"}
  - {name: bus, kind: eventbridge, region: eu-west-2}
  - {name: lock, kind: s3, region: eu-west-2, bucket: evidence, years: 10}
"""


def named(folder: Path, text: str) -> Path:
    (folder / "hook").write_text(SPELLED)
    path = folder / "events.yaml"
    path.write_text(text)
    return path


def webhook(folder: Path, url: str, secret: str = "") -> Path:
    return named(folder, "destinations:\n  - " + WEBHOOK.format(url=url, secret=secret or folder / "hook"))


def test_every_kind_of_destination_has_its_courier(tmp_path: Path) -> None:
    assert ["desk"] == [one.name for one in couriers(webhook(tmp_path, "https://desk.example/hook"))]
    assert ["queue", "topic", "bus", "lock"] == [one.name for one in couriers(named(tmp_path, AWS))]
    assert ["lock"] == [one.name for one in anchors(named(tmp_path, AWS))]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/h", "http://[::1]/h", "http://localhost/h"])
def test_this_machine_may_be_told_without_tls(tmp_path: Path, url: str) -> None:
    assert couriers(webhook(tmp_path, url))


@pytest.mark.parametrize(
    "url", ["http://desk.example/h", "http://127.0.0.1.desk.example/h", "ftp://127.0.0.1/h", "desk.example"]
)
def test_nobody_else_is_told_in_clear(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="https://") as refused:
        couriers(webhook(tmp_path, url))

    assert "events_malformed" == refused.value.reason
    assert "desk.example" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("destinations: [{name: x, kind: pigeon}]", "events_malformed"),
        ("destinations: [{name: X, kind: sqs, region: a, url: b}]", "events_malformed"),
        ("destinations: [{name: x, kind: sqs, region: a, url: b, more: c}]", "events_malformed"),
        (AWS + "  - {name: bus, kind: eventbridge, region: eu-west-2}\n", "events_malformed"),
        ("destinations: [{name: x, kind: s3, region: a, bucket: abc, years: 0}]", "events_malformed"),
        ("destinations: {", "events_malformed"),
        ("[]", "events_malformed"),
        ("", "events_malformed"),
    ],
)
def test_a_file_that_cannot_be_taken_says_what_to_write(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError) as refused:
        couriers(named(tmp_path, text))

    assert reason == refused.value.reason


def test_a_missing_file_or_secret_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        couriers(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        couriers(webhook(tmp_path, "https://desk.example/h", str(tmp_path / "none")))


def test_the_desk_replays_and_drops_only_what_it_knows() -> None:
    book = PretendBook()
    desk = replace(Answered().desk, relays=book)
    for attempt in (lambda: telling.replay(desk, "desk"), lambda: telling.drop(desk, "desk")):
        with pytest.raises(InputError, match="events list"):
            attempt()
    book.lease("desk", "worker", AT, AT + timedelta(minutes=1))
    with pytest.raises(InputError, match="a worker tells it"):
        telling.drop(desk, "desk")
    with pytest.raises(InputError, match="or 0"):
        telling.replay(desk, "desk", after=-1)
    assert 0 == telling.replay(desk, "desk", after=0)
    book.release("desk", "worker")
    telling.drop(desk, "desk")
    assert () == book.courses()
