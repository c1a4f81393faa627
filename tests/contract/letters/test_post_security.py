"""A letter travels only over a connection that we trust, and a password is never told."""

import traceback
from pathlib import Path

import pytest

from dsar.errors import OperatorError
from letters.post import SmtpSettings
from rehearsal.mail import MailCatcher
from tests.letter_post import LETTER, MESSAGE_ID, SENDER, post_to, refusal
from tests.people import ADA_EMAIL


def test_a_server_without_starttls_gets_no_letter(catcher: MailCatcher) -> None:
    assert refusal(post_to(catcher, starttls=True)).reason == "starttls_missing"


def test_a_server_without_login_gets_no_password(catcher: MailCatcher) -> None:
    assert refusal(post_to(catcher, username="post", password="secret")).reason == "login_unsupported"


@pytest.mark.parametrize(
    ("password", "reason"), [("wrong", "login_refused"), ("schlüssel", "settings_malformed")]
)
def test_a_login_that_is_wrong_is_told(
    strict: MailCatcher, trusted: Path, password: str, reason: str
) -> None:
    refused = refusal(post_to(strict, starttls=True, ca_file=trusted, username="post", password=password))

    assert (type(refused), refused.reason) == (OperatorError, reason)
    assert password not in "".join(traceback.format_exception(refused))


def test_a_letter_travels_over_tls_after_a_login(strict: MailCatcher, trusted: Path) -> None:
    post = post_to(strict, starttls=True, ca_file=trusted, username="post", password="right")
    post.send(LETTER, to=ADA_EMAIL, message_id=MESSAGE_ID)

    assert len(strict.wait_for(1)) == 1


def test_a_server_that_wants_a_login_which_we_do_not_have_says_so(strict: MailCatcher, trusted: Path) -> None:
    assert refusal(post_to(strict, starttls=True, ca_file=trusted)).reason == "login_refused"


def test_a_letter_never_travels_to_a_server_we_do_not_trust(strict: MailCatcher) -> None:
    refused = refusal(post_to(strict, starttls=True, username="post", password="right"))

    assert (type(refused), refused.reason) == (OperatorError, "certificate_refused")


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(SmtpSettings(host="h", sender=SENDER, password="secret"))
