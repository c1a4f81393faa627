"""The one seam where the AWS SDK's errors become ours: a code, never a body, an address or a key."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from types import MappingProxyType

from botocore import exceptions as boto

from dsar.errors import DsarError, OperatorError, TemporaryError

_SERVER_FAULT = 500
_REFUSED = frozenset({401, 403})
_BUSY = frozenset({408, 429})
_AGAIN = frozenset(  # said with a 400 or 409
    {
        "ThrottlingException",
        "RequestTimeout",
        "OperationAborted",
        "BadDigest",
        "XAmzContentSHA256Mismatch",  # spoilt on the way
        "XAmzContentChecksumMismatch",
        "IncompleteBody",
        "NoSuchUpload",
    }
)
# A store without room; some say it with a 403 or 400. Amazon's own is never full.
_FULL = frozenset(
    {"InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"}
)
_NO_ROOM = 507
_MAKING_ROOM = timedelta(minutes=5)  # somebody has to, and each try uploads for nothing
_LONGEST = timedelta(hours=1)  # that we let a store send us away
_SECONDS = re.compile(r"\d+")
_NO_CREDENTIALS = (boto.NoCredentialsError, boto.PartialCredentialsError, boto.NoAuthTokenError)
_UNANSWERED = (
    boto.HTTPClientError,
    boto.ConnectionError,
    boto.IncompleteReadError,
    boto.FlexibleChecksumError,
    boto.CredentialRetrievalError,  # the place that gives credentials does not answer
    boto.MetadataRetrievalError,
)
_BY_CODE: Mapping[str, str] = MappingProxyType(
    {
        "NoSuchBucket": "bucket_missing",
        "NoSuchKey": "object_missing",
        "BucketAlreadyExists": "bucket_taken",
        "InvalidBucketName": "bucket_name_invalid",
        "NotImplemented": "feature_missing",  # a store that lacks what we need (encryption, conditions)
    }
)


@contextmanager
def store_errors() -> Iterator[None]:
    """Translate what the object store answers.

    Raises:
        OperatorError: `bucket_missing`, `object_missing`, `access_refused`, `credentials_missing`, …
        TemporaryError: `store_unreachable`; `store_busy`, after the time it asks for; `store_full`.
    """
    try:
        yield
    except boto.ClientError as error:
        raise _answered(error, "store", "access_refused") from None
    except boto.BotoCoreError as error:
        raise _unanswered(error, "store") from None


@contextmanager
def master_errors() -> Iterator[None]:
    """Translate what the key service answers.

    Raises:
        OperatorError: `master_key_refused`, `credentials_missing`, …
        TemporaryError: `key_service_unreachable`, `key_service_busy`.
    """
    try:
        yield
    except boto.ClientError as error:
        translated = _answered(error, "key_service", "master_key_refused")
        if isinstance(translated, OperatorError):  # KMS answers 400 where others say 403
            translated = OperatorError("vault", "master_key_refused")
        raise translated from None
    except boto.BotoCoreError as error:
        raise _unanswered(error, "key_service") from None
    except KeyError:  # the answer lacks what it is for: a proxy's page, most likely
        raise TemporaryError("vault", "key_service_busy") from None


def status_of(error: boto.ClientError) -> int:
    """Return the HTTP status of an answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def code_of(error: boto.ClientError) -> str:
    """Return the vendor's code of an answer."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _answered(error: boto.ClientError, service: str, refused: str) -> DsarError:
    code, status = code_of(error), status_of(error)
    if code in _BY_CODE:
        return OperatorError("vault", _BY_CODE[code])
    if code in _FULL or status == _NO_ROOM:
        return TemporaryError("vault", f"{service}_full", after=_MAKING_ROOM)
    if status >= _SERVER_FAULT or status in _BUSY or code in _AGAIN:
        return TemporaryError("vault", f"{service}_busy", after=_asked_for(error))
    if status in _REFUSED:
        return OperatorError("vault", refused)
    return OperatorError("vault", f"{service}_refused")


def _asked_for(error: boto.ClientError) -> timedelta | None:
    """Return how long the store wants to be left alone, if it says so in seconds (RFC 9110, 10.2.3)."""
    said = str(error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", ""))
    if not _SECONDS.fullmatch(said):
        return None
    return timedelta(seconds=min(int(said[:9]), int(_LONGEST.total_seconds())))


def _unanswered(error: boto.BotoCoreError, service: str) -> DsarError:
    if isinstance(error, _NO_CREDENTIALS):
        return OperatorError("vault", "credentials_missing")
    if isinstance(error, boto.SSLError):
        return OperatorError("vault", f"{service}_certificate_refused")
    if isinstance(error, _UNANSWERED):
        return TemporaryError("vault", f"{service}_unreachable")
    return OperatorError("vault", f"{service}_misconfigured")
