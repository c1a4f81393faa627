"""What the register records of its own accord, and how it tells the world. Pure: no database."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any

from dsar.case import RightsRequest
from dsar.evidence import Entry, EvidenceKind, Fact, Scalar, instant
from dsar.identity import Challenge, CodeResult
from dsar.ports import Change

_ACCEPTED = {"identity": EvidenceKind.IDENTITY_PROVED, "delivery": EvidenceKind.CODE_ACCEPTED}
_LOCKED = {"identity": EvidenceKind.IDENTITY_LOCKED, "delivery": EvidenceKind.DELIVERY_LOCKED}


def opened(request: RightsRequest, at: datetime) -> Fact:
    """Return the first fact of every case (LAW EVD-01)."""
    return Fact(
        key="opened",
        kind=EvidenceKind.OPENED,
        at=at,
        facts={
            "right": request.right.value,
            "regime": request.regime,
            "channel": request.channel.value,
            "requester": request.requester.value,
            "received_at": instant(request.received_at),
            "received_on": request.received_on.isoformat(),
        },
    )


def attempted(purpose: str, code: int, tried: Challenge, result: CodeResult, at: datetime) -> Iterator[Fact]:
    """Tell one attempt with the case's `code`-th code for a purpose. Keys are stable: a repeated right
    code and a repeated knock at an expired one are the same fact again.
    """
    name = f"{purpose}:{code}"
    about: dict[str, Scalar] = {"purpose": purpose, "code": code}
    if result is CodeResult.ACCEPTED:
        kind = _ACCEPTED[purpose]
        yield Fact(key=f"{kind}:{name}", kind=kind, at=at, facts=about)
        return
    refused: dict[str, Scalar] = {**about, "reason": "expired" if result is CodeResult.EXPIRED else "wrong"}
    turn = "expired" if result is CodeResult.EXPIRED else str(tried.attempts)
    kind = EvidenceKind.CODE_REFUSED
    yield Fact(key=f"{kind}:{name}:{turn}", kind=kind, at=at, facts={**refused, "attempts": tried.attempts})
    if result is CodeResult.LOCKED:
        kind = _LOCKED[purpose]
        yield Fact(key=f"{kind}:{name}", kind=kind, at=at, facts={**about, "attempts": tried.attempts})


def changed(change: Change) -> dict[str, Any]:
    """Return what a change sets, by name."""
    fields = ("status", "due_on", "outcome", "closed_at", "started")
    values = {name: value for name in fields if (value := getattr(change, name)) is not None}
    if change.clock_stands:
        values["due_on"] = None
    return {name: value.value if isinstance(value, Enum) else value for name, value in values.items()}


def cloud_event(entry: Entry, change: Change) -> dict[str, Any]:
    """Tell an entry as a CloudEvent (CloudEvents 1.0, structured JSON mode).

    The facts stay at home: they may name staff. The entry's hash goes out, so that whoever received the
    events can prove that a chain was shortened afterwards.
    """
    told = {name: _plain(value) for name, value in changed(change).items()}
    return {
        "specversion": "1.0",
        "id": f"{entry.case_id}/{entry.seq}",
        "source": "dsar",
        "type": f"dsar.case.{entry.kind.value}",
        "subject": entry.case_id,
        "time": instant(entry.at),
        "datacontenttype": "application/json",
        "data": {"seq": entry.seq, "hash": entry.hash, **told},
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - the fields of a Change have five types
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value
