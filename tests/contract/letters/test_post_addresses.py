"""A letter goes to the one address that was meant, or nowhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsar.errors import OperatorError
from dsar.vocabulary import IdentifierKind
from letters.address import mailbox
from rehearsal.mail import MailCatcher
from tests.letter_post import LETTER, MESSAGE_ID, post_to, refusal
from tests.people import HOSTILE


@pytest.mark.parametrize(
    "address", [value for who in HOSTILE for value in who.of(IdentifierKind.EMAIL)] + ["ada@münchen.example"]
)
def test_a_hostile_address_is_only_an_address(catcher: MailCatcher, address: str) -> None:
    post_to(catcher).send(LETTER, to=address, message_id=MESSAGE_ID)

    (caught,) = catcher.wait_for(1)

    assert caught.recipients == (mailbox(address).addr_spec,)
    (to,) = caught.message["To"].addresses
    named = f"{to.username}@{to.domain}".encode(errors="surrogateescape")  # raw UTF-8 by RFC 6531
    assert named.decode() == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "ada",
        "ada@",
        "@subject.example",
        "ada@subject.example\r\nBcc: eve@evil.example",
        "ada@subject.example\n",
        "ada\r@subject.example",
        "ada\u2028@subject.example",
        "ada\x00@subject.example",
        "ada\u202e@subject.example",
        "ada\ud800@subject.example",
        "ada@subject.example, eve@evil.example",
        "ada@subject.example,eve@evil.example",
        "Ada <ada@subject.example>",
        "<ada@subject.example>",
        "ada@subject..example",
        "ada@-subject.example",
        "ada@subject.example>",
        "ada@subject.example SIZE=1",
        "ada@[127.0.0.1]",
        "a" * 65 + "@subject.example",
        "a@" + "b" * 64 + ".example",
        "a@" + ".".join(["b" * 60] * 5),
        "a" * 1_000_000 + "@subject.example",
    ],
)
def test_what_is_no_single_address_goes_nowhere(catcher: MailCatcher, address: str) -> None:
    assert refusal(post_to(catcher), to=address).reason == "recipient_malformed"
    assert catcher.letters == ()


@given(st.text(max_size=60) | st.from_regex(r"[^@]{1,20}@[^@]{1,20}", fullmatch=True))
@settings(max_examples=150, deadline=None)
def test_an_accepted_address_never_holds_a_line_break_or_a_second_address(address: str) -> None:
    try:
        spelled = mailbox(address).addr_spec
    except OperatorError:
        return

    assert spelled.isprintable()
    assert mailbox(spelled) == mailbox(address)
