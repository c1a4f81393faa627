"""The phrase book of proving: its activities, and how patient we are with each of them."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.identifying import Identifying
    from activities.matching import Matching
    from dsar.case import ProofWanted, RightsRequest
    from dsar.orders import Posted, ProofOrder
from workflows.steps import A_SEARCH, ours, theirs

A_WHILE = timedelta(hours=1)  # a person waits at the desk; what cannot be looked into now does not match


async def ask_for_proof(request: RightsRequest, wanted: ProofWanted, number: int) -> Posted:
    """Ask for a proof by the letter that fits it."""
    return await ours(
        Identifying.ask_for_proof,
        ProofOrder(request=request, at=workflow.now(), wanted=wanted, number=number),
        f"ask-for-proof:{number}",
    )


async def match_identity(request: RightsRequest, wanted: ProofWanted) -> bool:
    """Compare sealed data points with what the systems hold. Returns whether they match."""
    try:
        return await theirs(
            Matching.match_identity,
            ProofOrder(request=request, at=workflow.now(), wanted=wanted, number=wanted.number),
            f"match-identity:{wanted.number}",
            A_SEARCH,
            until=A_WHILE,
        )
    except ActivityError:
        return False
