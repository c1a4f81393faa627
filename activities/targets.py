"""Where a person wants what they take along sent, and what came of it (Art. 20(2); LAW NTC-13)."""

from dsar.case import RightsRequest
from dsar.ports import CompanyFacts, Register, Vault
from dsar.transfers import TARGET, TRANSFER, Target, read_target, transferred
from dsar.vocabulary import Found


def target_of(vault: Vault, case_id: str) -> Target | None:
    """Return where a person wants their data sent, if they named anybody."""
    named = TARGET in vault.names(case_id, TARGET)
    return read_target(vault.get(case_id, TARGET).decode()) if named else None


def transferred_to(
    register: Register, vault: Vault, company: CompanyFacts, request: RightsRequest
) -> dict[str, str]:
    """Return what the letter says of the transfer; empty if the person named nobody."""
    target = target_of(vault, request.case_id)
    if target is None:
        return {}
    destination = company.destination(target.host)
    sent = transferred(register.evidence(request.case_id))
    answers = {answer.system: answer.found for answer in register.answers(request.case_id)}
    by_hand = answers.get(TRANSFER) is Found.MANUAL_DONE
    return {
        "name": destination.name if destination else target.host,
        "state": "sent" if sent else "by_hand" if by_hand else "not_sent",
        "sha256": str(sent.facts["sha256"]) if sent else "",
    }
