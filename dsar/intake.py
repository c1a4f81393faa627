"""What is typed at the door, checked before anything is written (LAW INT-01..04)."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from dsar.corrections import CORRECTING, Wish, read_wishes
from dsar.errors import InputError
from dsar.person import Identifier, Identity, comparable
from dsar.transfers import Target, read_target
from dsar.vocabulary import Channel, IdentifierKind, Requester, Right

OLDEST = timedelta(days=365 * 2)  # an older receipt date is a slip of the keyboard
LONGEST = 254  # characters of an address (RFC 5321 4.5.3.1.3)
_ATEXT = r"\s@<>\"(),:;\\\[\]"  # never inside one plain address
_EMAIL = re.compile(rf"[^{_ATEXT}]{{1,64}}@(?:[^{_ATEXT}.]+\.)+[^{_ATEXT}.]{{2,}}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_UNWRITABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, half characters, breaks of line and paragraph
_HANDLE = re.compile(r"[a-z][a-z0-9._-]{0,39}")
_FINDABLE = (IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID, IdentifierKind.PHONE)
_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request as somebody typed it. Values are not yet trusted; `Checked` are."""

    right: str
    regime: str
    email: str = field(default="", repr=False)
    received: str = ""  # a date or an instant with offset; today if empty
    phone: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    account_id: str = field(default="", repr=False)
    channel: str = "email"
    requester: str = "subject"
    agent_email: str = field(default="", repr=False)  # where an agent or a parent is written to
    owner: str = "support"
    locale: str = "en"
    intake_key: str = field(default="", repr=False)  # e.g. the mail's Message-ID: one key, one case
    about: str = ""  # the case that a complaint or an appeal is about, or that this follows from
    send_to: str = field(default="", repr=False)  # of portability: where a third party takes it
    corrections: str = field(default="", repr=False)  # of a rectification: see `dsar.corrections`


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A request that can be opened."""

    right: Right
    regime: str
    channel: Channel
    requester: Requester
    owner: str
    locale: str
    identity: Identity = field(repr=False)
    received_at: datetime
    received_on: date
    intake_key: str = field(repr=False)
    agent: str = field(default="", repr=False)
    about: str = ""
    wishes: tuple[Wish, ...] = field(default=(), repr=False)
    target: Target | None = field(default=None, repr=False)


def check_request(new: NewRequest, *, now: datetime) -> Checked:
    """Check every field. `now` is aware, in the time zone of the regime.

    Raises:
        InputError: names the first field that cannot be taken, and the next move. It never repeats a value.
    """
    received_at = _received(new.received, now)
    requester = _one_of(Requester, new.requester, "requester")
    right = _one_of(Right, new.right, "right")
    return Checked(
        right=right,
        regime=new.regime,
        channel=_one_of(Channel, new.channel, "channel"),
        requester=requester,
        owner=_owner(new.owner),
        locale=_locale(new.locale),
        identity=_identity(new),
        received_at=received_at,
        received_on=received_at.date(),
        intake_key=new.intake_key.strip(),
        agent=_agent(new, requester),
        about=new.about.strip(),
        wishes=_wishes(new, right),
        target=_target(new, right),
    )


def _wishes(new: NewRequest, right: Right) -> tuple[Wish, ...]:
    if right in CORRECTING:
        return read_wishes(new.corrections)
    if new.corrections.strip():
        hint = f"leave them out, or ask for one of {', '.join(sorted(CORRECTING))}"
        raise InputError("corrections_not_asked", hint, field="corrections")
    return ()


def _target(new: NewRequest, right: Right) -> Target | None:
    if not new.send_to.strip():
        return None
    if right is not Right.PORTABILITY:
        hint = "only what is taken along (portability) is sent to somebody else: leave it out"
        raise InputError("transfer_not_asked", hint, field="send_to")
    return read_target(new.send_to)


def _agent(new: NewRequest, requester: Requester) -> str:
    """Return where the representative is written to: never the subject's own mailbox, for the subject is
    asked there whether they agree (LAW CAL-60).
    """
    agent = new.agent_email.strip()
    if requester is Requester.SUBJECT:
        if agent:
            hint = "the data subject speaks for themselves: leave it out, or say --requester agent"
            raise InputError("agent_not_asked", hint, field="agent_email")
        return ""
    if not agent:
        hint = "give the address of whoever asks, apart from the data subject's"
        raise InputError("agent_missing", hint, field="agent_email")
    check_email(agent, "agent_email")
    if comparable(IdentifierKind.EMAIL, agent) == comparable(IdentifierKind.EMAIL, new.email):
        hint = "one mailbox cannot speak for both: give the data subject's own, or none"
        raise InputError("agent_is_subject", hint, field="agent_email")
    return agent


def _one_of(words: type[_E], value: str, name: str) -> _E:
    try:
        return words(value.strip().lower().replace("-", "_"))
    except ValueError:
        choices = ", ".join(w.value for w in words)
        raise InputError(f"{name}_unknown", f"choose one of {choices}", field=name) from None


def _owner(value: str) -> str:
    if not _HANDLE.fullmatch(value):
        hint = "use a desk or staff handle such as support-1: lower case, no names of persons"
        raise InputError("owner_malformed", hint, field="owner")
    return value


def _locale(value: str) -> str:
    if not _LOCALE.fullmatch(value):
        raise InputError("locale_malformed", "use a language code such as en or de-AT", field="locale")
    return value


def _received(value: str, now: datetime) -> datetime:
    """A date without a time was received at noon, local time: only its date counts (LAW CLK-15).

    What is dated later today came in now: clocks differ, and nothing arrives before it is sent.
    """
    if not value.strip():
        return now
    try:
        at = _instant(value.strip(), now)
    except (ValueError, OverflowError):  # an offset can carry the first or last year out of the calendar
        hint = "write the date of receipt as 2026-11-23, or an instant as 2026-11-23T09:30:00+00:00"
        raise InputError("received_malformed", hint, field="received") from None
    if at.date() > now.date():
        raise InputError(
            "received_in_future", "a request cannot arrive tomorrow: correct the date", field="received"
        )
    if now - at > OLDEST:
        raise InputError("received_too_old", "this is over two years ago: correct the date", field="received")
    return min(at, now)


def _instant(value: str, now: datetime) -> datetime:
    at = datetime.fromisoformat(value)
    if len(value) == len("2026-11-23"):
        at = at.replace(hour=12)
    return at.astimezone(now.tzinfo) if at.tzinfo else at.replace(tzinfo=now.tzinfo)


def _identity(new: NewRequest) -> Identity:
    given = {
        IdentifierKind.EMAIL: new.email.strip(),
        IdentifierKind.PHONE: new.phone.strip(),
        IdentifierKind.NAME: new.name.strip(),
        IdentifierKind.ACCOUNT_ID: new.account_id.strip(),
    }
    if new.email.strip():
        check_email(given[IdentifierKind.EMAIL])
    if not any(given[k] for k in _FINDABLE):
        hint = "give an e-mail address, a phone number or an account id: a name alone finds the wrong person"
        raise InputError("identifier_missing", hint, field="email")
    for kind, value in given.items():
        if len(value) > LONGEST or not _UNWRITABLE.isdisjoint(map(unicodedata.category, value)):
            hint = f"use one line of at most {LONGEST} characters, without control characters"
            raise InputError(f"{kind}_malformed", hint, field=kind)
    phone = given[IdentifierKind.PHONE]
    if phone and not comparable(IdentifierKind.PHONE, phone).strip("+"):
        hint = "give the number in digits: without one, all such callers would be taken for one person"
        raise InputError("phone_malformed", hint, field="phone")
    return Identity(identifiers=tuple(Identifier(kind=k, value=v) for k, v in given.items() if v))


def subject_key(identity: Identity) -> tuple[IdentifierKind, str]:
    """Return by which identifier two requests of one person are recognised as theirs."""
    kind = next(k for k in _FINDABLE if identity.of(k))
    return kind, comparable(kind, identity.of(kind)[0])


def check_email(value: str, field: str = "email") -> None:
    """Refuse what is no single address: line breaks, lists, display names.

    Raises:
        InputError: `email_malformed`.
    """
    hidden = any(unicodedata.category(c).startswith("C") for c in value)  # also marks that turn or hide text
    if len(value) > LONGEST or hidden or not _EMAIL.fullmatch(value):
        hint = "give one plain address such as name@example.com, on one line"
        raise InputError("email_malformed", hint, field=field)
