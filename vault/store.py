"""The bucket: bytes under keys, and nothing about what they mean. They are sealed before they come here."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from pydantic import SecretStr

from dsar.errors import OperatorError, TemporaryError
from vault.translate import code_of, status_of, store_errors

# Checked by the store when it takes the bytes; on the way out the seal itself is the check.
_STORED = {"ServerSideEncryption": "AES256", "ChecksumAlgorithm": "CRC32"}
_TAKEN = frozenset({409, 412})  # somebody else's conditional write came first, or is coming now
_NOT_FOUND = 404
_NOT_OFFERED = frozenset({400, 405, 501})  # how stores answer to what they do not have
_CONNECTIONS = 50
_BATCH = 1000  # the most that S3 removes in one call


class Store:
    """One bucket of an S3-compatible store, safe to share between threads.

    Every method raises what `store_errors` names. Without `access_key` the AWS SDK finds credentials itself.
    """

    def __init__(
        self,
        bucket: str,
        *,
        region: str,
        endpoint: str | None = None,
        access_key: str | None = None,
        secret: SecretStr | None = None,
    ) -> None:
        self._bucket = bucket
        self._region = region
        with store_errors():
            self._s3: Any = boto3.session.Session().client(
                "s3",
                region_name=region,
                endpoint_url=endpoint,
                aws_access_key_id=access_key,
                aws_secret_access_key=secret.get_secret_value() if secret else None,
                config=_config(own_server=endpoint is not None),
            )

    def put(self, key: str, data: bytes) -> None:
        """Write an object, or write it again."""
        with store_errors():
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=data, **_STORED)

    def put_new(self, key: str, data: bytes) -> bool:
        """Write an object unless the key is taken; say whether it was written."""
        with store_errors():
            try:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=data, IfNoneMatch="*", **_STORED)
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
        with store_errors():
            return bytes(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())

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

    def begin(self, key: str) -> str:
        """Begin an upload in parts; return its id."""
        with store_errors():
            return str(self._s3.create_multipart_upload(Bucket=self._bucket, Key=key, **_STORED)["UploadId"])

    def add_part(self, key: str, upload: str, number: int, data: bytes) -> dict[str, Any]:
        """Upload one part (5 MiB or more, unless it is the last); return its receipt."""
        with store_errors():
            part = self._s3.upload_part(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload,
                PartNumber=number,
                Body=data,
                ChecksumAlgorithm=_STORED["ChecksumAlgorithm"],
            )
        receipt = {"PartNumber": number, "ETag": part["ETag"]}
        return receipt | ({"ChecksumCRC32": part["ChecksumCRC32"]} if "ChecksumCRC32" in part else {})

    def complete(self, key: str, upload: str, parts: list[dict[str, Any]]) -> None:
        """Make the parts one object. Only now does it appear."""
        with store_errors():
            self._s3.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
            )

    def abandon(self, prefix: str) -> None:
        """Drop every unfinished upload under `prefix`, with its parts."""
        with store_errors():
            pages = self._s3.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            begun = [(u["Key"], u["UploadId"]) for page in pages for u in page.get("Uploads", ())]
        for key, upload in begun:
            self._abort(key, upload)

    def _abort(self, key: str, upload: str) -> None:
        with store_errors():
            try:
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
            except ClientError as error:
                if code_of(error) != "NoSuchUpload":  # somebody else swept at the same time
                    raise

    def check(self) -> None:
        """Prove that the bucket is there and ours to read."""
        with store_errors():
            self._s3.list_objects_v2(Bucket=self._bucket, MaxKeys=1)

    def prepare(self) -> list[str]:
        """Create the bucket if it is missing and let it encrypt by default. Returns what was changed."""
        done = [] if self._exists() else ["bucket created"]
        if done:
            self._create()
        if self._encrypt_by_default():
            done.append("default encryption switched on")
        return done

    def _exists(self) -> bool:
        try:
            self.check()
        except OperatorError as error:
            if error.reason == "bucket_missing":
                return False
            raise
        return True

    def _create(self) -> None:
        home = self._region == "us-east-1"  # which S3 does not let us name
        where = {} if home else {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
        with store_errors():
            try:
                self._s3.create_bucket(Bucket=self._bucket, **where)
            except ClientError as error:
                if code_of(error) != "BucketAlreadyOwnedByYou":  # another `prepare` came first
                    raise

    def _encrypt_by_default(self) -> bool:
        """Switch default encryption on; False if it is on already, or the store knows no such switch."""
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        with store_errors():
            try:
                self._s3.get_bucket_encryption(Bucket=self._bucket)
            except ClientError as error:
                if code_of(error) != "ServerSideEncryptionConfigurationNotFoundError":
                    if status_of(error) in _NOT_OFFERED:
                        return False
                    raise
                self._s3.put_bucket_encryption(
                    Bucket=self._bucket, ServerSideEncryptionConfiguration={"Rules": [rule]}
                )
                return True
        return False


def _config(*, own_server: bool) -> Config:
    return Config(
        connect_timeout=3,
        read_timeout=30,
        retries={"mode": "standard", "max_attempts": 3},
        max_pool_connections=_CONNECTIONS,
        tcp_keepalive=True,
        parameter_validation=False,  # our own calls, tested; it costs time on each
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if own_server else "auto"},
    )
