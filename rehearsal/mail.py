"""The mail catcher: a real SMTP server on a loopback port. Every letter becomes a file and a value.

It can also be told to be difficult, because a mail server is: refuse a recipient or a sender, ask to be
tried later, or be down.
"""

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

LOOPBACK = "127.0.0.1"


class Mood(StrEnum):
    """How the catcher answers; the value is its reply on the wire (RFC 5321 section 4.2)."""

    WILLING = "250 OK"
    REFUSES_RECIPIENT = "550 5.1.1 no such mailbox"
    REFUSES_SENDER = "553 5.1.8 sender not allowed here"
    REFUSES_CONTENT = "554 5.7.1 message refused"
    TRY_LATER = "451 4.7.1 greylisted, try again later"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtLetter:
    """One letter as it came over the wire, and the `.eml` file it was kept in."""

    path: Path
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    message: EmailMessage = field(repr=False)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text alternative."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML alternative."""
        return self._part("html")

    def _part(self, subtype: str) -> str:
        part = self.message.get_body(preferencelist=(subtype,))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


Wanted = int | Callable[[Sequence[CaughtLetter]], bool]


class MailCatcher:
    """Catches letters in `folder` from `start` to `stop`; also a context manager.

    Port 0 takes a free port and keeps it for every later start, so that "down" and "up again" are
    the same server to whoever sends. With `tls` it offers STARTTLS and demands it; with `login`
    (name, password) it demands SMTP AUTH as well, which needs `tls`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.host = LOOPBACK
        self.port = port
        self.mood = Mood.WILLING
        self._folder = folder
        self._demands = _demands(login, tls)
        self._letters: list[CaughtLetter] = []
        self._number = 0
        self._changed = threading.Condition()
        self._listener: _Listener | None = None

    def start(self) -> Self:
        """Listen.

        Raises:
            OSError: the port is taken, or the folder cannot be made.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._number = self._highest_number()
        listening = _listening_socket(self.port)
        self.port = listening.getsockname()[1]
        self._listener = _Listener(_Handler(self), listening, **self._demands)
        self._listener.start()
        return self

    def stop(self) -> None:
        """Stop listening; connections are refused from now on. Safe to repeat; `start` resumes."""
        if self._listener is not None:
            self._listener.stop()
        self._listener = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def letters(self) -> tuple[CaughtLetter, ...]:
        """What was caught so far, oldest first."""
        with self._changed:
            return tuple(self._letters)

    def wait_for(self, wanted: Wanted, timeout: float = 10.0) -> tuple[CaughtLetter, ...]:
        """Block until so many letters arrived, or until `wanted(letters)` holds; return all letters.

        Raises:
            TimeoutError: it did not happen within `timeout` seconds. Says how many letters there are.
        """
        enough = wanted if callable(wanted) else lambda letters: len(letters) >= wanted
        with self._changed:
            if not self._changed.wait_for(lambda: enough(self._letters), timeout):
                raise TimeoutError(f"waited {timeout} s for letters; {len(self._letters)} arrived")
            return tuple(self._letters)

    async def arrival(self, wanted: Wanted, timeout: float = 10.0) -> tuple[CaughtLetter, ...]:  # noqa: ASYNC109 - a Condition counts it
        """As `wait_for`, without holding up the event loop."""
        return await asyncio.to_thread(self.wait_for, wanted, timeout)

    def keep(self, sender: str, recipients: Sequence[str], content: bytes) -> None:
        """Write a letter down: first the file, whole, then the news of it."""
        message = message_from_bytes(content, EmailMessage, policy=modern)
        self._number += 1
        path = self._folder / f"{self._number:04d}-{_slug(str(message['Subject']))}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(content)
        draft.replace(path)
        letter = CaughtLetter(path=path, sender=sender, recipients=tuple(recipients), message=message)
        with self._changed:
            self._letters.append(letter)
            self._changed.notify_all()

    def _highest_number(self) -> int:
        """Return the highest number in the folder, which an earlier rehearsal may have filled."""
        return max((int(p.name[:4]) for p in self._folder.glob("[0-9][0-9][0-9][0-9]-*.eml")), default=0)


class _Handler:
    """What aiosmtpd calls: it looks these methods up by name and sends what they return."""

    def __init__(self, catcher: MailCatcher) -> None:
        self._catcher = catcher

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self._catcher.mood is Mood.REFUSES_SENDER:
            return self._catcher.mood
        envelope.mail_from = address
        return Mood.WILLING

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self._catcher.mood in {Mood.REFUSES_RECIPIENT, Mood.TRY_LATER}:
            return self._catcher.mood
        envelope.rcpt_tos.append(address)
        return Mood.WILLING

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self._catcher.mood is Mood.REFUSES_CONTENT:
            return self._catcher.mood
        self._catcher.keep(envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b"")
        return Mood.WILLING


class _Listener(Controller):
    """aiosmtpd's thread around a socket bound already, so that no other program takes the port first."""

    def __init__(self, handler: _Handler, listening: socket.socket, **demands: Any) -> None:  # noqa: ANN401 - aiosmtpd's own
        super().__init__(handler, hostname=LOOPBACK, port=listening.getsockname()[1], **demands)
        self._listening = listening

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening)


def _listening_socket(port: int) -> socket.socket:
    # asyncio switches Nagle's delay off only where TCP is named: without that, each greeting costs 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError:
        listening.close()
        raise
    return listening


def _demands(login: tuple[str, str] | None, tls: ssl.SSLContext | None) -> dict[str, Any]:
    """Return what aiosmtpd must ask of a client."""
    demands: dict[str, Any] = {"server_hostname": "localhost"}  # or each connection asks the DNS
    if tls is not None:
        demands |= {"tls_context": tls, "require_starttls": True}
    if login is not None:
        demands |= {"authenticator": _only(*login), "auth_required": True}
    return demands


def _only(name: str, password: str) -> Callable[..., AuthResult]:
    expected = LoginPassword(login=name.encode(), password=password.encode())

    def judge(
        _server: object, _session: object, _envelope: object, _mechanism: str, given: object
    ) -> AuthResult:
        return AuthResult(success=given == expected, handled=False)

    return judge


def _slug(subject: str) -> str:
    """Turn a subject into the speaking part of a file name: at most 60 harmless characters."""
    return re.sub(r"[^a-z0-9]+", "-", subject.lower())[:60].strip("-") or "letter"
