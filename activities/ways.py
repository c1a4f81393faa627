"""Whether nothing found of a client's data is a proof, or we erased what led there (LAW PRC-03)."""

from collections.abc import Iterable
from dataclasses import dataclass

from dsar.case import RightsRequest
from dsar.dossier import fingerprints_of
from dsar.errors import UnsupportedError
from dsar.person import Identity
from dsar.ports import Register, Vault
from dsar.ways import WAY_GONE, way_gone


@dataclass(frozen=True, slots=True)
class Way:
    """How a client's data of one person is reached, as far as our own erasures left it."""

    register: Register
    vault: Vault
    request: RightsRequest
    client: str

    def check(self, system: str, identity: Identity, empty: Iterable[str]) -> None:
        """Let nobody believe that `empty` collections hold nothing where we may have erased what led to them.

        That was perhaps done in another case of the person: one that the register knows as theirs, or one
        that put them on the suppression list, which also remembers whose case was shredded.

        Raises:
            UnsupportedError: `way_erased`: a person must look.
        """
        case_id, register = self.request.case_id, self.register
        same = {case.request.case_id for case in register.of_subject(self.request.subject_id)}
        prints = fingerprints_of(self.vault, identity)
        listed = {line.case_id for one in prints for line in register.suppressed(one)}
        others = (register.evidence(one) for one in sorted((same | listed) - {case_id}))
        if way_gone(register.evidence(case_id), system, self.client, empty, others):
            raise UnsupportedError(system, WAY_GONE)
