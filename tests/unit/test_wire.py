"""The wire: sealed per case, refused when touched, silent about what it carries."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import ActivitySerializationContext, DataConverter, WorkflowSerializationContext
from temporalio.exceptions import ApplicationError

import wire
from dsar.case import Decision, ProofGiven, RightsRequest
from dsar.errors import OperatorError
from dsar.orders import Order
from tests.pretend_vault import MemoryVault

ADA, BEN = f"case_{'a' * 20}", f"case_{'b' * 20}"
SECRET = "ada.osei@subject.example"  # what must not be seen
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
scopes = st.sampled_from([ADA, BEN, wire.SHARED])


def vault() -> MemoryVault:
    found = MemoryVault()
    found.open_case(ADA)
    found.open_case(BEN)
    return found


KEYS = vault().keyring


def converter(keys: wire.Keys | None = KEYS, scope: str = wire.SHARED) -> DataConverter:
    found = wire.plugin(keys).data_converter
    assert isinstance(found, wire.CaseConverter)
    return found.with_context(WorkflowSerializationContext(namespace="default", workflow_id=scope))


def sealed(value: object, scope: str, keys: wire.Keys = KEYS) -> Payload:
    return asyncio.run(converter(keys, scope).encode([value]))[0]


def opened(payload: Payload, scope: str, keys: wire.Keys = KEYS, kind: type | None = None) -> Any:
    return asyncio.run(converter(keys, scope).decode([payload], [kind] if kind else None))[0]


def refusal(payload: Payload, scope: str, keys: wire.Keys = KEYS) -> ApplicationError:
    with pytest.raises(ApplicationError) as error:
        opened(payload, scope, keys)
    assert error.value.non_retryable
    return error.value


@given(json_values | st.text(min_size=300, max_size=3000), scopes)
def test_what_was_sealed_for_a_case_is_opened_for_it(value: Any, scope: str) -> None:
    payload = sealed(value, scope)

    assert value == opened(payload, scope)
    assert value == opened(payload, wire.SHARED)
    assert {"encoding", "scope"} == set(payload.metadata)
    assert scope.encode() == payload.metadata["scope"]


@given(st.text(max_size=400), scopes)
def test_nothing_sealed_can_be_read_or_recognised(text: str, scope: str) -> None:
    value = SECRET + text
    one, two = sealed(value, scope), sealed(value, scope)

    assert one.data != two.data
    assert SECRET.encode() not in one.SerializeToString()


def test_another_cases_payload_is_refused() -> None:
    payload = sealed(SECRET, ADA)
    assert ("PayloadRefused", "payload_of_another_case") == _said(refusal(payload, BEN))

    payload.metadata["scope"] = BEN.encode()  # and it cannot be passed off as one's own
    assert ("PayloadRefused", "seal_broken") == _said(refusal(payload, BEN))


@given(st.data())
def test_a_payload_that_was_touched_is_refused(data: st.DataObject) -> None:
    payload = sealed(SECRET, ADA)
    at = data.draw(st.integers(0, len(payload.data) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    payload.data = payload.data[:at] + bytes([payload.data[at] ^ bit]) + payload.data[at + 1 :]

    assert ("PayloadRefused", "seal_broken") == _said(refusal(payload, ADA))


@given(st.binary(max_size=40), scopes)
def test_a_scope_that_is_none_is_refused(scope: bytes, reader: str) -> None:
    assume(scope != wire.SHARED.encode())
    payload = sealed(SECRET, reader)
    payload.metadata["scope"] = scope
    assert ("PayloadRefused", "payload_of_another_case") == _said(refusal(payload, reader))

    del payload.metadata["scope"]
    assert ("PayloadRefused", "payload_of_another_case") == _said(refusal(payload, reader))


def test_a_case_that_never_had_a_key_is_refused() -> None:
    assert ("PayloadRefused", "key_missing") == _said(
        refusal(sealed(SECRET, ADA), ADA, MemoryVault().keyring)
    )


def test_under_a_destroyed_key_a_case_can_end_and_nothing_can_be_read() -> None:
    shredded = vault()
    before = sealed(SECRET, ADA, shredded.keyring)
    shredded.shred(ADA)
    after = sealed(SECRET, ADA, shredded.keyring)

    for payload in (before, after):
        assert ("KeyDestroyed", "key_destroyed") == _said(refusal(payload, ADA, shredded.keyring))
    assert 32 == len(after.data)
    assert SECRET.encode() not in after.SerializeToString()


class RefusedKeys:
    """A key ring whose master key is refused for a while: an operator will mend it."""

    def remembered(self, scope: str) -> None:
        return None

    def data_key(self, scope: str, *, create: bool = False) -> wire.Seal:
        raise OperatorError("vault", "master_key_refused")


def test_a_key_that_is_refused_for_a_while_loses_nothing() -> None:
    with pytest.raises(OperatorError, match="master_key_refused"):
        sealed(SECRET, ADA, RefusedKeys())
    with pytest.raises(OperatorError, match="master_key_refused"):
        opened(sealed(SECRET, ADA), ADA, RefusedKeys())


def test_what_the_server_wrote_itself_is_read_as_it_is() -> None:
    assert "hello" == opened(Payload(metadata={"encoding": b"json/plain"}, data=b'"hello"'), ADA)


@pytest.mark.parametrize("kind", [RightsRequest, Order, Decision, ProofGiven], ids=lambda kind: kind.__name__)
@given(st.dictionaries(st.sampled_from(["case_id", "right", "kind", "request", "method", "at"]), json_values))
def test_a_payload_of_the_wrong_shape_fails_at_once_and_quotes_nothing(
    kind: type, value: dict[str, Any]
) -> None:
    marked = json.dumps({**value, "right": SECRET, "at": SECRET, "role": SECRET, "method": SECRET, SECRET: 1})
    for data in (marked, marked[:-1], json.dumps(SECRET)):
        payload = Payload(metadata={"encoding": b"json/plain"}, data=data.encode())
        with pytest.raises(ApplicationError) as error:
            opened(payload, ADA, kind=kind)
        assert error.value.non_retryable
        assert SECRET not in f"{error.value} {error.value.details}"
        assert error.value.__cause__ is None


def test_a_failure_is_sealed_too() -> None:
    failure = Failure()
    asyncio.run(converter(scope=ADA).encode_failure(ApplicationError(SECRET, SECRET, type="Bug"), failure))

    assert SECRET.encode() not in failure.SerializeToString()
    found = asyncio.run(converter(scope=ADA).decode_failure(failure))
    assert isinstance(found, ApplicationError)
    assert SECRET == found.message


@given(st.from_regex(r"case_[0-9a-f]{20}", fullmatch=True), st.text())
def test_a_workflow_belongs_to_the_case_its_id_begins_with(case_id: str, rest: str) -> None:
    assert case_id == wire.scope_of(case_id) == wire.scope_of(f"{case_id}/{rest}")
    assume(rest and not rest.startswith("/"))
    assert wire.SHARED == wire.scope_of(case_id + rest)
    assert wire.SHARED == wire.scope_of(f"x{case_id}")


@pytest.mark.parametrize("workflow_id", [None, "", "/", "dsar-sweep", "case_", f"{ADA}\n", ADA.upper()])
def test_what_belongs_to_no_case_has_the_shared_key(workflow_id: str | None) -> None:
    assert wire.SHARED == wire.scope_of(workflow_id)


def test_an_activitys_case_is_that_of_its_workflow_and_each_converter_is_built_once() -> None:
    base = wire.plugin(KEYS).data_converter
    assert isinstance(base, wire.CaseConverter)
    context = ActivitySerializationContext(
        namespace="default",
        activity_id="1",
        activity_type="find-holdings",
        activity_task_queue="dsar",
        workflow_id=ADA,
        workflow_type="dsar-case",
        is_local=False,
    )
    found = base.with_context(context)

    assert found is base.with_context(WorkflowSerializationContext(namespace="default", workflow_id=ADA))
    assert ADA == getattr(found.payload_codec, "scope", None)
    assert found is found.with_context(context)


def test_without_keys_plain_histories_are_read() -> None:
    assert converter(None, ADA).payload_codec is None
    assert (
        "hello"
        == asyncio.run(converter(None, ADA).decode(asyncio.run(converter(None, ADA).encode(["hello"]))))[0]
    )


def _said(error: ApplicationError) -> tuple[str | None, str]:
    return error.type, error.message
