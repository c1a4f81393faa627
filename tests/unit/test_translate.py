"""The seam: whatever an activity stumbles over, only codes, type names and places leave it."""

import asyncio
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from temporalio import activity
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, DefaultPayloadConverter
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import ActivityEnvironment

from activities._heart import beating
from activities._translate import translated
from dsar.errors import ContractError, DsarError, InputError, OperatorError, TemporaryError, UnsupportedError

SECRET = "ada.osei@subject.example"  # what must not be told
LIBRARY = (KeyError, ValueError, OSError, RuntimeError, AssertionError, ConnectionError, StopIteration)


def fails(raising: Callable[[], None], *, waits: bool) -> ApplicationError:
    """Run an activity that stumbles, as a worker would, and return what leaves it."""

    @activity.defn(name="find-holdings")
    @translated
    async def waiting() -> None:
        await asyncio.sleep(0)
        raising()

    @activity.defn(name="find-holdings")
    @translated
    def plain() -> None:
        raising()

    with pytest.raises(ApplicationError) as error:
        run(waiting if waits else plain)
    return error.value


def run(act: Callable[..., Any], *args: object) -> Any:
    result = ActivityEnvironment().run(act, *args)
    return asyncio.run(result) if asyncio.iscoroutine(result) else result


def as_sent(error: ApplicationError) -> bytes:
    """Return the failure as the SDK would write it into a history, in clear: no codec helps here."""
    failure = Failure()
    DefaultFailureConverter().to_failure(error, DefaultPayloadConverter(), failure)
    return failure.SerializeToString()


def chained(kind: type[Exception], text: str) -> None:
    """Raise with a cause and a context, all of which quote the person."""
    try:
        try:
            raise LookupError(SECRET, text)  # noqa: TRY301
        except LookupError:
            raise kind(f"GET /contacts?email={SECRET}{text}")  # noqa: B904  # a library that forgets
    except Exception as error:
        raise RuntimeError(f"row {SECRET}{text}") from error


@given(st.sampled_from(LIBRARY), st.text(max_size=20), st.booleans(), st.booleans())
@example(KeyError, "", False, True)
def test_a_librarys_error_leaves_as_its_type_and_place(
    kind: type[Exception],
    text: str,
    deep: bool,  # noqa: FBT001  # drawn
    waits: bool,  # noqa: FBT001  # drawn
) -> None:
    def stumble() -> None:
        if deep:
            chained(kind, text)
        raise kind(f"{SECRET}{text}")

    if kind is StopIteration and waits and not deep:
        return  # Python itself turns it into a RuntimeError
    error = fails(stumble, waits=waits)

    assert "Bug" == error.type
    assert ("bug",) == error.details
    assert (RuntimeError if deep else kind).__name__ in error.message
    assert "test_translate.py:" in error.message
    assert SECRET.encode() not in as_sent(error)
    assert error.__cause__ is None
    assert SECRET not in "".join(traceback.format_exception(error))


@given(
    st.sampled_from([TemporaryError, OperatorError, UnsupportedError, ContractError]),
    st.from_regex(r"[a-z0-9][a-z0-9_.:-]{0,79}", fullmatch=True),
    st.booleans(),
)
def test_our_errors_leave_as_their_remedy_and_their_code(
    kind: type[DsarError],
    reason: str,
    waits: bool,  # noqa: FBT001  # drawn
) -> None:
    def stumble() -> None:
        try:
            dict[str, str]()[SECRET]
        except KeyError:
            raise kind("crm", reason)  # noqa: B904  # a connector that forgets `from None`

    error = fails(stumble, waits=waits)

    assert (kind.__name__, f"crm: {reason}", (reason, "crm")) == (error.type, error.message, error.details)
    assert not error.non_retryable
    assert error.next_retry_delay is None
    assert SECRET.encode() not in as_sent(error)


def test_a_system_that_asks_us_to_wait_is_given_its_time() -> None:
    def stumble() -> None:
        raise TemporaryError("crm", "throttled", after=timedelta(seconds=90))

    assert timedelta(seconds=90) == fails(stumble, waits=False).next_retry_delay


def test_what_was_wrong_with_something_typed_leaves_as_its_code_and_where_it_came_from() -> None:
    def stumble() -> None:
        raise InputError("case_unknown", f"not {SECRET}", field=SECRET)

    error = fails(stumble, waits=True)
    assert ("InputError", ("case_unknown", "input")) == (error.type, error.details)
    assert SECRET.encode() not in as_sent(error)


@pytest.mark.parametrize("told", [ApplicationError("said_already", type="Said"), CancelledError("stop")])
@pytest.mark.parametrize("waits", [True, False])
def test_what_is_temporals_already_passes_as_it_is(told: Exception, waits: bool) -> None:  # noqa: FBT001
    @translated
    async def waiting() -> None:
        raise told

    @translated
    def plain() -> None:
        raise told

    with pytest.raises(type(told)) as error:
        run(waiting if waits else plain)
    assert told is error.value


@pytest.mark.parametrize("waits", [True, False])
def test_what_goes_well_is_handed_on(waits: bool) -> None:  # noqa: FBT001
    @translated
    async def waiting(number: int) -> int:
        return number

    @translated
    def plain(number: int) -> int:
        return number

    act: Callable[..., Any] = waiting if waits else plain
    assert 7 == run(act, 7)
    assert act.__name__ == ("waiting" if waits else "plain")


async def test_a_heart_beats_while_the_work_lasts_and_stops_with_it() -> None:
    environment, beats, felt = ActivityEnvironment(), list[int](), asyncio.Event()

    def beat(*details: int) -> None:
        beats.extend(details)
        felt.set()

    async def working() -> None:
        async with beating(lambda: 4711):
            await felt.wait()

    environment.on_heartbeat = beat
    before = asyncio.all_tasks()
    await environment.run(working)
    assert [4711] == beats
    assert before == asyncio.all_tasks()


async def test_a_heart_stops_when_the_work_fails_and_does_not_hide_why() -> None:
    async def failing() -> None:
        async with beating(lambda: 1):
            await asyncio.sleep(0)
            raise TemporaryError("crm", "throttled")

    before = asyncio.all_tasks()
    with pytest.raises(TemporaryError):
        await ActivityEnvironment().run(failing)
    assert before == asyncio.all_tasks()
