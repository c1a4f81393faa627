"""Whether nothing found of a client's data is a proof, or we erased what led there (LAW PRC-03)."""

from collections.abc import Iterable

from dsar.dossier import fingerprints_of
from dsar.errors import UnsupportedError
from dsar.orders import DeedOrder
from dsar.person import Identity
from dsar.ports import Register, Vault
from dsar.ways import WAY_GONE, way_gone


def check_way(
    register: Register, vault: Vault, order: DeedOrder, identity: Identity, empty: Iterable[str]
) -> None:
    """Let nobody believe that `empty` collections hold nothing where we may have erased what led to them.

    That was perhaps done in another case of the person: one that the register knows as theirs, or one that
    put them on the suppression list, which also remembers whose case was shredded.

    Raises:
        UnsupportedError: `way_erased`: a person must look.
    """
    case_id = order.request.case_id
    same = {case.request.case_id for case in register.of_subject(order.request.subject_id)}
    prints = fingerprints_of(vault, identity)
    listed = {line.case_id for one in prints for line in register.suppressed(one)}
    others = (register.evidence(one) for one in sorted((same | listed) - {case_id}))
    if way_gone(register.evidence(case_id), order.system, order.client, empty, others):
        raise UnsupportedError(order.system, WAY_GONE)
