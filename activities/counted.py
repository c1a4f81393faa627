"""Whether an export is as long as the search said: what it leaves out, nobody would miss (DESIGN §1.1)."""

from collections.abc import Iterable, Mapping

from dsar.errors import ContractError
from dsar.parcels import Chain
from dsar.person import Identity
from dsar.ports import Connector


async def check_whole(
    connector: Connector, identity: Identity, counted: Mapping[str, int], chains: Iterable[Chain]
) -> None:
    """Hold a system to its count. One that came short is searched again: records may have gone meanwhile.

    Raises:
        ContractError: `export_short`: it gave fewer records than it counted, before and after.
    """
    short = [chain for chain in chains if chain.rows < counted.get(chain.collection, 0)]
    if not short:
        return
    now = {h.collection: h.count for h in (await connector.find(identity)).holdings}
    if any(chain.rows < now.get(chain.collection, 0) for chain in short):
        raise ContractError(connector.card.name, "export_short")
