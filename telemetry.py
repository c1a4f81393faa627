"""Logs as JSON lines with the case id and without the person."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# Keys that name or locate a person. A log line that carries one is a bug: its value is dropped, loudly.
PERSONAL = frozenset(
    {"email", "phone", "name", "full_name", "address", "identity", "identifier", "subject", "code", "token"}
)


def configure(level: str) -> None:
    """Send structlog and the standard library's loggers through one JSON pipe to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_the_person,
        only_the_type_of_errors,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[_drop_meta, structlog.processors.JSONRenderer()]
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("alembic", "httpx", "httpcore", "botocore", "boto3", "urllib3", "s3transfer"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # their lines below that hold URLs


def without_the_person(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop values under personal keys, and say that it was done."""
    found = PERSONAL & event.keys()
    for key in found:
        event[key] = "REFUSED: personal data is never logged"
    return event


def only_the_type_of_errors(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace a traceback by the type of its error: its text may quote a person."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
    return event


def _drop_meta(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(_logger, _method, event)
