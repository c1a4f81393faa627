"""What somebody typed becomes what a column holds, or is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa

from connectors._sql_fitting import fitting

SOME = "0b9d6bd4-3a86-4c4c-9a3b-8f5a4a1d5b11"


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (sa.Date(), "1990-05-01", date(1990, 5, 1)),
        (sa.DateTime(), "1990-05-01T10:00:00+00:00", datetime(1990, 5, 1, 10, tzinfo=UTC)),
        (sa.Integer(), "44", 44),
        (sa.Numeric(), "1.50", Decimal("1.50")),
        (sa.Float(), "1.5", 1.5),
        (sa.Boolean(), "True", True),
        (sa.Uuid(), SOME, UUID(SOME)),
        (sa.String(5), "12345", "12345"),
        (sa.Text(), "=1", "=1"),
    ],
)
def test_it_is_read_as_the_column_holds_it(
    column: sa.types.TypeEngine[object], text: str, value: object
) -> None:
    assert value == fitting(column, text)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (sa.Date(), "1 May 1990"),
        (sa.Integer(), "4.4"),
        (sa.Numeric(), "a lot"),
        (sa.Boolean(), "perhaps"),
        (sa.Uuid(), "1"),
        (sa.String(5), "123456"),
    ],
)
def test_what_it_cannot_hold_is_refused(column: sa.types.TypeEngine[object], text: str) -> None:
    try:
        fitting(column, text)
    except ValueError:
        return
    pytest.fail("it was taken")
