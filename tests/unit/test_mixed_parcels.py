"""Two workers on one export: what they write over each other is seen, and never becomes another answer."""

import pytest

from dsar.errors import OperatorError
from dsar.holdings import Page
from tests.unit.test_parcels import closed, packer_of, unpacked, vault


def test_two_workers_on_one_export_never_mix_their_parcels_unseen() -> None:
    """One is thought dead and is not: its parcels end elsewhere than those of the one that took over."""
    found = vault()
    first, second = packer_of(found), packer_of(found)
    first.add(Page(rows=({"row": 1},), cursor="1"))
    first.flush()
    second.resume()
    for packer, row in ((first, 2), (second, 2), (second, 3), (first, 3)):
        packer.add(Page(rows=({"row": row}, {"by": id(packer)}), cursor=str(row)))
        packer.flush(done=row == 3)
    for packer in (first, second):
        closed(found, packer)
        with pytest.raises(OperatorError, match="parcels_mixed"):
            unpacked(found)


@pytest.mark.parametrize("late", [1, 2])
def test_a_parcel_that_comes_after_the_waybill_is_seen(late: int) -> None:
    found = vault()
    first, second = packer_of(found), packer_of(found)
    for packer in (first, second):
        for row in (1, 2)[: late if packer is second else 2]:
            said = row if packer is first or row < late else -row
            packer.add(Page(rows=({"row": said},), cursor=str(row)))
            packer.flush(done=row == 2)
        if packer is first:
            closed(found, first)

    with pytest.raises(OperatorError, match="parcels_mixed"):
        unpacked(found)


def test_two_workers_that_say_the_same_do_no_harm() -> None:
    found = vault()
    first, second = packer_of(found), packer_of(found)
    for row in (1, 2):
        for packer in (first, second):
            packer.add(Page(rows=({"row": row},), cursor=str(row)))
            packer.flush(done=row == 2)
    closed(found, first)

    assert [("people", [{"row": 1}, {"row": 2}])] == unpacked(found)
