"""The post, against a real mail server: letters arrive whole; a refusal is a code without an address."""

import datetime as dt
import socket
import time
import traceback
from email.utils import parsedate_to_datetime

import pytest

from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError
from dsar.ports import Letter, Notice
from letters.post import SmtpPost, SmtpSettings
from rehearsal.mail import MailCatcher, Mood
from tests.letter_facts import CASE_ID
from tests.letter_post import LETTER, MESSAGE_ID, SENDER, post_to, refusal
from tests.people import ADA_EMAIL


def test_a_letter_arrives_whole_in_text_and_html(catcher: MailCatcher) -> None:
    post_to(catcher, sender_name="Larkfield Privacy").send(LETTER, to=ADA_EMAIL, message_id=MESSAGE_ID)

    (caught,) = catcher.wait_for(1)

    assert (caught.sender, caught.recipients) == (SENDER, (ADA_EMAIL,))
    assert caught.subject == LETTER.subject
    assert caught.text == LETTER.text
    assert caught.html == LETTER.html
    assert caught.message.get_content_type() == "multipart/alternative"
    assert caught.message["From"] == f"Larkfield Privacy <{SENDER}>"


def test_a_letter_carries_the_headers_that_a_mail_server_expects(catcher: MailCatcher) -> None:
    post_to(catcher).send(LETTER, to=ADA_EMAIL, message_id=MESSAGE_ID)

    message = catcher.wait_for(1)[0].message

    assert message["Message-ID"] == f"<{MESSAGE_ID}>"
    assert message["Auto-Submitted"] == "auto-generated"
    age = dt.datetime.now(dt.UTC) - parsedate_to_datetime(message["Date"])
    assert abs(age) < dt.timedelta(minutes=1)
    for header in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted"):
        assert len(message.get_all(header, [])) == 1


def test_a_letter_needs_no_recoding_on_its_way(catcher: MailCatcher) -> None:
    post_to(catcher).send(LETTER, to=ADA_EMAIL, message_id=MESSAGE_ID)

    raw = catcher.wait_for(1)[0].path.read_bytes()

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998  # RFC 5322 section 2.1.1


def test_nothing_about_the_person_stands_in_the_subject_or_the_file_name(catcher: MailCatcher) -> None:
    post_to(catcher).send(LETTER, to=ADA_EMAIL, message_id=MESSAGE_ID)

    (caught,) = catcher.wait_for(1)

    assert CASE_ID in caught.subject
    assert not {"ada", "osei", "subject.example"} & set(caught.subject.lower().split())
    assert ADA_EMAIL.partition("@")[0] not in caught.path.name


def test_a_repeat_is_recognised_by_its_message_id(catcher: MailCatcher) -> None:
    for _ in range(2):
        post_to(catcher).send(LETTER, to=ADA_EMAIL, message_id=MESSAGE_ID)

    first, second = catcher.wait_for(2)

    assert first.message["Message-ID"] == second.message["Message-ID"]


@pytest.mark.parametrize(
    "message_id", ["", "a b@c.example", "<a@b.example>\r\nBcc: x@evil.example", "a", "ä@b.example"]
)
def test_a_message_id_that_could_carry_a_header_is_refused(catcher: MailCatcher, message_id: str) -> None:
    assert refusal(post_to(catcher), message_id=message_id).reason == "message_id_malformed"


def test_a_subject_with_a_line_break_never_leaves(catcher: MailCatcher) -> None:
    letter = Letter(kind=LETTER.kind, subject="x\r\nBcc: eve@evil.example", text="x", html="x")

    with pytest.raises(ContractError, match="subject_malformed"):
        post_to(catcher).send(letter, to=ADA_EMAIL, message_id=MESSAGE_ID)

    assert catcher.letters == ()


@pytest.mark.parametrize(
    ("mood", "kind", "reason"),
    [
        (Mood.REFUSES_RECIPIENT, OperatorError, "recipient_refused"),
        (Mood.REFUSES_SENDER, OperatorError, "sender_refused"),
        (Mood.REFUSES_CONTENT, OperatorError, "letter_refused"),
        (Mood.TRY_LATER, TemporaryError, "try_later"),
    ],
)
def test_each_answer_of_the_server_becomes_its_remedy(
    catcher: MailCatcher, mood: Mood, kind: type[DsarError], reason: str
) -> None:
    catcher.mood = mood

    refused = refusal(post_to(catcher))

    assert (type(refused), refused.reason) == (kind, reason)
    assert catcher.letters == ()


@pytest.mark.parametrize("mood", [mood for mood in Mood if mood is not Mood.WILLING])
def test_no_error_names_the_address(catcher: MailCatcher, mood: Mood) -> None:
    catcher.mood = mood
    told = "".join(traceback.format_exception(refusal(post_to(catcher))))

    assert ADA_EMAIL not in told
    assert "subject.example" not in told


def test_a_server_that_is_down_is_waited_for(catcher: MailCatcher) -> None:
    post = post_to(catcher)
    catcher.stop()
    refused = refusal(post)

    assert (type(refused), refused.reason) == (TemporaryError, "unreachable")

    catcher.start()
    post.send(LETTER, to=ADA_EMAIL, message_id=MESSAGE_ID)
    assert len(catcher.wait_for(1)) == 1


def test_a_server_that_says_nothing_is_given_up_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        post = SmtpPost(
            SmtpSettings(
                host="127.0.0.1", port=mute.getsockname()[1], sender=SENDER, starttls=False, timeout=0.2
            )
        )
        began = time.monotonic()
        refused = refusal(post)

    assert (type(refused), refused.reason) == (TemporaryError, "disconnected")
    assert time.monotonic() - began < 60  # it waits for ever unless it is told to give up


def test_check_greets_the_server_and_sends_nothing(catcher: MailCatcher) -> None:
    post_to(catcher).check()

    assert catcher.letters == ()


def test_check_finds_a_server_that_is_down(catcher: MailCatcher) -> None:
    catcher.stop()

    with pytest.raises(TemporaryError, match="unreachable"):
        post_to(catcher).check()


def test_a_sender_that_is_no_address_is_found_at_once(catcher: MailCatcher) -> None:
    with pytest.raises(OperatorError, match="sender_malformed"):
        post_to(catcher, sender="Larkfield\r\nBcc: eve@evil.example")


def test_a_notice_to_staff_arrives_as_plain_text_and_says_that_a_machine_wrote_it(
    catcher: MailCatcher,
) -> None:
    notice = Notice(subject="Due today: case_0123456789abcdef0123", text="Days left:  0\n")
    name = f"{CASE_ID}.notice.due.2026-12-23.1@larkfield.example"
    post_to(catcher).notify(notice, to="lead@larkfield.example", message_id=name)

    (caught,) = catcher.wait_for(1)

    assert (notice.subject, notice.text) == (caught.subject, caught.text)
    assert ("lead@larkfield.example",) == caught.recipients
    assert "text/plain" == caught.message.get_content_type()
    assert (f"<{name}>", "auto-generated") == (
        caught.message["Message-ID"].strip(),
        caught.message["Auto-Submitted"],
    )
