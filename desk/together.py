"""Several rights in one request: a case for each, received at one instant, each with its own end."""

import re
from collections.abc import Sequence
from dataclasses import replace

from desk.desk import Desk
from desk.intake import OpenedCase, examine, open_case
from dsar.complaints import LOOKED_INTO
from dsar.corrections import CORRECTING
from dsar.errors import InputError
from dsar.evidence import EvidenceKind, Fact
from dsar.intake import NewRequest
from dsar.links import Linked, LinkKind, links_of
from dsar.vocabulary import Right

_SEPARATED = re.compile(r"[\s;+]+")
# What hands data over is opened first: an erasure waits for it (LAW ERA-13).
_FIRST = (Right.ACCESS, Right.KNOW, Right.KNOW_CATEGORIES, Right.PORTABILITY)


async def open_together(desk: Desk, new: NewRequest, *, again: bool = False) -> tuple[OpenedCase, ...]:
    """Open one case for each right that the request names (`access;erasure`), and link them.

    Every right is checked before any case is opened.

    Raises:
        InputError: as `open_case`.
    """
    rights = _rights(new.right)
    if len(rights) > 1:
        new = replace(new, received=new.received.strip() or desk.now().isoformat())
    each = [_for(new, right, rights) for right in rights]
    if len(each) > 1:
        for one in each:
            examine(desk, one, again=again)
    opened = tuple([await open_case(desk, one, again=again) for one in each])
    _link(desk, opened)
    return opened


def _for(new: NewRequest, right: str, rights: Sequence[str]) -> NewRequest:
    """Return the request as far as it concerns one right: what only some take goes with those, and of several
    only a complaint or an appeal is about a case.
    """
    corrected = right not in CORRECTING and any(other in CORRECTING for other in rights)
    sent = right != Right.PORTABILITY and Right.PORTABILITY in rights
    return replace(
        new,
        right=right,
        about=new.about if len(rights) == 1 or right in LOOKED_INTO else "",
        corrections="" if corrected else new.corrections,
        send_to="" if sent else new.send_to,
    )


def _rights(text: str) -> Sequence[str]:
    names = [name.strip().lower().replace("-", "_") for name in _SEPARATED.split(text.strip())]
    asked = list(dict.fromkeys(names))
    if len(asked) > 1 and not set(Right).issuperset(asked):
        raise InputError(
            "right_unknown", f"nothing was opened; choose from {', '.join(Right)}", field="right"
        )
    return sorted(asked, key=lambda name: (name not in LOOKED_INTO, name not in _FIRST))


def _link(desk: Desk, opened: Sequence[OpenedCase]) -> None:
    requests = [one.record.request for one in opened]
    for request in requests:
        for other in requests:
            if other is not request:
                facts = {"case": other.case_id, "right": other.right.value, "how": LinkKind.TOGETHER.value}
                key = f"linked:{other.case_id}"
                fact = Fact(key=key, kind=EvidenceKind.LINKED, at=desk.now(), facts=facts)
                desk.register.record(request.case_id, fact)


def linked(desk: Desk, case_id: str) -> tuple[Linked, ...]:
    """Return the other cases that this one hangs together with."""
    return links_of(desk.register.evidence(case_id))
