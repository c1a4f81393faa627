"""The beginning of a review: every marked record of what was exported gets a number (Art. 15(4); EXM-22)."""

from collections.abc import Mapping
from dataclasses import dataclass

from temporalio import activity

from activities._translate import translated
from activities.cutting import Cutting
from activities.exported import folders, holding
from activities.handed import Handed
from dsar.evidence import EvidenceKind, Fact
from dsar.orders import Order
from dsar.ports import Connector, Register, Vault
from dsar.records import records
from dsar.redaction import marked_fields
from dsar.review_items import Indexer


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Tools for the review of what may concern others."""

    register: Register
    vault: Vault
    connectors: Mapping[str, Connector]
    cut: Cutting

    @activity.defn(name="begin-review")
    @translated
    def begin_review(self, order: Order) -> int:
        """Write the index of marked records. Returns how many there are; with none, nothing waits."""
        case_id = order.request.case_id
        indexer = Indexer(self.vault, case_id, order.number)
        where = folders(self.register, case_id)
        handed = Handed(self.register, self.connectors, case_id)
        stays = {(left.system, left.collection) for left in self.cut.ineligible(order.request)}
        for system in holding(self.register, case_id):
            marked = (c for c in handed.card(system).collections if (system, c.name) not in stays)
            marks = {c.name: c.third_party for c in marked if c.third_party}
            for collection, found in records(self.vault, case_id, where[system]) if marks else ():
                for record in found if collection in marks else ():
                    fields = marked_fields(marks[collection], record.row)
                    activity.heartbeat(indexer.items)
                    if fields:
                        indexer.add(system, where[system], record, fields)
        indexer.flush()
        facts = {"review": order.number, "items": indexer.items}
        key = f"review-begun:{order.number}"
        self.register.record(case_id, Fact(key=key, kind=EvidenceKind.REVIEW_BEGUN, at=order.at, facts=facts))
        return indexer.items
