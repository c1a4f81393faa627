"""The end of our own records' time: what goes, and why, is written into the evidence (LAW RET-01)."""

from collections.abc import Iterator
from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.proven import needs_claims
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.expiry import Expired, ExpiryOrder
from dsar.ports import Notary, Register, Signer, Vault
from dsar.ports.arrivals import Arrivals
from dsar.ports.relay import RelayBook
from dsar.retention import CLAIMED, PLACES, Kept, Periods, RecordKind
from dsar.standing import standing

PAGE = 500  # cases looked at in one call
AT_ONCE = 2000  # events that go in one call


@dataclass(frozen=True, slots=True)
class Expiring:
    """Tools that know how long our records are kept."""

    register: Register
    vault: Vault
    periods: Periods
    notary: Notary
    signer: Signer
    relays: RelayBook
    arrivals: Arrivals

    @activity.defn(name="list-expired")
    @translated
    def list_expired(self, order: ExpiryOrder) -> Expired:
        """Return which cases of the next page hold something whose time is over, and which themselves are."""
        cases = sorted(
            (case for case in self.register.cases() if case.request.case_id > order.after),
            key=lambda case: case.request.case_id,
        )[:PAGE]
        due = [k for k in standing(self.register, cases, self.periods) if k.is_due(order.at.date())]
        whole = frozenset(k.case_id for k in due if k.kind is RecordKind.CASE)
        return Expired(
            records=tuple(sorted({k.case_id for k in due if k.kind in PLACES} - whole)),
            cases=tuple(sorted(whole)),
            chains=tuple(sorted({k.case_id for k in due if k.kind is RecordKind.EVIDENCE} - whole)),
            last=cases[-1].request.case_id if cases else "",
        )

    @activity.defn(name="remove-records")
    @translated
    def remove_records(self, order: ExpiryOrder) -> int:
        """Remove what of one case is not kept any more; return how many objects went. Repeatable.

        Whether it may go is asked here once more: a hold may have come since it was listed.
        """
        return sum(self._remove(order, one) for one in self._due(order) if one.kind in PLACES)

    @activity.defn(name="end-evidence")
    @translated
    def end_evidence(self, order: ExpiryOrder) -> bool:
        """Remove a chain that is not kept any more, with its case; a signed statement takes its place.

        Returns False if it stays, or is gone already.
        """
        known = any(case.request.case_id == order.case_id for case in self.register.cases())
        if not known or RecordKind.EVIDENCE not in {one.kind for one in self._due(order)}:
            return False
        return self.notary.end(order.case_id, order.at, self.signer)

    @activity.defn(name="forget-events")
    @translated
    def forget_events(self, order: ExpiryOrder) -> int:
        """Remove events that every destination has got and that are not kept any more; return how many."""
        before = order.at - self.periods.events
        self.arrivals.forget_arrivals(before)
        return self.relays.forget(before, AT_ONCE)

    def _due(self, order: ExpiryOrder) -> Iterator[Kept]:
        case = self.register.case(order.case_id)
        for one in standing(self.register, (case,), self.periods):
            if one.is_due(order.at.date()):
                yield one

    def _remove(self, order: ExpiryOrder, one: Kept) -> int:
        request, entries = self.register.case(one.case_id).request, self.register.evidence(one.case_id)
        stays = {CLAIMED} if needs_claims(entries, request) else set()
        going = (place for place in PLACES[one.kind] if place not in stays)
        count = sum(self.vault.remove(one.case_id, place) for place in going)
        facts: dict[str, Scalar] = {
            "record": one.kind.value,
            "until": one.until.isoformat(),
            "objects": count,
        }
        key = f"expired:{one.kind}"
        fact = Fact(key=key, kind=EvidenceKind.RECORD_REMOVED, at=order.at, facts=facts)
        self.register.record(one.case_id, fact)
        return count
