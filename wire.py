"""The wire to Temporal: converter, codec and failure converter in one plugin, so that none can be forgotten.

Each payload is sealed with the data key of its case (AES-256-GCM); the case is read from the workflow id in
the serialization context, so no call site can choose wrongly. Traffic of no case has a shared key.
"""

import asyncio
import dataclasses
import os
import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from pydantic import ValidationError
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    ActivitySerializationContext,
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    PayloadCodec,
    SerializationContext,
    WorkflowSerializationContext,
    create_payload_validation_error,
)
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError
from temporalio.plugin import SimplePlugin
from temporalio.runtime import Runtime
from temporalio.service import GrpcCompression

import sandbox
from dsar.case import CASE_ID
from dsar.errors import OperatorError

ENCODING = b"binary/dsar-sealed-v1"
_NAME = "temporal-payload"
SHARED = "_shared"
_COMPRESS_FROM = 256  # bytes: below this zlib gains nothing
_PLAIN, _DEFLATED = b"\0", b"\1"
_DESTROYED = "key_destroyed"
_REFUSED = {_DESTROYED: "KeyDestroyed", "key_missing": "PayloadRefused", "seal_broken": "PayloadRefused"}
_CASES = 1024  # converters remembered at once


class Seal(Protocol):
    """What the codec needs of a data key."""

    def seal(self, name: str, data: bytes) -> bytes: ...

    def open(self, name: str, sealed: bytes) -> bytes: ...


class Keys(Protocol):
    """What the codec needs of the vault's key ring."""

    def remembered(self, scope: str) -> Seal | None: ...

    def data_key(self, scope: str, *, create: bool = False) -> Seal: ...


def scope_of(workflow_id: str | None) -> str:
    """Return the case a workflow id belongs to (`case_…` or `case_…/…`), else the shared scope."""
    head = (workflow_id or "").partition("/")[0]
    return head if re.fullmatch(CASE_ID, head) else SHARED


@dataclasses.dataclass(frozen=True)
class CaseCodec(PayloadCodec):
    """Seals payloads per case. Errors here are codes: their text lands in history unsealed."""

    keys: Keys
    scope: str = SHARED

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal. Under a destroyed key noise stands for the bytes: a case that is ending can still end,
        and nothing new becomes known.
        """
        try:
            key = await self._key(self.scope)
        except OperatorError as error:
            if error.reason != _DESTROYED:  # such as a refused master key: to be mended, and nothing be lost
                raise
            return [self._wrapped(os.urandom(32)) for _ in payloads]
        return [self._wrapped(key.seal(_NAME, _packed(payload))) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open what `encode` sealed; refuse what was sealed for another case."""
        return [await self._opened(payload) for payload in payloads]

    def _wrapped(self, sealed: bytes) -> Payload:
        return Payload(metadata={"encoding": ENCODING, "scope": self.scope.encode()}, data=sealed)

    async def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload  # written by the SDK or the server itself
        scope = payload.metadata.get("scope", b"").decode("ascii", "replace")
        if scope != scope_of(scope) or (self.scope not in {SHARED, scope} and scope != SHARED):
            raise ApplicationError("payload_of_another_case", type="PayloadRefused", non_retryable=True)
        try:
            return _unpacked((await self._key(scope)).open(_NAME, payload.data))
        except OperatorError as error:
            kind = _REFUSED.get(error.reason)
            if kind is None:
                raise
            raise ApplicationError(error.reason, type=kind, non_retryable=True) from None

    async def _key(self, scope: str) -> Seal:
        if known := self.keys.remembered(scope):
            return known
        return await asyncio.to_thread(self.keys.data_key, scope, create=scope == SHARED)


def _packed(payload: Payload) -> bytes:
    raw = payload.SerializeToString()
    return _PLAIN + raw if len(raw) < _COMPRESS_FROM else _DEFLATED + zlib.compress(raw, 1)


def _unpacked(packed: bytes) -> Payload:
    raw = packed[1:]
    return Payload.FromString(zlib.decompress(raw) if packed[:1] == _DEFLATED else raw)


class StrictJson(PydanticJSONPlainPayloadConverter):
    """Pydantic's converter, except that a payload of the wrong shape fails at once instead of for ever.

    Only places and kinds of the errors are told: pydantic's own text quotes the input.
    """

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:  # noqa: ANN401  # as the base
        """See base class."""
        try:
            return super().from_payload(payload, type_hint)
        except ValidationError as error:
            wrong = [
                {"at": list(map(str, e["loc"])), "kind": e["type"]} for e in error.errors(include_input=False)
            ]
            raise create_payload_validation_error(wrong) from None


class StrictConverter(CompositePayloadConverter):
    """The SDK's converters with strict JSON."""

    def __init__(self) -> None:
        """Put `StrictJson` where the plain JSON converter stands."""
        super().__init__(*_CONVERTERS)


_STRICT = StrictJson()
_CONVERTERS = tuple(  # stateless, and wanted anew for every task of a workflow
    _STRICT if c.encoding == _STRICT.encoding else c
    for c in DefaultPayloadConverter.default_encoding_payload_converters
)


@dataclasses.dataclass(frozen=True)
class CaseConverter(DataConverter):
    """One converter per case. The SDK asks for one three times per payload, and would build each anew: a
    tenth of a worker's time. Only the codec knows cases, so the case is all that tells them apart.
    """

    _of_case: Callable[[str], "CaseConverter"] = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "_of_case", lru_cache(_CASES)(self._with_scope))

    def with_context(self, context: SerializationContext) -> "CaseConverter":
        """Return the converter for the case that the context names."""
        if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            return self._of_case(scope_of(context.workflow_id))
        return self

    def _with_scope(self, scope: str) -> "CaseConverter":
        codec = self.payload_codec
        if not isinstance(codec, CaseCodec) or codec.scope == scope:
            return self
        return dataclasses.replace(self, payload_codec=dataclasses.replace(codec, scope=scope))


def plugin(keys: Keys | None) -> SimplePlugin:
    """Return the one plugin for client, worker and replayer. `keys=None` reads plain histories in tests."""
    converter = CaseConverter(
        payload_converter_class=StrictConverter,
        payload_codec=CaseCodec(keys) if keys else None,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
    # Asked for by worker and replayer alone: a client need not read the workflows' files.
    return SimplePlugin("dsar", data_converter=converter, workflow_runner=lambda _: sandbox.runner())


async def connect(keys: Keys, *, runtime: Runtime | None = None, lazy: bool = False) -> Client:
    """Connect by Temporal's own environment configuration (TEMPORAL_ADDRESS, TEMPORAL_API_KEY, …).

    Raises:
        RuntimeError: the server cannot be reached.
    """
    settings = ClientConfig.load_client_connect_config()
    settings.setdefault("target_host", "localhost:7233")
    return await Client.connect(
        **settings,
        plugins=[plugin(keys)],
        runtime=runtime,
        lazy=lazy,
        grpc_compression=GrpcCompression.NONE,  # sealed bytes do not shrink; small ones are deflated before
    )
