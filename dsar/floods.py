"""Floods: so many requests in one person's name in a day that our own letters would be the harm.

Whoever signs an intake event is believed about who asks. A key that is abused, or a form in a loop, must not
drown a person in our mail; and no request may be lost for it. So each is opened and its clock runs, and only
what nobody at our side decided to send waits for a person.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice

from dsar.ports import CaseRecord
from dsar.vocabulary import LetterKind

MOST = 12  # POLICY: one letter may ask for every right at once; nobody asks for all of them twice in a day
WITHIN = timedelta(days=1)
FLOODED = "address_flooded"
# What goes out because a request came in, before anybody here did anything or the person answered.
UNASKED = frozenset(
    {
        LetterKind.ACKNOWLEDGEMENT,
        LetterKind.APPEAL_ACKNOWLEDGEMENT,
        LetterKind.COMPLAINT_ACKNOWLEDGEMENT,
        LetterKind.IDENTITY_CODE,
        LetterKind.IDENTITY_REQUEST,
        LetterKind.STOPPED,
    }
)


def is_flooded(
    case_id: str, theirs: Iterable[CaseRecord], now: datetime, arrived: Callable[[str], bool]
) -> bool:
    """Whether a case `arrived` as an event, and `MOST` of the same person did before it, within a day before
    `now`. What staff opened counts nowhere. Tried again when the day is over, its letters go.
    """
    opened = {one.request.case_id: (one.opened_at, one.request.case_id) for one in theirs}
    if case_id not in opened or not arrived(case_id):
        return False
    mine = opened[case_id]
    earlier = (case for case, one in opened.items() if one < mine and now - one[0] < WITHIN and arrived(case))
    return len(tuple(islice(earlier, MOST))) == MOST
