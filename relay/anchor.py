"""Checkpoints under a lock: copies in an S3 bucket that nobody takes away before their time, we least of all.

Whoever owns the database could remove the newest checkpoints with all that they fixed. A copy under S3 Object
Lock in compliance mode (Amazon S3 User Guide, "Locking objects with Object Lock") outlives them.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from dsar.checkpoints import CHECKPOINT, Checkpoint
from dsar.ports import OutboxEvent
from relay.aws import AwsCourier, aws_client, aws_errors, spelled

_FOLDER = "checkpoints/"
_MOST = 64 * 1024  # bytes: a checkpoint has some hundred


class Anchor(AwsCourier):
    """Takes the checkpoints among the events, and leaves the others. Keeps a courier's promises."""

    def __init__(self, name: str, bucket: str, region: str, years: int, endpoint: str | None = None) -> None:
        self._s3: Any = aws_client("s3", region, endpoint)
        self._bucket, self._span = bucket, timedelta(days=366 * years)
        super().__init__(name, self._lay_down, self._s3)

    def _lay_down(self, event: OutboxEvent) -> str:
        """Put a checkpoint there. One that is sent twice lies there twice: each is a version of its own."""
        if event.body["type"] == CHECKPOINT:
            made = Checkpoint.told(event.body)
            self._s3.put_object(
                Bucket=self._bucket,
                Key=f"{_FOLDER}{made.statement.number:08}.json",
                Body=spelled(event).encode(),
                ContentType="application/json",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=made.statement.at + self._span,
            )
        return ""

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Yield what lies there, each version: a later one, or a mark that it was deleted, hides none.

        What is no checkpoint is passed over: anybody may be allowed to write there.

        Raises:
            TemporaryError, OperatorError: as `aws_errors` says.
        """
        with aws_errors(self.name):
            pages = self._s3.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=_FOLDER
            )
            for version in (one for page in pages for one in page.get("Versions", ())):
                which = {"Key": version["Key"], "VersionId": version["VersionId"]}
                lies = self._s3.get_object(Bucket=self._bucket, **which)["Body"].read(_MOST)
                with suppress(ValueError, KeyError, TypeError):
                    yield Checkpoint.told(json.loads(lies))
