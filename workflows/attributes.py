"""Search attributes: what Temporal may know and index. Enums, dates and handles; never a person."""

from datetime import UTC, date, datetime, time

from temporalio import workflow
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    SearchAttributeUpdate,
    TypedSearchAttributes,
)

with workflow.unsafe.imports_passed_through():
    from dsar.case import RightsRequest
    from dsar.vocabulary import Status

RIGHT = SearchAttributeKey.for_keyword("DsarRight")
REGIME = SearchAttributeKey.for_keyword("DsarRegime")
STATUS = SearchAttributeKey.for_keyword("DsarStatus")
OWNER = SearchAttributeKey.for_keyword("DsarOwner")
DUE = SearchAttributeKey.for_datetime("DsarDue")
ALL = {
    RIGHT.name: "Keyword",
    REGIME.name: "Keyword",
    STATUS.name: "Keyword",
    OWNER.name: "Keyword",
    DUE.name: "Datetime",
}


def at_start(request: RightsRequest) -> TypedSearchAttributes:
    """What a case is found by from its first moment."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(RIGHT, request.right.value),
            SearchAttributePair(REGIME, request.regime),
            SearchAttributePair(STATUS, Status.RECEIVED.value),
            SearchAttributePair(OWNER, request.owner),
        ]
    )


def show(status: Status, due_on: date | None) -> None:
    """Show where the case stands, and its due date. Each showing costs the server a write: both at once."""
    workflow.upsert_search_attributes([STATUS.value_set(status.value), _due(due_on)])


def show_due(due_on: date | None) -> None:
    """Show until when the case must be answered (end of that day, UTC); nothing while its clock stands."""
    workflow.upsert_search_attributes([_due(due_on)])


def _due(due_on: date | None) -> SearchAttributeUpdate[datetime]:
    return DUE.value_set(datetime.combine(due_on, time(23, 59), UTC)) if due_on else DUE.value_unset()
