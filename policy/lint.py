"""Reads the company's facts as a critical lawyer would; reports defects instead of repeating them (LAW 1.9).

A defect never stops a letter: it is for the DPO to mend. What would be untrue is not said meanwhile.
"""

import re
from collections.abc import Iterable, Iterator

from dsar.law_sets import LawSet
from dsar.vocabulary import Category, Role
from policy.lint_texts import Defect, languages, texts
from policy.model import CompanyFacts, GroundCode, Recipient, SafeguardCode

# The area inside which data moves freely, per law set (EEA; UK). Others have no transfer rule that we state.
HOME = {
    LawSet.UK: frozenset({"GB"}),
    LawSet.EU: frozenset(
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905 - a list of 30 codes reads better so
    ),
}
MUST_OFFER = {
    LawSet.UK: {"access", "rectification", "erasure", "restriction", "portability", "objection"}
    | {"marketing_objection", "withdraw_consent"},
    LawSet.EU: {"access", "rectification", "erasure", "restriction", "portability", "objection"}
    | {"marketing_objection", "withdraw_consent"},
    LawSet.CALIFORNIA: {"know", "delete", "correct", "opt_out", "limit", "no_retaliation"},
}
_GROUP_NAME = re.compile(
    r"(?i)\b(providers?|partners?|advisers?|advisors?|third part(?:y|ies)|suppliers?|authorities)$"
)


def lint(facts: CompanyFacts) -> tuple[Defect, ...]:
    """Return every defect of the company's facts, in the order of the file."""
    checks = (
        _entities,
        _categories,
        _purposes,
        _recipients,
        _transfers,
        _retention,
        _sources,
        _portability,
        _sales,
        _rights,
        _routes,
        _four_eyes,
        texts,
        languages,
    )
    return tuple(defect for check in checks for defect in check(facts))


def _entities(facts: CompanyFacts) -> Iterator[Defect]:
    for laws in LawSet:
        answering = [entity.code for entity in facts.entities if laws in entity.answers_for]
        if not answering:
            move = "say which company of the group answers; the first one is taken"
            yield Defect(code="controller_missing", law="P-01", where=laws, move=move)
        if len(answering) > 1:
            move = f"only one company can answer: {', '.join(answering)}"
            yield Defect(code="controller_ambiguous", law="P-01", where=laws, move=move)


def _categories(facts: CompanyFacts) -> Iterator[Defect]:
    for category in facts.disclosed_categories:
        if category not in facts.categories:
            move = "collect it, or stop saying that it is disclosed"
            yield Defect(code="category_disclosed_not_collected", law="P-56", where=category, move=move)
    for category, entry in facts.categories.items():
        secret = any(re.search(r"(?i)passwor[dt]", text) for item in entry.items for text in item.values())
        if secret and "password" not in entry.never_disclose:
            move = "add 'never_disclose: [password]'"
            yield Defect(code="secret_not_withheld", law="CAL-23", where=category, move=move)


def _purposes(facts: CompanyFacts) -> Iterator[Defect]:
    for purpose in facts.purposes:
        if not purpose.grounds:
            move = "name a legal ground of Art. 6(1), or end the purpose"
            yield Defect(code="ground_missing", law="P-16", where=purpose.code, move=move)
        for ground in purpose.grounds:
            if ground.article is GroundCode.LEGITIMATE_INTERESTS and ground.interest is None:
                move = "say which interest it is"
                yield Defect(code="interest_missing", law="P-17", where=purpose.code, move=move)
    used = _all_of(purpose.categories for purpose in facts.purposes)
    for category in facts.categories:
        if category not in used:
            move = "name the purpose it is used for, or stop collecting it"
            yield Defect(code="purpose_missing", law="ACC-10", where=category, move=move)


def _recipients(facts: CompanyFacts) -> Iterator[Defect]:
    for recipient in facts.recipients:
        if _GROUP_NAME.search(recipient.name):
            move = "name the company, not the kind of company"
            yield Defect(code="recipient_unnamed", law="ACC-07", where=recipient.code, move=move)


def _transfers(facts: CompanyFacts) -> Iterator[Defect]:
    known = {recipient.code for recipient in facts.recipients}
    for transfer in facts.transfers:
        if transfer.recipient not in known:
            move = "name one of the recipients"
            yield Defect(code="recipient_unknown", law="ACC-10", where=transfer.recipient, move=move)
        if transfer.safeguard is SafeguardCode.PRIVACY_SHIELD:
            move = "it is invalid since C-311/18; set the safeguard that protects the data now"
            yield Defect(code="safeguard_invalid", law="P-26", where=transfer.recipient, move=move)
    for laws in HOME:
        for recipient in facts.recipients:
            if _leaves(facts, recipient, laws):
                yield _unprotected(facts, recipient, laws)


def _leaves(facts: CompanyFacts, recipient: Recipient, laws: LawSet) -> bool:
    """Whether this recipient is outside the area of a law set we answer for, and no transfer says so."""
    answered = any(laws in entity.answers_for for entity in facts.entities)
    stated = any(t.recipient == recipient.code and laws in t.under for t in facts.transfers)
    return answered and recipient.country not in HOME[laws] and not stated


def _unprotected(facts: CompanyFacts, recipient: Recipient, laws: LawSet) -> Defect:
    """Tell a gap in one law set from a text that was only ever written for the EEA."""
    only_eea = laws is LawSet.UK and any(
        t.recipient == recipient.code and LawSet.EU in t.under for t in facts.transfers
    )
    code = "transfer_eea_only" if only_eea else "safeguard_missing"
    move = f"state the safeguard under {laws} law for this recipient"
    return Defect(code=code, law="1.9" if only_eea else "P-26", where=recipient.code, move=move)


def _retention(facts: CompanyFacts) -> Iterator[Defect]:
    stated = {rule.category for rule in facts.retention if rule.period or rule.criteria}
    for category in facts.categories:
        if category not in stated:
            move = "state a period, or the criteria for one"
            yield Defect(code="retention_missing", law="P-30", where=category, move=move)


def _sources(facts: CompanyFacts) -> Iterator[Defect]:
    named = _all_of(source.categories for source in facts.sources)
    for category in facts.categories:
        if category not in named:
            move = "say where this data comes from"
            yield Defect(code="source_missing", law="P-15", where=category, move=move)
    if facts.automated_decisions is None:
        move = "say whether a machine decides about people, or that none does"
        yield Defect(
            code="automated_decisions_unstated", law="ACC-10", where="automated_decisions", move=move
        )


def _portability(facts: CompanyFacts) -> Iterator[Defect]:
    offered = any("portability" in rights for rights in facts.rights.values())
    if offered and not any(source.provided for source in facts.sources):
        move = "say of each source whether the person provides it; without one nothing can be taken along"
        yield Defect(code="provided_missing", law="POR-01", where="sources", move=move)
    named = [(one.system, one.collection) for one in facts.holdings]
    for system, collection in sorted({one for one in named if named.count(one) > 1}):
        move = "say it once: the first line would be taken"
        yield Defect(code="holding_twice", law="POR-01", where=f"{system}.{collection}", move=move)


def _sales(facts: CompanyFacts) -> Iterator[Defect]:
    if facts.sells_or_shares != bool(facts.sold_categories):
        move = "name in 'sold_categories' what is sold or shared, or say that nothing is"
        yield Defect(code="sale_unstated", law="CAL-20", where="sold_categories", move=move)


def _rights(facts: CompanyFacts) -> Iterator[Defect]:
    for laws, rights in MUST_OFFER.items():
        if any(laws in entity.answers_for for entity in facts.entities):
            for right in sorted(rights - set(facts.rights.get(laws, ()))):
                move = f"offer this right under {laws} law"
                yield Defect(code="right_missing", law="P-57", where=f"{laws}.{right}", move=move)


def _routes(facts: CompanyFacts) -> Iterator[Defect]:
    answered = {laws for entity in facts.entities for laws in entity.answers_for}
    if LawSet.UK in answered and facts.complaint_route is None:
        move = "offer a form and another way to complain to the company (s.164A DPA 2018)"
        yield Defect(code="complaint_route_missing", law="CMP-02", where="complaint_route", move=move)
    for laws in LawSet:
        if laws in answered and all(a.law_set is not laws for a in facts.authorities):
            move = "name the authority; without it no letter can be sent"
            yield Defect(code="authority_missing", law="P-51", where=laws, move=move)
    if all(Role.DPO not in member.roles for member in facts.staff):
        move = "give one member of staff the role dpo; nobody can release an answer otherwise"
        yield Defect(code="dpo_handle_missing", law="P-05", where="staff", move=move)


def _four_eyes(facts: CompanyFacts) -> Iterator[Defect]:
    able = [member for member in facts.staff if Role.DPO in member.roles]
    if facts.four_eyes and not able[1:]:
        move = "give a second member of staff the role dpo; nobody can second a decision otherwise"
        yield Defect(code="second_missing", law="ADM-03", where="four_eyes", move=move)


def _all_of(groups: Iterable[tuple[Category, ...]]) -> set[Category]:
    return {category for group in groups for category in group}
