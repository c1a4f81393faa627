"""A signed message is believed if it is whole, fresh and signed with our secret; nothing else is."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.errors import InputError
from dsar.webhooks import ID, SIGNATURE, TIMESTAMP, TOLERANCE, _mac, secret_of, signed, verified

SECRET = b"s" * 32
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def refusal(headers: dict[str, str], body: bytes, now: datetime = NOW, secret: bytes = SECRET) -> str:
    with pytest.raises(InputError) as refused:
        verified(secret, headers, body, now)
    return refused.value.reason


def test_the_example_of_the_specification_fits() -> None:
    """The test vector that the reference libraries of Standard Webhooks carry."""
    secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')

    assert "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" == headers[SIGNATURE]
    assert "1614265330" == headers[TIMESTAMP]


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1), st.binary())
def test_what_is_signed_is_believed_and_names_its_message(message: str, body: bytes) -> None:
    headers = signed(SECRET, message, NOW, body)

    assert message == verified(SECRET, headers, body, NOW + TOLERANCE)
    both = {**headers, SIGNATURE: f"v1a,other v1,AAAA {headers[SIGNATURE]}"}
    assert message == verified(SECRET, both, body, NOW)


@given(st.binary(), st.binary())
def test_another_body_id_moment_or_secret_is_refused(body: bytes, other: bytes) -> None:
    headers = signed(SECRET, "id", NOW, body)
    if body != other:
        assert "signature_wrong" == refusal(headers, other)
    for name, value in ((ID, "id2"), (TIMESTAMP, str(int(NOW.timestamp()) + 1)), (SIGNATURE, "v1,ü")):
        assert "signature_wrong" == refusal({**headers, name: value}, body)
    assert "signature_wrong" == refusal(headers, body, secret=b"t" * 32)


@pytest.mark.parametrize("span", [TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)])
def test_a_message_of_another_time_is_refused(span: timedelta) -> None:
    assert "timestamp_skewed" == refusal(signed(SECRET, "id", NOW + span, b""), b"")


@pytest.mark.parametrize("moment", ["soon", "9" * 400, "-5", "1.5", "²"])
def test_a_moment_that_is_none_is_refused_even_if_it_is_signed(moment: str) -> None:

    headers = {ID: "id", TIMESTAMP: moment, SIGNATURE: f"v1,{_mac(SECRET, 'id', moment, b'')}"}

    assert "timestamp_skewed" == refusal(headers, b"")


def test_a_message_without_its_headers_is_refused() -> None:
    headers = signed(SECRET, "id", NOW, b"")
    for name in headers:
        assert "signature_missing" == refusal({k: v for k, v in headers.items() if k != name}, b"")


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_!!", "whsec_" + base64.b64encode(b"s" * 23).decode(), "geheim"]
)
def test_a_secret_that_is_too_short_or_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="random bytes"):
        secret_of(text)
