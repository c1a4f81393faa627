"""A request as the desk opened it, for tests to which its person is nobody."""

from dsar.case import RightsRequest
from dsar.vocabulary import Channel, Requester, Right
from tests.chains import AT, CASE


def requested(
    right: Right = Right.ACCESS, *, case_id: str = CASE, requester: Requester = Requester.SUBJECT
) -> RightsRequest:
    return RightsRequest(
        case_id=case_id,
        subject_id="sub_1",
        right=right,
        regime="UK-ENG",
        received_at=AT,
        received_on=AT.date(),
        channel=Channel.EMAIL,
        requester=requester,
    )
