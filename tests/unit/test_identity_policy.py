"""Identity is proved no further than the law lets us ask, and never less than it wants."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.proven import proved_identity
from dsar.case import ProofGiven, RightsRequest
from dsar.dossier import open_identity, seal_request
from dsar.errors import OperatorError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.identity import UNPROVED
from dsar.identity_policy import ROWS, UNCONFIRMED, Authority, meets, must_prove, need, next_proof
from dsar.law_sets import LawSet, law_set
from dsar.regimes.catalogue import codes
from dsar.vocabulary import Channel, Proof, Requester, Right
from tests.people import ADA, ADA_EMAIL, ADA_PHONE
from tests.pretend_register import MemoryRegister
from tests.pretend_vault import MemoryVault

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CASE = "case_0123456789abcdef0123"
regimes = st.sampled_from(codes())
proofs = st.builds(
    ProofGiven,
    method=st.sampled_from(Proof),
    points=st.integers(0, 3),
    declared=st.booleans(),
    authority=st.sampled_from([a.value for a in Authority]),
)


@given(st.sampled_from(Right), regimes, st.sampled_from(Requester))
def test_proof_is_never_asked_where_asking_is_forbidden(
    right: Right, regime: str, requester: Requester
) -> None:
    """Art. 21(3) GDPR is absolute; 11 CCR 7026(d) and 7027(e) forbid a verifiable request. An agent's
    permission is no proof of identity (LAW OBJ-03, CAL-16, CAL-54).
    """
    needed = need(right, regime, requester)

    if right in UNPROVED and requester is not Requester.AGENT:
        assert needed.proof is Proof.NONE
    if right in UNPROVED:
        assert needed.proof in {Proof.NONE, Proof.AGENT_AUTHORITY}
        assert not needed.confirmed
    if needed.proof is Proof.NONE:
        assert right in UNPROVED | {Right.COMPLAINT, Right.APPEAL}


@given(
    st.sampled_from(Channel), st.sampled_from(Right), regimes, st.sampled_from(Requester), st.lists(proofs)
)
def test_no_channel_reaches_a_search_without_the_proof_that_is_wanted(
    channel: Channel, right: Right, regime: str, requester: Requester, given_proofs: list[ProofGiven]
) -> None:
    """Every search, export and deed asks the register; what the register does not hold opens nothing."""
    register, vault, request = opened(channel, right, regime, requester)
    for number, proof in enumerate(given_proofs):
        register.record(CASE, fact_of(number, proof))
    if meets(given_proofs, need(right, regime, requester)):
        assert ADA_EMAIL in {i.value for i in proved_identity(register, vault, request).identifiers}
    else:
        with pytest.raises(OperatorError, match="identity_unproved"):
            proved_identity(register, vault, request)


@given(st.sampled_from(Right), regimes, st.sampled_from(Requester), st.lists(proofs), proofs)
def test_one_more_proof_never_takes_anything_away(
    right: Right, regime: str, requester: Requester, some: list[ProofGiven], more: ProofGiven
) -> None:
    needed = need(right, regime, requester)

    assert not meets(some, needed) or meets([*some, more], needed)


@given(st.lists(proofs))
def test_no_proof_of_the_person_stands_in_for_an_authority(some: list[ProofGiven]) -> None:
    """IDV-09: it is for the third party to prove it; the subject confirms a permission, not a power."""
    needed = need(Right.ACCESS, "UK-ENG", Requester.AGENT)
    shown = {p.authority for p in some if p.method is Proof.AGENT_AUTHORITY}
    confirmed = any(p.method is Proof.CONTACT_POINT for p in some)

    assert meets(some, needed) == (bool(shown) and (confirmed or bool(shown & UNCONFIRMED)))


@pytest.mark.parametrize("right", [Right.KNOW, Right.ACCESS])
def test_california_gives_specific_pieces_for_three_points_and_a_declaration(right: Right) -> None:
    """11 CCR 7062 (LAW CAL-12)."""
    needed = need(right, "US-CA")
    two = ProofGiven(method=Proof.MATCH, points=2, declared=True)
    three = ProofGiven(method=Proof.MATCH, points=3)

    assert not meets([two], needed)
    assert not meets([three], needed)
    assert meets([ProofGiven(method=Proof.MATCH, points=3, declared=True)], needed)
    assert not meets([ProofGiven(method=Proof.CONTACT_POINT)], needed)


@pytest.mark.parametrize("right", [Right.DELETE, Right.CORRECT])
def test_california_deletes_and_corrects_for_two_points(right: Right) -> None:
    assert meets([ProofGiven(method=Proof.MATCH, points=2)], need(right, "US-CA"))


def test_elsewhere_a_code_to_the_contact_point_is_enough() -> None:
    """IDV-03, IDV-05: no more than needed."""
    asked = {need(Right.ACCESS, code) for code in codes() if law_set(code) is not LawSet.CALIFORNIA}

    assert {Proof.CONTACT_POINT} == {one.proof for one in asked}


def test_a_permission_is_confirmed_by_the_subject_and_a_power_of_attorney_is_not() -> None:
    """CAL-60, CAL-61."""
    needed = need(Right.ERASURE, "US-CA", Requester.AGENT)
    signed = ProofGiven(method=Proof.AGENT_AUTHORITY, authority=Authority.SIGNED_PERMISSION)

    assert Proof.AGENT_AUTHORITY is next_proof([], needed)
    assert Proof.CONTACT_POINT is next_proof([signed], needed)
    assert not meets([signed], needed)
    assert meets([ProofGiven(method=Proof.AGENT_AUTHORITY, authority=Authority.POWER_OF_ATTORNEY)], needed)


def test_every_row_cites_the_law_and_the_last_one_fits_everybody() -> None:
    assert all(row.need.law for row in ROWS)
    assert ROWS[-1].fits(Right.ACCESS, LawSet.OTHER, Requester.SUBJECT)
    assert all(must_prove(right, "UK-ENG", Requester.AGENT) for right in set(Right) - UNPROVED - COMPLAINING)


def test_a_match_opens_only_what_the_data_was_looked_up_by() -> None:
    """Whoever matches under their own address has not proved somebody else's number."""
    register, vault, request = opened(Channel.EMAIL, Right.DELETE, "US-CA", Requester.SUBJECT)
    register.record(CASE, fact_of(1, ProofGiven(method=Proof.MATCH, points=2)))

    proved = {i.value for i in proved_identity(register, vault, request).identifiers}
    assert ADA_EMAIL in proved
    assert ADA_PHONE not in proved
    assert ADA_PHONE in {i.value for i in open_identity(vault, CASE, claimed=True).identifiers}


COMPLAINING = {Right.COMPLAINT, Right.APPEAL}


def opened(
    channel: Channel, right: Right, regime: str, requester: Requester
) -> tuple[MemoryRegister, MemoryVault, RightsRequest]:
    register, vault = MemoryRegister(), MemoryVault()
    request = RightsRequest(
        case_id=CASE,
        subject_id="sub_0123456789abcdef0123",
        right=right,
        regime=regime,
        received_at=AT,
        received_on=AT.date(),
        channel=channel,
        requester=requester,
    )
    vault.open_case(CASE)
    seal_request(vault, CASE, ADA)
    register.open_case(request, fingerprint="f" * 64, intake_key="e" * 64, at=AT)
    return register, vault, request


def fact_of(number: int, proof: ProofGiven) -> Fact:
    facts: dict[str, Scalar] = {
        "method": proof.method.value,
        "points": proof.points,
        "declared": proof.declared,
        "authority": proof.authority,
    }
    return Fact(key=f"proved:{number}", kind=EvidenceKind.IDENTITY_PROVED, at=AT, facts=facts)
