"""The post, against a real mail server: letters arrive whole; a refusal is a code without an address."""

import datetime as dt
import ipaddress
import socket
import ssl
import time
import traceback
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError
from dsar.ports import Letter, Post
from dsar.vocabulary import IdentifierKind, LetterKind
from letters.address import mailbox
from letters.post import SmtpPost, SmtpSettings
from letters.writer import LetterWriter
from rehearsal.mail import MailCatcher, Mood
from tests.letter_facts import CASE_ID, facts
from tests.people import ADA_EMAIL, HOSTILE

SENDER = "privacy@larkfield.example"
MESSAGE_ID = "case_0123456789abcdef0123.acknowledgement@larkfield.example"
LETTER = LetterWriter().render(LetterKind.ACKNOWLEDGEMENT, "de", facts())


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path / "letters") as running:
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return _certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: tuple[Path, Path]) -> Path:
    return certificate[0]


@pytest.fixture
def strict(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[MailCatcher]:
    """Yield a catcher that demands TLS and a login."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate)
    with MailCatcher(tmp_path / "letters", tls=tls, login=("post", "right")) as running:
        yield running


def post_to(catcher: MailCatcher, **changes: object) -> SmtpPost:
    plain = {"host": catcher.host, "port": catcher.port, "sender": SENDER, "starttls": False, "timeout": 5.0}
    return SmtpPost(SmtpSettings(**{**plain, **changes}))  # type: ignore[arg-type]  # a test's shorthand


def refusal(post: Post, to: str = ADA_EMAIL, message_id: str = MESSAGE_ID) -> DsarError:
    with pytest.raises(DsarError) as refused:
        post.send(LETTER, to=to, message_id=message_id)
    return refused.value


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
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_accepted_address_never_holds_a_line_break_or_a_second_address(address: str) -> None:
    try:
        spelled = mailbox(address).addr_spec
    except OperatorError:
        return

    assert spelled.isprintable()
    assert mailbox(spelled) == mailbox(address)


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
    assert time.monotonic() - began < 5


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


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for the loopback address that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = dt.datetime.now(dt.UTC)
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(loopback, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(pem)
    return folder / "cert.pem", folder / "key.pem"
