"""Whom a system means by what we search: where it may be somebody else, a person looks (Art. 15(4))."""

from collections.abc import Iterable

from dsar.errors import OperatorError
from dsar.holdings import Findings
from dsar.person import Identity
from dsar.ports import Connector, Register
from dsar.reaching import is_too_much, own, unknown_to
from dsar.systems import ANOTHER, SEVERAL, TOO_MANY, found_for_a_machine
from dsar.vocabulary import IdentifierKind, Verb


async def doubt(connector: Connector, identity: Identity, findings: Findings) -> str:
    """Return why a person must look before this answer counts: the code, or nothing.

    A key that was learned there says who is meant, but not whether what was taught since leads elsewhere: the
    system is asked for that as if it had not been asked before. Whether what was proved fits several people
    there decides if the other systems are in doubt, too.
    """
    system = connector.card.name
    keys = set(identity.of(IdentifierKind.RECORD_KEY, system=system))
    afresh = await connector.find(unknown_to(system, identity)) if keys else findings
    if afresh.people > 1 or (keys and not keys.issuperset(_keys(afresh))):
        return SEVERAL if (await connector.find(own(identity))).people > 1 else ANOTHER
    return TOO_MANY if is_too_much(identity, findings.learned) else ""


def _keys(findings: Findings) -> Iterable[str]:
    return (i.value for i in findings.learned if i.kind is IdentifierKind.RECORD_KEY)


async def check_searched(register: Register, case_id: str, connector: Connector, identity: Identity) -> None:
    """Ask a system whom it means before its machine goes on with what a person found there while it was away.

    Raises:
        OperatorError: `several_people`, `taught_leads_to_another` or `too_many_identifiers`.
    """
    card = connector.card
    unasked = {a.system for a in register.answers(case_id) if found_for_a_machine(a)}
    if card.name in unasked and Verb.FIND in card.can:
        why = await doubt(connector, identity, await connector.find(identity))
        if why:
            raise OperatorError(card.name, why)
