"""What a restored back-up undid: corrections by machine and by hand, of the person and of clients."""

from datetime import timedelta

from dsar.decision_kinds import ACCEPT_GAP, MANUAL_DONE
from dsar.evidence import EvidenceKind
from dsar.replays import corrected_since
from dsar.vocabulary import Right
from tests.chains import AT, chain, fact

MACHINE = fact(EvidenceKind.RECEIPT, system="crm", verb="rectify")
OF_A_CLIENT = fact(EvidenceKind.RECEIPT, "of-a-client", system="shop", verb="rectify", client="acme")
BY_HAND = fact(EvidenceKind.DECIDED, system="archive", decision=MANUAL_DONE)
ELSE = (
    fact(EvidenceKind.RECEIPT, "erased", system="wiki", verb="erase"),
    fact(EvidenceKind.DECIDED, "given-up", system="paper", decision=ACCEPT_GAP),
)


def test_where_a_machine_or_a_person_corrected_since_a_day_is_named() -> None:
    entries = chain(MACHINE, OF_A_CLIENT, BY_HAND, *ELSE)

    assert ("archive", "crm", "shop") == corrected_since(entries, Right.RECTIFICATION, AT.date())
    assert () == corrected_since(entries, Right.RECTIFICATION, AT.date() + timedelta(days=1))


def test_what_was_done_by_hand_in_a_case_of_another_right_corrected_nothing() -> None:
    assert ("crm",) == corrected_since(chain(MACHINE, BY_HAND), Right.ACCESS, AT.date())
