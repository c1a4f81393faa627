"""In whose hands a system is that no machine reaches: a person of ours, or a processor who is written to.

The reason of a task says it, as `kind:owner` for the search and `kind:owner:verb` for a deed.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from dsar.vocabulary import Verb

_BY_HAND, _BY_MAIL = "by_hand", "by_mail"
_KINDS = frozenset({_BY_HAND, _BY_MAIL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where a processor is written to, in which language, and how long we wait for an answer.

    With `seal_to`, an age public key, who is asked about stands in an attached file that only they can open.
    """

    address: str = field(repr=False)
    locale: str
    term: timedelta
    seal_to: str = field(default="", repr=False)


def by_hand(owner: str) -> str:
    """Return the reason of a task that was a person's from the start: no machine reaches that system."""
    return f"{_BY_HAND}:{owner}" if owner else _BY_HAND


def by_mail(owner: str) -> str:
    """Return the same of a system whose processor is written to; `owner` looks after the answer."""
    return f"{_BY_MAIL}:{owner}" if owner else _BY_MAIL


def deed(reason: str, verb: Verb) -> str:
    """Return why a deed waits for a hand. `reason`: why the search did, if it did."""
    if not was_by_hand(reason):
        return f"cannot_{verb}"
    kind, owner, _ = _parts(reason)
    return f"{kind}:{owner}:{verb}"


def named_owner(reason: str) -> str:
    """Return whose task it is by its reason; empty if the reason does not say."""
    return _parts(reason)[1] if was_by_hand(reason) else ""


def was_by_hand(reason: str) -> bool:
    """Return whether a task was a person's from the start, whoever's it is, and whoever does the work."""
    return _parts(reason)[0] in _KINDS


def without_owner(reason: str) -> str:
    """Return a reason as whoever asked may read it: which colleague's task it was is ours to know."""
    return _parts(reason)[0] if was_by_hand(reason) else reason


def wanted_by_mail(reason: str) -> Verb | None:
    """Return what a processor is to be asked for; None if nobody is written to."""
    kind, _, verb = _parts(reason)
    return Verb(verb or Verb.FIND) if kind == _BY_MAIL else None


def _parts(reason: str) -> tuple[str, str, str]:
    kind, owner, verb = (*reason.split(":"), "", "")[:3]
    return kind, owner, verb
