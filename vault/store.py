"""The bucket: bytes under keys, and nothing about what they mean. They are sealed before they come here."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, IncompleteReadError, ResponseStreamingError
from pydantic import SecretStr

from dsar.errors import OperatorError, TemporaryError
from vault.translate import status_of, store_errors
from vault.uploads import Uploads

_TAKEN = frozenset({409, 412})  # somebody else's conditional write came first, or is coming now
_NOT_FOUND = 404
_CONNECTIONS = 50
_HALT = 10  # seconds that a beginning may take, and each piece we send: urllib3 has one limit for both
_READS = 3  # of a small object whose answer is cut
_BATCH = 1000  # the most that S3 removes in one call


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where the bucket is, and how it is spoken to. `endpoint` is None on AWS; without `access_key` the AWS
    SDK finds credentials itself. `kms_key` is the key of SSE-KMS; None: the store encrypts with its own.
    """

    bucket: str
    region: str = "us-east-1"
    endpoint: str | None = None
    access_key: str | None = None
    secret: SecretStr | None = None
    kms_key: str | None = None
    checksum: str = "CRC32"
    path_style: bool | None = None  # None: with an endpoint of one's own

    @property
    def encryption(self) -> dict[str, str]:
        """How the store is asked to encrypt what it takes."""
        if self.kms_key is None:
            return {"ServerSideEncryption": "AES256"}
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.kms_key}


def client(settings: StoreSettings, **config: Any) -> Any:  # noqa: ANN401  # boto3 makes its classes as it runs
    """Return a client of the store. Raises what `store_errors` names."""
    in_path = {None: settings.endpoint and "path", True: "path", False: "virtual"}[settings.path_style]
    with store_errors():
        return boto3.session.Session().client(
            "s3",
            region_name=settings.region,
            endpoint_url=settings.endpoint,
            aws_access_key_id=settings.access_key,
            aws_secret_access_key=settings.secret.get_secret_value() if settings.secret else None,
            config=_config(in_path or "auto").merge(Config(**config)),
        )


class Store:
    """One bucket of an S3-compatible store, safe to share between threads.

    Every method raises what `store_errors` names.
    """

    def __init__(self, settings: StoreSettings) -> None:
        self._bucket = settings.bucket
        self._s3: Any = client(settings)
        # Checked by the store when it takes the bytes; on the way out the seal itself is the check.
        self._stored = {**settings.encryption, "ChecksumAlgorithm": settings.checksum}
        self.uploads = Uploads(self._s3, settings.bucket, settings.encryption, settings.checksum)

    def put(self, key: str, data: bytes) -> None:
        """Write an object, or write it again."""
        with store_errors():
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=data, **self._stored)

    def put_new(self, key: str, data: bytes) -> bool:
        """Write an object unless the key is taken; say whether it was written."""
        with store_errors():
            try:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=data, IfNoneMatch="*", **self._stored)
            except ClientError as error:
                if status_of(error) in _TAKEN:
                    return False
                raise
        return True

    @contextmanager
    def reading(self, key: str) -> Iterator[Callable[[int], bytes]]:
        """Open an object: a function that gives up to n more bytes, and none at the end."""
        with store_errors():
            body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"]

        def read(size: int) -> bytes:
            with store_errors():
                return bytes(body.read(size))

        try:
            yield read
        finally:
            body.close()

    def get(self, key: str) -> bytes:
        """Return a small object whole."""
        return self.get_tagged(key)[0]

    def get_tagged(self, key: str) -> tuple[bytes, str]:
        """Return a small object whole, and the tag of this state of it.

        The SDK asks again only until an answer begins: one that is cut in the middle is asked for anew here.
        """
        with store_errors():
            for _ in range(_READS - 1):
                with suppress(ResponseStreamingError, IncompleteReadError):
                    return self._read(key)
            return self._read(key)

    def _read(self, key: str) -> tuple[bytes, str]:
        answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        return bytes(answer["Body"].read()), str(answer["ETag"])

    def put_over(self, key: str, data: bytes, tag: str) -> bool:
        """Write an object again if it is still in the state of that tag; say whether it was written."""
        with store_errors():
            try:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=data, IfMatch=tag, **self._stored)
            except ClientError as error:
                if status_of(error) in _TAKEN | {_NOT_FOUND}:
                    return False
                raise
        return True

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys under `prefix`, in order."""
        with store_errors():
            for page in self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            ):
                yield from (entry["Key"] for entry in page.get("Contents", ()))

    def remove(self, keys: Sequence[str]) -> None:
        """Take objects away, a thousand in one call. Safe to repeat."""
        for first in range(0, len(keys), _BATCH):
            batch = [{"Key": key} for key in keys[first : first + _BATCH]]
            with store_errors():
                answer = self._s3.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True}
                )
            refused = {str(error.get("Code")) for error in answer.get("Errors", ())}
            if "AccessDenied" in refused:
                raise OperatorError("vault", "access_refused")
            if refused:
                raise TemporaryError("vault", "store_busy")

    def forget_earlier(self, key: str) -> None:
        """On a bucket that keeps versions: remove all of this object but the newest."""
        with store_errors():
            pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=key)
            old = [
                v for page in pages for v in page.get("Versions", ()) if v["Key"] == key and not v["IsLatest"]
            ]
            for version in old:
                self._s3.delete_object(Bucket=self._bucket, Key=key, VersionId=version["VersionId"])

    def check(self) -> None:
        """Prove that the bucket is there and ours to read."""
        with store_errors():
            self._s3.list_objects_v2(Bucket=self._bucket, MaxKeys=1)


def _config(addressing: str) -> Config:
    return Config(
        connect_timeout=_HALT,
        read_timeout=30,
        retries={"mode": "standard", "max_attempts": 3},
        max_pool_connections=_CONNECTIONS,
        tcp_keepalive=True,
        parameter_validation=False,  # our own calls, tested; it costs time on each
        response_checksum_validation="when_required",
        s3={"addressing_style": addressing},
    )
