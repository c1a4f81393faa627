"""Preparing a fresh stack: keys, schema, bucket, search attributes, schedules. Safe to repeat."""

import asyncio
from collections.abc import Iterator

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

import fitter
import wire
from bundle.signing import create_key
from dsar.errors import TemporaryError
from register.schema import prepare as prepare_register
from scheduling import schedules
from settings import Settings
from stores import register_url
from vault.master import create_key_file
from workflows.attributes import ALL

_TYPES = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}


async def prepare(settings: Settings) -> list[str]:
    """Make whatever is missing. Returns one sentence per change; nothing if all was ready.

    Raises:
        OperatorError, TemporaryError: which part cannot be prepared, and why.
    """
    changes = list(_keys(settings))
    kit = fitter.tools(settings)
    changes += await asyncio.to_thread(prepare_register, register_url(settings))
    changes += await asyncio.to_thread(kit.vault.prepare)
    client = await wire.connect(kit.vault.keyring, lazy=True)
    changes += await _search_attributes(client)
    return changes + await schedules(client, settings.task_queue)


def _keys(settings: Settings) -> Iterator[str]:
    elsewhere = settings.kms_key_id or settings.master_passphrase_file
    if not elsewhere and not settings.master_key_file.exists():
        create_key_file(settings.master_key_file)
        yield f"made the master key {settings.master_key_file}: back it up apart from the data"
    if not settings.signing_key_file.exists():
        create_key(settings.signing_key_file)
        yield f"made the signing key {settings.signing_key_file}"


async def _search_attributes(client: Client) -> list[str]:
    try:
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
        missing = {name: _TYPES[kind] for name, kind in ALL.items() if name not in listed.custom_attributes}
        if missing:
            request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
            await client.operator_service.add_search_attributes(request)
    except (RPCError, RuntimeError):
        raise TemporaryError("temporal", "unreachable") from None
    return [f"added the search attribute {name}" for name in missing]
