"""What the words and the post promise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from dsar.vocabulary import LetterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter ready to send. The subject line holds no personal data; text and HTML say the same.

    `enclosed`: a file beside it that only its receiver can open.
    """

    kind: LetterKind
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    enclosed: bytes = field(default=b"", repr=False)


class Letters(Protocol):
    """The words we send."""

    def render(self, kind: LetterKind, locale: str, facts: Mapping[str, Any]) -> Letter:
        """Fill a template. An unknown locale falls back to English.

        Raises:
            ContractError: a fact that the letter must state is missing (the code names which).
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A short mail to staff, in plain text."""

    subject: str
    text: str


class Post(Protocol):
    """Carries letters to people, and notices to staff."""

    def send(self, letter: Letter, *, to: str, message_id: str) -> None:
        """Hand the letter to the mail server. `message_id` is stable, so that a repeat can be recognised.

        Raises:
            TemporaryError: the server is down or asks us to wait.
            OperatorError: `recipient_refused`, `sender_refused`, `login_refused`.
        """

    def notify(self, notice: Notice, *, to: str, message_id: str) -> None:
        """Hand a notice to the mail server. Raises as `send`."""

    def check(self) -> None: ...
