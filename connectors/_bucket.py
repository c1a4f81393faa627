"""House equipment for object stores: versions page by page, bytes piece by piece, errors by their remedy.

The AWS SDK is silenced: at DEBUG it would log keys, which name people.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore import exceptions as boto
from botocore.config import Config
from botocore.parsers import ResponseParserError

from dsar.errors import ContractError, DsarError, OperatorError, TemporaryError

_PIECE = 2**20
_BATCH = 1000  # the most that S3 removes in one call
_SERVER_FAULT = 500
_REFUSED = frozenset({401, 403})
_BUSY = frozenset(
    {"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests"}
)
_LOCKED = frozenset({"AccessDenied", "ObjectLocked", "InvalidRequest"})  # of one object, where others go

for _name in ("boto3", "botocore", "s3transfer", "urllib3"):
    logging.getLogger(_name).setLevel(logging.WARNING)

Versions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """After which version a page begins."""

    key: str = field(default="", repr=False)
    version: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of an object. `removed`: it only marks that the object was deleted, and has no bytes."""

    key: str = field(repr=False)
    version: str = field(repr=False)
    removed: bool = False


class Bucket:
    """One bucket of one store."""

    def __init__(
        self,
        system: str,
        bucket: str,
        *,
        region: str,
        endpoint: str | None,
        access_key: str | None,
        secret: str | None,
    ) -> None:
        self._system, self._bucket = system, bucket
        with _by_remedy(system):
            self._s3: Any = boto3.session.Session().client(
                "s3",
                region_name=region,
                endpoint_url=endpoint,
                aws_access_key_id=access_key,
                aws_secret_access_key=secret,
                config=_config(path=endpoint is not None),
            )

    def page(self, prefix: str, after: Place, most: int) -> tuple[Versions, Place | None]:
        """Return some versions under a prefix, and where to go on; None after the last.

        Raises:
            DsarError: by remedy.
            ContractError: `row_of_another`, `pages_repeat`.
        """
        versions, _, following = self._listed(prefix, after, most)
        return versions, following

    async def pages(self, prefix: str, after: Place, most: int) -> AsyncIterator[tuple[Versions, Place]]:
        """Yield pages of at most so many versions, each with the place after it. Raises as `page`."""
        following: Place | None = after
        while following is not None:
            found, following = await asyncio.to_thread(self.page, prefix, following, most)
            if found:
                yield found, Place(str(found[-1]["Key"]), str(found[-1]["VersionId"]))

    async def everything(self, prefix: str, most: int) -> AsyncIterator[Sequence[Stored]]:
        """Yield pages of at most so many versions and markers of deletions. Raises as `page`."""
        following: Place | None = Place()
        while following is not None:
            versions, markers, following = await asyncio.to_thread(self._listed, prefix, following, most)
            yield [
                *(Stored(str(v["Key"]), str(v["VersionId"])) for v in versions),
                *(Stored(str(m["Key"]), str(m["VersionId"]), removed=True) for m in markers),
            ]

    async def chunks(self, key: str, version: str) -> AsyncIterator[bytes]:
        """Stream one version's bytes."""
        async with self.opened(key, version) as (_label, chunks):
            async for chunk in chunks:
                yield chunk

    @asynccontextmanager
    async def opened(self, key: str, version: str) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
        """Yield what one version is labelled with, and its bytes as a stream."""
        said = await asyncio.to_thread(self._opened, key, version)
        body = said["Body"]
        label = [*said.get("Metadata", {}).values(), said.get("ContentDisposition", "")]
        try:
            yield "\n".join(map(str, label)), self._pieces(body)
        finally:
            await asyncio.to_thread(body.close)

    async def _pieces(self, body: Any) -> AsyncIterator[bytes]:  # noqa: ANN401 - the SDK's stream
        while piece := await asyncio.to_thread(self._read, body):
            yield piece

    def remove(self, prefix: str) -> None:
        """Remove every version under a prefix, and the markers of earlier deletions. Safe to repeat.

        Raises:
            OperatorError: `object_locked`: the others are gone, and a person must look.
        """
        locked, following = False, Place()
        while following is not None:
            versions, markers, after = self._listed(prefix, following, _BATCH)
            doomed = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in (*versions, *markers)]
            locked |= bool(doomed) and self._removed(doomed)
            if after is None:
                break
            following = after
        if locked:
            raise OperatorError(self._system, "object_locked")

    def close(self) -> None:
        """Close the connections. Safe to repeat."""
        self._s3.close()

    def _listed(self, prefix: str, after: Place, most: int) -> tuple[Versions, Versions, Place | None]:
        asked: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix, "MaxKeys": most}
        if after.key:
            asked |= {"KeyMarker": after.key, "VersionIdMarker": after.version}
        with _by_remedy(self._system):
            said = self._s3.list_object_versions(**asked)
        if "IsTruncated" not in said or "Name" not in said:  # a page of markup reads as an empty list
            raise ContractError(self._system, "reply_malformed")
        versions, markers = said.get("Versions", []), said.get("DeleteMarkers", [])
        if not all(str(each["Key"]).startswith(prefix) for each in (*versions, *markers)):
            raise ContractError(self._system, "row_of_another")
        if (after.key, after.version) in {(v["Key"], v["VersionId"]) for v in versions}:
            raise ContractError(self._system, "pages_repeat")
        if not said.get("IsTruncated"):
            return versions, markers, None
        following = Place(str(said.get("NextKeyMarker", "")), str(said.get("NextVersionIdMarker", "")))
        if not following.key or following == after or following.key < after.key:
            raise ContractError(self._system, "pages_repeat")
        return versions, markers, following

    def _removed(self, doomed: list[dict[str, Any]]) -> bool:
        """Remove these; return whether the store kept one."""
        with _by_remedy(self._system):
            said = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": doomed, "Quiet": True})
        codes = {str(error.get("Code")) for error in said.get("Errors", ())}
        if codes - _LOCKED:
            raise TemporaryError(self._system, "not_all_removed")
        return bool(codes)

    def _opened(self, key: str, version: str) -> Mapping[str, Any]:
        with _by_remedy(self._system):
            said: Mapping[str, Any] = self._s3.get_object(Bucket=self._bucket, Key=key, VersionId=version)
            return said

    def _read(self, body: Any) -> bytes:  # noqa: ANN401 - as above
        with _by_remedy(self._system):
            return bytes(body.read(_PIECE))


def _config(*, path: bool) -> Config:
    return Config(
        retries={"total_max_attempts": 1},  # the engine repeats, and knows when
        connect_timeout=10,
        read_timeout=60,
        s3={"addressing_style": "path"} if path else {},
    )


@contextmanager
def _by_remedy(system: str) -> Iterator[None]:
    """Translate what the store answers: a code, never a body, an address or a key."""
    try:
        yield
    except boto.ClientError as error:
        raise _answered(system, error) from None
    except ResponseParserError:
        raise ContractError(system, "reply_malformed") from None
    except (boto.NoCredentialsError, boto.PartialCredentialsError):
        raise OperatorError(system, "credentials_missing") from None
    except boto.ParamValidationError:
        raise OperatorError(system, "bucket_missing") from None
    except boto.BotoCoreError:
        raise TemporaryError(system, "unreachable") from None


def _answered(system: str, error: boto.ClientError) -> DsarError:
    code = str(error.response.get("Error", {}).get("Code"))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "NoSuchBucket":
        return OperatorError(system, "bucket_missing")
    if code in _BUSY:
        return TemporaryError(system, "throttled")
    if status in _REFUSED:
        return OperatorError(system, "credentials_refused")
    if status >= _SERVER_FAULT:
        return TemporaryError(system, f"http_{status}")
    return ContractError(system, "reply_unexpected")
