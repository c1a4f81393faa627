"""What a history says once its payloads are opened. Sealing is defence in depth, not the plan (DESIGN §7)."""

from collections.abc import Iterator

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory
from temporalio.exceptions import ApplicationError

import wire


def payloads(message: Message) -> Iterator[Payload]:
    """Yield every payload in a message, however deep."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        is_map = field.message_type.GetOptions().map_entry
        many = value.values() if is_map else value if field.is_repeated else [value]
        for each in many:
            if isinstance(each, Message):
                yield from payloads(each)


async def opened(history: WorkflowHistory, keys: wire.Keys) -> bytes:
    """Return what stands in the payloads of a history. Those of a shredded case stay shut."""
    codec = wire.CaseCodec(keys)
    found = []
    for event in history.events:
        for payload in payloads(event):
            try:
                found += [p.data for p in await codec.decode([payload])]
            except ApplicationError as refusal:
                assert refusal.type == "KeyDestroyed"  # noqa: PT017  # anything else is a broken history
    return b"\n".join(found)
