"""The one seam where our errors become Temporal's. Nothing that could quote a person passes it."""

import functools
import inspect
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory, CancelledError

from dsar.errors import DsarError, OperatorError, TemporaryError

_F = TypeVar("_F", bound=Callable[..., Any])
log = structlog.get_logger()
OURS = frozenset({"vault", "register", "bundle", "letters", "systems"})


def translated(act: _F) -> _F:
    """Wrap an activity so that only codes and type names leave it.

    The retry policies in `workflows/steps.py` know the type names; `TemporaryError.after` is honoured.
    """
    wrapped = _waiting(act) if inspect.iscoroutinefunction(act) else _plain(act)
    return functools.wraps(act)(wrapped)  # type: ignore[return-value]  # same signature as what it wraps


def _waiting(act: Callable[..., Any]) -> Callable[..., Any]:
    async def waiting(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # a wrapper takes what it wraps
        try:
            return await act(*args, **kwargs)
        except (ApplicationError, CancelledError):
            raise
        except Exception as error:  # noqa: BLE001  # the seam must catch all
            raise _told(error) from None

    return waiting


def _plain(act: Callable[..., Any]) -> Callable[..., Any]:
    def plain(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # a wrapper takes what it wraps
        try:
            return act(*args, **kwargs)
        except (ApplicationError, CancelledError):
            raise
        except Exception as error:  # noqa: BLE001  # the seam must catch all
            raise _told(error) from None

    return plain


def _remedy(error: DsarError) -> str:
    """Return the type that the retry policies know. A tool of ours that needs mending is not a system that
    waits for a hand: the case waits until the operator has mended it (DESIGN §9).
    """
    if isinstance(error, OperatorError) and error.system in OURS:
        return "OurOperatorError"
    return type(error).__name__


def _told(error: Exception) -> ApplicationError:
    info = activity.info()
    if isinstance(error, DsarError):
        log.warning("activity.failed", activity=info.activity_type, system=error.system, reason=error.reason)
        after = error.after if isinstance(error, TemporaryError) else None
        return ApplicationError(
            f"{error.system}: {error.reason}",
            error.reason,
            error.system,
            type=_remedy(error),
            next_retry_delay=after,
            category=ApplicationErrorCategory.BENIGN,
        )
    # A bug or a library's own error. Its text may quote a person, so only its type and place are told.
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    log.error("activity.bug", activity=info.activity_type, error=type(error).__name__, place=place)
    return ApplicationError(
        f"bug: {type(error).__name__} at {place}",
        "bug",
        type="Bug",
        category=ApplicationErrorCategory.BENIGN,
    )
