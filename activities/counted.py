"""Whether an export is as long as the search said: what it leaves out, nobody would miss (DESIGN §1.1)."""

from collections.abc import Iterable, Mapping, Sequence

from dsar.errors import ContractError
from dsar.evidence import EvidenceKind, Fact, Scalar
from dsar.orders import Order
from dsar.parcels import Chain
from dsar.person import Identity
from dsar.ports import Connector, Register
from dsar.shortfalls import Shortfall, accepted
from dsar.systems import CAME_SHORT


async def short_of(
    connector: Connector, identity: Identity, counted: Mapping[str, int], chains: Iterable[Chain]
) -> tuple[Shortfall, ...]:
    """Hold a system to its count. One that came short is searched again: records may have gone meanwhile.

    Returns what it gave fewer records of than it counted, before and after.
    """
    short = [chain for chain in chains if chain.rows < counted.get(chain.collection, 0)]
    now = {h.collection: h.count for h in (await connector.find(identity)).holdings} if short else {}
    return tuple(
        Shortfall(
            system=connector.card.name,
            collection=chain.collection,
            counted=now[chain.collection],
            given=chain.rows,
        )
        for chain in short
        if chain.rows < now.get(chain.collection, 0)
    )


def check_accepted(register: Register, order: Order, short: Sequence[Shortfall]) -> None:
    """Write down what came short, for a person to judge. No more may be missing than the DPO accepted.

    Raises:
        ContractError: `export_short`: the count is wrong, or the export is, and nobody said which.
    """
    case_id, system = order.request.case_id, order.system
    for place, one in enumerate(short, start=1):
        key = f"short:{system}:{order.number}:{place}"
        facts: dict[str, Scalar] = {"system": system, "collection": one.collection}
        facts |= {"counted": one.counted, "given": one.given, "generation": order.number}
        register.record(case_id, Fact(key=key, kind=EvidenceKind.CAME_SHORT, at=order.at, facts=facts))
    known = accepted(register.evidence(case_id), system) if short else None
    if short and not (known and known.covers(short)):
        raise ContractError(system, CAME_SHORT)
