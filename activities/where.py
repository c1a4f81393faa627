"""Which objects of a store, or names in a database, still hold a person. They are sealed: staff who clean up
must know, and nobody else.
"""

import json
from collections.abc import Mapping, Sequence

from dsar.ports import Vault
from dsar.residue import Scan

Keys = Mapping[str, Sequence[str]]  # by place


def seal_keys(vault: Vault, case_id: str, system: str, scan: Scan) -> None:
    """Seal the keys that a scan found; those of an earlier one are gone. Repeatable."""
    keys: dict[str, list[str]] = {}
    for one in scan.found:
        keys.setdefault(one.place, []).extend(one.keys)
    data = json.dumps(keys, ensure_ascii=False).encode("utf-8", "surrogatepass")
    vault.put(case_id, _name(system), data)


def open_keys(vault: Vault, case_id: str, system: str) -> Keys:
    """Return the keys of the latest scan of a system; places without any are left out."""
    keys = json.loads(vault.get(case_id, _name(system)).decode("utf-8", "surrogatepass"))
    return {place: tuple(found) for place, found in keys.items() if found}


def _name(system: str) -> str:
    return f"residue/{system}"
