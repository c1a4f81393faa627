"""Every letter says what the case says of itself: its dates, its agent, what is left to do about it."""

import pytest

from dsar.case import RightsRequest
from dsar.complaints import SPENT
from dsar.dossier import seal_agent
from dsar.evidence import EvidenceKind
from dsar.letterhead import letterhead
from dsar.links import LinkKind
from dsar.vocabulary import Requester, Right
from tests.chains import AT, CASE, fact
from tests.pretend_register import MemoryRegister
from tests.pretend_tools import PretendCompany
from tests.pretend_vault import MemoryVault
from tests.requests import requested

AGENT = "agent@law.example"
EARLIER = f"case_{'1' * 20}"


def head(request: RightsRequest, how: LinkKind | None = None) -> dict[str, object]:
    register, vault = MemoryRegister(), MemoryVault()
    register.open_case(request, fingerprint="f" * 64, intake_key="key", at=AT)
    vault.open_case(CASE)
    seal_agent(vault, CASE, AGENT)
    if how:
        link = fact(EvidenceKind.LINKED, case=EARLIER, right=Right.ACCESS.value, how=how.value)
        register.record(CASE, link)
    return letterhead(register, vault, PretendCompany(), request)


@pytest.mark.parametrize("requester", Requester)
def test_only_a_represented_person_has_an_agent_in_the_letter(requester: Requester) -> None:
    said = head(requested(requester=requester))

    assert ("" if requester is Requester.SUBJECT else AGENT) == said["agent"]
    assert (CASE, "UK-ENG", AT.date(), None) == tuple(
        said[name] for name in ("case_id", "regime", "received_on", "due_on")
    )


@pytest.mark.parametrize("right", Right)
def test_a_remedy_that_is_being_used_is_not_offered_once_more(right: Right) -> None:
    offered = {r["code"] for r in PretendCompany().letter_facts("UK-ENG", AT.date(), "en")["remedies"]}
    left = {remedy["code"] for remedy in head(requested(right))["remedies"]}  # type: ignore[attr-defined]  # a list of facts

    assert offered - SPENT.get(right, frozenset()) == left


@pytest.mark.parametrize(
    ("right", "how", "about"),
    [
        (Right.COMPLAINT, LinkKind.ABOUT, EARLIER),
        (Right.COMPLAINT, LinkKind.CLAIMED, ""),
        (Right.COMPLAINT, None, ""),
        (Right.ACCESS, LinkKind.ABOUT, ""),
    ],
)
def test_the_earlier_case_is_named_only_where_it_is_surely_theirs(
    right: Right, how: LinkKind | None, about: str
) -> None:
    assert about == head(requested(right), how)["about"]
