"""Where data may be sent, as it is typed (LAW POR-04)."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.errors import InputError
from dsar.evidence import EvidenceKind
from dsar.transfers import read_target, transferred
from tests.chains import chain, fact


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        (" https://Imports.Meadow.example/in?X-Amz-Signature=ab%2F \n", "imports.meadow.example"),
        ("http://127.0.0.1:9000/x", "127.0.0.1"),
        ("https://[::1]/x", "::1"),
    ],
)
def test_an_address_is_read_and_shown_to_nobody(typed: str, host: str) -> None:
    target = read_target(typed)

    assert (typed.strip(), host) == (target.url, target.host)
    assert "Signature" not in repr(target)


@pytest.mark.parametrize(
    "typed",
    [
        "meadow.example/in",
        "ftp://meadow.example",
        "https://",
        "https://name:word@meadow.example/",
        "https://meadow.example/#part",
        "https://meadow.example/a b",
        "https://meadow.example\\@evil.example/",
        "https://meadöw.example/",
        "https://meadow.example:99999/",
        "https://meadow.example:0/",
        "https://[::1",
        "https://meadow.example/" + "a" * 2000,
    ],
)
def test_what_is_no_plain_address_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_target(typed)

    assert ("transfer_malformed", "send_to") == (refusal.value.reason, refusal.value.field)
    assert "meadow" not in str(refusal.value)


@given(st.text(max_size=100))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    with contextlib.suppress(InputError):
        assert read_target(typed).host


def test_a_transfer_is_known_by_its_receipt_and_by_nothing_else() -> None:
    before = chain(fact(EvidenceKind.OPENED), fact(EvidenceKind.BEGUN, "transfer"))
    after = chain(fact(EvidenceKind.OPENED), fact(EvidenceKind.TRANSFERRED, status=201))

    assert transferred(tuple(before)) is None
    assert after[-1] == transferred(tuple(after))
