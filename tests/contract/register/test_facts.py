"""Whatever plain fact is recorded comes back to the letter, whenever it was."""

from datetime import datetime, timedelta, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsar.evidence import EvidenceKind, Fact
from dsar.ports import Register
from tests.contract.register.registers import opened
from tests.people import HOSTILE

EMAILS = [identity.identifiers[0].value for identity in HOSTILE]
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

texts = st.text(st.characters(codec="utf-8"), max_size=40)
plain = texts | st.integers() | st.booleans() | st.none()
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1900, 1, 2), datetime(2999, 1, 1), timezones=zones)  # noqa: DTZ001


@few
@given(facts=st.dictionaries(texts, plain, max_size=6), at=instants)
def test_any_plain_fact_at_any_instant_returns_to_the_letter_and_verifies(
    register: Register, facts: dict[str, str | int | bool | None], at: datetime
) -> None:
    case_id = opened(register)

    register.record(case_id, Fact(key="k", kind=EvidenceKind.DECIDED, at=at, facts=facts))

    entry = register.evidence(case_id)[-1]
    assert entry.facts == facts
    assert {k: type(v) for k, v in entry.facts.items()} == {k: type(v) for k, v in facts.items()}
    assert entry.at == at
    assert register.verify_evidence(case_id).whole
