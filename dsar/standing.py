"""What of our records is kept until when: the register asked, case by case."""

from collections.abc import Callable, Iterable, Iterator

from dsar.evidence import EvidenceKind
from dsar.ports import CaseRecord, Register
from dsar.retention import COMPLAINS, Kept, Periods, kept
from dsar.vocabulary import Status


def standing(register: Register, cases: Iterable[CaseRecord], periods: Periods) -> Iterator[Kept]:
    """Yield what of these cases is still kept. What is open is kept until it is closed, and not named."""
    complains = complained(register)
    suppressed = {line.case_id for line in register.suppressed()}
    for case in cases:
        if case.status is Status.CLOSED:
            yield from kept(
                case.request,
                register.evidence(case.request.case_id),
                periods,
                complains=complains(case),
                suppressed=case.request.case_id in suppressed,
            )


def complained(register: Register) -> Callable[[CaseRecord], bool]:
    """Return what tells whether a complaint or an appeal is open that may turn on a case: one of the same
    person, or one that staff tied to it.
    """
    opened = [case.request for case in register.cases(open_only=True) if case.request.right in COMPLAINS]
    people = {request.subject_id for request in opened}
    about = {
        str(entry.facts["case"])
        for request in opened
        for entry in register.evidence(request.case_id)
        if entry.kind is EvidenceKind.LINKED
    }
    return lambda case: case.request.subject_id in people or case.request.case_id in about
