"""What every vault promises (`dsar.ports.Vault`), told of a pretend in memory and of a real S3 server."""

import io
import zipfile
from collections.abc import Callable

import pytest

from dsar.errors import OperatorError
from tests.people import ADA, ADA_EMAIL
from vault.seal import CHUNK

from .conftest import Kept, new_case

TWO_CHUNKS = bytes(range(256)) * (CHUNK // 128)


def test_what_is_put_comes_back_and_may_be_put_again(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    for data in (b"first", b"", ADA.to_bytes(), ADA.to_bytes()):
        kept.vault.put(case, "identity", data)
        assert kept.vault.get(case, "identity") == data
    assert kept.vault.names(case) == ("identity",)


def test_the_store_never_sees_what_was_put_nor_the_same_bytes_twice(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    kept.vault.put(case, "identity", ADA.to_bytes())
    first = kept.raw.read(f"cases/{case}/identity")
    kept.vault.put(case, "identity", ADA.to_bytes())
    second = kept.raw.read(f"cases/{case}/identity")
    assert ADA_EMAIL.encode() not in first
    assert first[20:] != second[20:]


def test_names_come_in_order_and_under_their_prefix_only(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    for name in ("parcels/crm/000002", "identity", "parcels/crm/000001", "parcels/crm2/000001"):
        kept.vault.put(case, name, b"x")
    assert kept.vault.names(case, "parcels/crm/") == ("parcels/crm/000001", "parcels/crm/000002")
    assert kept.vault.names(case) == (
        "identity",
        "parcels/crm/000001",
        "parcels/crm/000002",
        "parcels/crm2/000001",
    )
    assert kept.vault.names(new_case()) == ()


def test_an_object_that_is_not_there_is_missing(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    with pytest.raises(OperatorError, match="object_missing"):
        kept.vault.get(case, "identity")


def test_a_case_that_was_never_opened_takes_nothing(kept: Kept, case: str) -> None:
    with pytest.raises(OperatorError, match="key_missing"):
        kept.vault.put(case, "identity", b"x")
    assert not {place for place in kept.raw.places() if case in place}


def test_opening_a_case_again_keeps_what_it_holds(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    kept.vault.put(case, "identity", b"x")
    kept.vault.open_case(case)
    assert kept.vault.get(case, "identity") == b"x"


def test_an_object_of_another_case_does_not_open_as_mine(kept: Kept, case: str) -> None:
    other = new_case()
    for one in (case, other):
        kept.vault.open_case(one)
        kept.vault.put(one, "identity", one.encode())
    kept.raw.write(f"cases/{case}/identity", kept.raw.read(f"cases/{other}/identity"))
    with pytest.raises(OperatorError, match="seal_broken"):
        kept.vault.get(case, "identity")


def test_an_object_does_not_open_under_another_name(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    kept.vault.put(case, "parcels/crm/000001", b"one")
    kept.raw.write(f"cases/{case}/parcels/crm/000002", kept.raw.read(f"cases/{case}/parcels/crm/000001"))
    with pytest.raises(OperatorError, match="seal_broken"):
        kept.vault.get(case, "parcels/crm/000002")


def _flipped(sealed: bytes) -> bytes:
    return sealed[:-40] + bytes([sealed[-40] ^ 1]) + sealed[-39:]


def _cut_short(sealed: bytes) -> bytes:
    return sealed[: 20 + CHUNK + 16]


def _reordered(sealed: bytes) -> bytes:
    size, start = CHUNK + 16, 20
    first, second = sealed[start : start + size], sealed[start + size : start + 2 * size]
    return sealed[:start] + second + first + sealed[start + 2 * size :]


@pytest.mark.parametrize("harm", [_flipped, _cut_short, _reordered, lambda _: b"", lambda _: b"not sealed"])
def test_bytes_that_were_harmed_in_the_store_break_the_seal(
    kept: Kept, case: str, harm: Callable[[bytes], bytes]
) -> None:
    kept.vault.open_case(case)
    with kept.vault.sink(case, "bundle.zip") as sink:
        sink.write(TWO_CHUNKS)
    assert b"".join(kept.vault.stream(case, "bundle.zip")) == TWO_CHUNKS
    place = f"cases/{case}/bundle.zip"
    kept.raw.write(place, harm(kept.raw.read(place)))
    with pytest.raises(OperatorError, match="seal_broken"):
        b"".join(kept.vault.stream(case, "bundle.zip"))


def test_a_sink_appears_only_when_its_block_ends(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    with kept.vault.sink(case, "bundle.zip") as sink:
        sink.write(TWO_CHUNKS)
        assert kept.vault.names(case) == ()
    assert kept.vault.names(case) == ("bundle.zip",)


def test_a_sink_whose_block_fails_leaves_what_was_there_before(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    kept.vault.put(case, "bundle.zip", b"the bundle of yesterday")

    def fails_half_way() -> None:
        with kept.vault.sink(case, "bundle.zip") as sink:
            sink.write(TWO_CHUNKS)
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fails_half_way()
    assert kept.vault.get(case, "bundle.zip") == b"the bundle of yesterday"


def test_a_sink_takes_an_archive(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    with kept.vault.sink(case, "bundle.zip") as sink, zipfile.ZipFile(sink, "w") as archive:  # type: ignore[call-overload]
        archive.writestr("index.html", "<p>hello</p>")
    with zipfile.ZipFile(io.BytesIO(kept.vault.get(case, "bundle.zip"))) as archive:
        assert archive.read("index.html") == b"<p>hello</p>"
        assert archive.testzip() is None


def test_after_the_shredding_nothing_opens_not_even_a_copy_made_before(kept: Kept, case: str) -> None:
    place = f"cases/{case}/identity"
    kept.vault.open_case(case)
    kept.vault.put(case, "identity", ADA.to_bytes())
    kept.vault.put(case, "parcels/crm/000001", b"rows")
    copy = kept.raw.read(place)
    assert kept.vault.shred(case) == 2
    assert not {p for p in kept.raw.places() if p.startswith(f"cases/{case}/")}
    kept.raw.write(place, copy)
    for attempt in (
        lambda: kept.vault.get(case, "identity"),
        lambda: kept.vault.put(case, "identity", b"x"),
        lambda: kept.vault.open_case(case),
        lambda: kept.vault.sink(case, "bundle.zip").__enter__(),
    ):
        with pytest.raises(OperatorError, match="key_destroyed"):
            attempt()


def test_a_shredding_may_be_repeated_and_leaves_other_cases_alone(kept: Kept, case: str) -> None:
    other = new_case()
    for one in (case, other):
        kept.vault.open_case(one)
        kept.vault.put(one, "identity", b"x")
    assert [kept.vault.shred(case), kept.vault.shred(case)] == [1, 0]
    assert kept.vault.get(other, "identity") == b"x"


def test_a_case_shredded_before_it_was_opened_stays_shut(kept: Kept, case: str) -> None:
    assert kept.vault.shred(case) == 0
    with pytest.raises(OperatorError, match="key_destroyed"):
        kept.vault.open_case(case)


def test_a_fingerprint_is_stable_and_tells_purposes_and_texts_apart(kept: Kept) -> None:
    prints = [
        kept.vault.fingerprint(purpose, text)
        for purpose, text in (
            ("subject", ADA_EMAIL),
            ("code", ADA_EMAIL),
            ("subject", ADA_EMAIL + " "),
            ("subjecta", ADA_EMAIL[1:]),
            ("subject", "\ud800 half a character"),
            ("subject", ""),
            ("subject", "x" * 1_000_000),
        )
    ]
    assert len(set(prints)) == len(prints)
    assert all(len(p) == 64 and set(p) <= set("0123456789abcdef") for p in prints)
    assert kept.vault.fingerprint("subject", ADA_EMAIL) == prints[0]


HOSTILE_NAMES = [
    "",
    "../keys/_shared",
    "parcels/../../x",
    "/absolute",
    "trailing/",
    "a//b",
    "UPPER",
    "ada.osei@subject.example",
    "new\nline",
    "line\n",
    "nul\x00",
    "percent%00",
    "\u202ertl",
    "x" * 201,
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_refused_without_being_repeated(kept: Kept, case: str, name: str) -> None:
    kept.vault.open_case(case)
    before = kept.raw.places()
    with pytest.raises(ValueError, match="an object's name is like") as refusal:
        kept.vault.put(case, name, b"x")
    assert len(name) < 5 or name not in str(refusal.value)
    with pytest.raises(ValueError, match="an object's name is like"):
        kept.vault.get(case, name)
    assert kept.raw.places() == before


@pytest.mark.parametrize("scope", ["_shared", "case_0", "case_" + "0" * 20 + "\n", "../" + "0" * 22, ""])
def test_what_is_no_case_id_opens_no_case(kept: Kept, scope: str) -> None:
    with pytest.raises(ValueError, match="not a case id"):
        kept.vault.open_case(scope)
    with pytest.raises(ValueError, match="not a case id"):
        kept.vault.shred(scope)


def test_a_vault_that_is_ready_passes_its_check(kept: Kept) -> None:
    kept.vault.check()


def test_what_is_removed_is_gone_and_the_rest_and_the_key_stay(kept: Kept, case: str) -> None:
    kept.vault.open_case(case)
    for name in ("bundle/answer.zip", "identity", "parcels/crm/000001"):
        kept.vault.put(case, name, b"x")

    assert kept.vault.remove(case, "bundle/answer.zip") == 1
    assert kept.vault.remove(case, "bundle/answer.zip") == 0
    assert kept.vault.names(case) == ("identity", "parcels/crm/000001")
    assert kept.vault.get(case, "identity") == b"x"
