"""What recipients are told by machine: whom they know, what is asked, by when; and nothing more."""

import uuid
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.case import RightsRequest
from dsar.errors import OperatorError
from dsar.opendsr import ASKED, TYPES, Asked, Endpoint, request_body, request_id
from dsar.person import Identifier, Identity
from dsar.recipients import Answer, Recipient, ledger, reached
from dsar.vocabulary import Category, Channel, IdentifierKind, Right
from tests.chains import chain
from tests.unit.test_recipients import told

CODES = st.from_regex(r"[a-z]{1,9}", fullmatch=True)
ADA = Identity(
    identifiers=(
        Identifier(kind=IdentifierKind.EMAIL, value="ada@subject.example"),
        Identifier(kind=IdentifierKind.ACCOUNT_ID, value="4711", system="crm"),
        Identifier(kind=IdentifierKind.PHONE, value="+44 115 555 0142"),
    )
)


def request(right: Right = Right.ERASURE, regime: str = "UK-ENG") -> RightsRequest:
    return RightsRequest(
        case_id="case_0123456789abcdef0123",
        subject_id="sub_1",
        right=right,
        regime=regime,
        received_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
        received_on=date(2026, 11, 2),
        channel=Channel.EMAIL,
    )


def endpoint(*kinds: IdentifierKind, takes: tuple[Asked, ...] = tuple(Asked)) -> Endpoint:
    return Endpoint(
        url="https://dsr.mill.example:8443/v3/requests", credential="env:MILL", knows_by=kinds, takes=takes
    )


@given(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, unique=True))
def test_a_recipient_is_told_only_what_it_knows_people_by(kinds: list[IdentifierKind]) -> None:
    body = request_body(request(), "mill", endpoint(*kinds), ADA, due_on=date(2026, 11, 12), corrections=())

    sent = {(one["identity_type"], one["identity_value"]) for one in body["subject_identities"]}
    assert sent == {(TYPES[kind], value) for kind in kinds for value in ADA.of(kind)}


def test_whom_it_cannot_know_it_is_not_asked_about() -> None:
    with pytest.raises(OperatorError) as failure:
        request_body(
            request(), "mill", endpoint(IdentifierKind.EMAIL), Identity(), due_on=date.max, corrections=()
        )

    assert ("recipient:mill", "nobody_known_there") == (failure.value.system, failure.value.reason)


@pytest.mark.parametrize(
    ("regime", "regulation"), [("UK-ENG", "gdpr"), ("EU-DE-BY", "gdpr"), ("US-CA", "ccpa")]
)
def test_the_request_is_one_of_opendsr(regime: str, regulation: str) -> None:
    body = request_body(
        request(Right.RECTIFICATION, regime),
        "mill",
        endpoint(IdentifierKind.EMAIL),
        ADA,
        due_on=date(2026, 11, 12),
        corrections=[("phone", "+44")],
    )

    assert body == {
        "regulation": regulation,
        "subject_request_id": request_id("case_0123456789abcdef0123", "mill"),
        "subject_request_type": "rectification",
        "submitted_time": "2026-11-02T09:00:00+00:00",
        "subject_identities": [
            {"identity_type": "email", "identity_value": "ada@subject.example", "identity_format": "raw"}
        ],
        "api_version": "1.0",
        "extensions": {
            "dsr.mill.example": {
                "reference": "case_0123456789abcdef0123",
                "due_on": "2026-11-12",
                "corrections": [{"attribute": "phone", "value": "+44"}],
            }
        },
    }


@given(CODES, CODES)
def test_an_id_is_one_for_each_recipient_and_a_random_uuid_by_its_form(code: str, other: str) -> None:
    case = "case_0123456789abcdef0123"
    mine = request_id(case, code)

    assert (4, mine) == (uuid.UUID(mine).version, request_id(case, code))
    assert (mine == request_id(case, other)) is (code == other)


@given(st.sampled_from(Right), st.sets(st.sampled_from(Asked)))
def test_what_it_does_not_take_goes_by_letter(right: Right, takes: set[Asked]) -> None:
    there = endpoint(IdentifierKind.EMAIL, takes=tuple(takes))
    mill = Recipient(code="mill", name="Mill", email="", categories=frozenset(Category), endpoint=there)
    written = Recipient(code="mill", name="Mill", email="", categories=frozenset(Category))

    assert (there if ASKED.get(right) in takes else None) is mill.called_for(right)
    assert written.called_for(right) is None


@given(st.lists(st.sampled_from(Answer), min_size=1))
def test_what_is_settled_stays_so_and_a_refusal_until_somebody_settles_it(answers: list[Answer]) -> None:
    open_ = [answer for answer in answers if answer in {Answer.SENT, Answer.UNSENT, Answer.CALLING}]
    before = ledger(chain(told("mill", Answer.REFUSED), *(told("mill", answer) for answer in open_)))
    after = ledger(chain(told("mill", Answer.CONFIRMED), *(told("mill", answer) for answer in answers)))

    assert Answer.REFUSED is before["mill"].answer
    assert Answer.CONFIRMED is after["mill"].answer
    assert answers.count(Answer.SENT) == after["mill"].notices


def test_news_reached_whoever_was_written_to_or_confirmed_it() -> None:
    found = ledger(
        chain(told("mill", Answer.SENT), told("attic", Answer.UNSENT), told("shop", Answer.CONFIRMED))
    )

    assert ("mill", "shop") == reached(found)
