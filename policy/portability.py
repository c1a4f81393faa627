"""What may be taken elsewhere, and where to it may be sent: read from the company's facts (Art. 20)."""

from dsar.vocabulary import Category
from dsar.withholding import Ineligible
from policy.model import CompanyFacts, GroundCode

_GROUNDS = frozenset({GroundCode.CONSENT, GroundCode.CONTRACT})


def ineligible(facts: CompanyFacts, system: str, collection: str, category: Category) -> Ineligible | None:
    """Return why a holding is not taken along; None if it is (LAW POR-01).

    What the file says of the holding itself counts before what it says of its category.
    """
    own = next((h for h in facts.holdings if (h.system, h.collection) == (system, collection)), None)
    known = facts.categories.get(category)
    automated, provided, grounds = (
        known.automated if known else True,
        any(source.provided for source in facts.sources if category in source.categories),
        frozenset(g.article for p in facts.purposes if category in p.categories for g in p.grounds),
    )
    if own:
        automated = automated if own.automated is None else own.automated
        provided = provided if own.provided is None else own.provided
        grounds = grounds if own.grounds is None else frozenset(own.grounds)
    if not automated:
        return Ineligible.MANUAL
    if not provided:
        return Ineligible.PROVIDED
    return None if grounds & _GROUNDS else Ineligible.GROUND
