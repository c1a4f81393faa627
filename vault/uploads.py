"""Objects that are sent in parts: nothing of them appears before all of them is there."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from vault.translate import code_of, status_of, store_errors

_NOT_OFFERED = frozenset({405, 501})  # how stores answer to a call that they do not have


class Uploads:
    """The uploads in parts to one bucket, safe to share between threads.

    Every method raises what `store_errors` names.
    """

    def __init__(self, s3: Any, bucket: str, encryption: dict[str, str], checksum: str) -> None:  # noqa: ANN401  # boto3 makes its classes as it runs
        self._s3, self._bucket = s3, bucket
        self._checked = {"ChecksumAlgorithm": checksum}
        self._stored = {**encryption, **self._checked}
        self._sum = f"Checksum{checksum}"

    def begin(self, key: str) -> str:
        """Begin an upload in parts; return its id."""
        with store_errors():
            return str(
                self._s3.create_multipart_upload(Bucket=self._bucket, Key=key, **self._stored)["UploadId"]
            )

    def add_part(self, key: str, upload: str, number: int, data: bytes) -> dict[str, Any]:
        """Upload one part (5 MiB or more, unless it is the last); return its receipt."""
        with store_errors():
            part = self._s3.upload_part(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload,
                PartNumber=number,
                Body=data,
                **self._checked,
            )
        return self._receipt(number, part)

    def copy_part(self, key: str, upload: str, number: int, source: str) -> dict[str, Any] | None:
        """Make an object of the bucket a part, without sending it again; return the receipt.

        None if the object is gone, or if this store does not copy into an upload.
        """
        with store_errors():
            try:
                answer = self._s3.upload_part_copy(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload,
                    PartNumber=number,
                    CopySource={"Bucket": self._bucket, "Key": source},
                )
            except ClientError as error:
                if code_of(error) == "NoSuchKey" or status_of(error) in _NOT_OFFERED:
                    return None
                raise
        told = answer.get("CopyPartResult", {})  # who does not know the call takes it for an empty part
        return self._receipt(number, told) if "ETag" in told else None

    def complete(self, key: str, upload: str, parts: list[dict[str, Any]]) -> None:
        """Make the parts one object. Only now does it appear."""
        with store_errors():
            self._s3.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
            )

    def abandon(self, prefix: str, *, but: str = "") -> None:
        """Drop every unfinished upload under `prefix`, with its parts; not the one with the id `but`."""
        with store_errors():
            pages = self._s3.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            begun = [(u["Key"], u["UploadId"]) for page in pages for u in page.get("Uploads", ())]
        for key, upload in begun:
            if upload != but:
                self.abort(key, upload)

    def abort(self, key: str, upload: str) -> None:
        """Drop one unfinished upload, with its parts. Safe to repeat."""
        with store_errors():
            try:
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
            except ClientError as error:
                if code_of(error) != "NoSuchUpload":  # somebody else swept at the same time
                    raise

    def _receipt(self, number: int, told: Mapping[str, Any]) -> dict[str, Any]:
        receipt = {"PartNumber": number, "ETag": told["ETag"]}
        return receipt | ({self._sum: told[self._sum]} if self._sum in told else {})
