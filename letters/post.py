"""The post: hands letters to a mail server over SMTP (RFC 5321), through the standard library's client."""

import re
import smtplib
import ssl
from binascii import b2a_qp
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime
from pathlib import Path

from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError
from dsar.ports import Letter, Notice
from letters.address import mailbox

ENCLOSED = "person.txt.age"  # its name says nothing of whom
_MESSAGE_ID = re.compile(r"[A-Za-z0-9._+-]{1,120}@[A-Za-z0-9.-]{1,120}")
_REFUSED = 500  # from here on, a reply says "never" instead of "not now" (RFC 5321 section 4.2.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """How the mail server is reached, and in whose name letters are sent.

    `ca_file` is a PEM file of the authority that signed the server's certificate, if it is our own.
    Without `username` there is no login. `timeout` is in seconds, for each step of the conversation.
    """

    host: str
    sender: str
    sender_name: str = ""
    port: int = 587
    starttls: bool = True
    ca_file: Path | None = None
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0


class SmtpPost:
    """Fills the port `Post`. One connection per letter: letters are few, and a stale connection is a riddle.

    Raises:
        OperatorError: `sender_malformed`.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        at = mailbox(settings.sender, "sender")
        self._sender = Address(settings.sender_name, username=at.username, domain=at.domain)

    def send(self, letter: Letter, *, to: str, message_id: str) -> None:
        """Hand the letter over. It is sent when this returns; a lost goodbye afterwards changes nothing.

        Raises:
            TemporaryError: `unreachable`, `tls_failed`, `disconnected`, `try_later`.
            OperatorError: `recipient_malformed`, `recipient_refused`, `recipient_needs_smtputf8`,
                `sender_refused`, `letter_refused`, `login_refused`, `login_unsupported`, `server_refused`,
                `certificate_refused`, `starttls_missing`, `settings_malformed`, `message_id_malformed`.
            ContractError: `subject_malformed`, for it holds a line break.
        """
        message = self._message(letter, to, message_id)
        message["MIME-Version"] = "1.0"
        message["Content-Type"] = "multipart/alternative"
        message.attach(_part(letter.text, "plain"))
        message.attach(_part(letter.html, "html"))
        if letter.enclosed:
            message.add_attachment(letter.enclosed, "application", "octet-stream", filename=ENCLOSED)
        self._hand_over(message)

    def notify(self, notice: Notice, *, to: str, message_id: str) -> None:
        """Hand a notice to staff over, as plain text. Raises as `send`."""
        message = self._message(notice, to, message_id)
        message.set_content(notice.text, cte="quoted-printable")
        self._hand_over(message)

    def check(self) -> None:
        """Greet the server, log in and do nothing. Raises as `send`."""
        with self._connection() as server:
            code, _ = server.noop()
            if code >= _REFUSED:
                raise OperatorError("post", "server_refused")

    def _hand_over(self, message: EmailMessage) -> None:
        recipient = message["To"].addresses[0]
        with self._connection() as server:
            server.send_message(message, self._sender.addr_spec, [recipient.addr_spec])

    def _message(self, letter: Letter | Notice, to: str, message_id: str) -> EmailMessage:
        """Address it. Bodies are quoted-printable: a relay that re-codes them would break a signature."""
        if not letter.subject.isprintable():
            raise ContractError("post", "subject_malformed")
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = mailbox(to)
        message["Subject"] = letter.subject
        message["Date"] = localtime()
        message["Message-ID"] = _bracketed(message_id)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: an answering machine must keep silent
        return message

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """Connect, secure, log in; afterwards say goodbye. Every complaint becomes one of our errors."""
        try:
            server = smtplib.SMTP(self._settings.host, self._settings.port, timeout=self._settings.timeout)
            try:
                self._introduce(server)
                yield server
            finally:
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
                server.close()
        except (OSError, UnicodeError) as problem:  # every SMTPException is an OSError
            raise _ours(problem) from None

    def _introduce(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._settings.starttls:
            if not server.has_extn("starttls"):
                raise OperatorError("post", "starttls_missing")
            server.starttls(context=ssl.create_default_context(cafile=self._settings.ca_file))
            server.ehlo()
        if self._settings.username:
            if not server.has_extn("auth"):
                raise OperatorError("post", "login_unsupported")
            server.login(self._settings.username, self._settings.password)


def _part(text: str, subtype: str) -> EmailMessage:
    """Return one alternative. `set_content` would do, but it encodes in Python: ten times as long."""
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode(), istext=True).decode("ascii"))
    return part


_NEVER: dict[type[Exception], str] = {
    smtplib.SMTPAuthenticationError: "login_refused",
    smtplib.SMTPSenderRefused: "sender_refused",
    smtplib.SMTPRecipientsRefused: "recipient_refused",
    smtplib.SMTPDataError: "letter_refused",
}
_LOGIN_DEMANDED = 530  # RFC 4954 section 6


def _ours(problem: Exception) -> DsarError:
    """Translate what the server or the network said; its words may quote an address, so only codes pass."""
    code = _code(problem)
    if code is None:
        return _without_reply(problem)
    if code < _REFUSED:
        return TemporaryError("post", "try_later")
    if code == _LOGIN_DEMANDED:
        return OperatorError("post", "login_refused")
    return OperatorError("post", _NEVER.get(type(problem), "server_refused"))


def _without_reply(problem: Exception) -> DsarError:
    match problem:
        case ssl.SSLCertVerificationError():
            return OperatorError("post", "certificate_refused")
        case ssl.SSLError():
            return TemporaryError("post", "tls_failed")
        case smtplib.SMTPServerDisconnected():
            return TemporaryError("post", "disconnected")
        case smtplib.SMTPNotSupportedError():
            return OperatorError("post", "recipient_needs_smtputf8")
        case UnicodeError():  # a host name or password that SMTP cannot spell
            return OperatorError("post", "settings_malformed")
        case _:
            return TemporaryError("post", "unreachable")


def _code(problem: Exception) -> int | None:
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in problem.recipients.values())
    return problem.smtp_code if isinstance(problem, smtplib.SMTPResponseException) else None


def _bracketed(message_id: str) -> str:
    inner = message_id.removeprefix("<").removesuffix(">")
    if not _MESSAGE_ID.fullmatch(inner):
        raise OperatorError("post", "message_id_malformed")
    return f"<{inner}>"
