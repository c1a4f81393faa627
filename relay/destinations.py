"""Where events go, read from a file of the operator's (`DSAR_EVENTS_FILE`)."""

from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from dsar.errors import InputError
from dsar.ports.relay import Courier
from dsar.webhooks import secret_of
from relay import aws
from relay.anchor import Anchor
from relay.webhook import Webhook

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_HINT = "see docs/how-to/run-in-production.md, Events"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Name


class WebhookTo(_Strict):
    """An address of somebody's server."""

    kind: Literal["webhook"]
    url: str
    secret_file: Path  # holds whsec_…

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname or "")):
            msg = "write an https:// address; http:// only for this machine"
            raise ValueError(msg)
        return self

    def courier(self) -> Courier:
        """Return who goes there."""
        try:
            text = self.secret_file.read_text(encoding="ascii")
        except (OSError, ValueError):
            hint = f"{self.secret_file} cannot be read: write it or correct the path"
            raise InputError("file_unreadable", hint, field=f"{self.name}.secret_file") from None
        return Webhook(self.name, self.url, secret_of(text))


class _OnAws(_Strict):
    region: str = Field(min_length=1)
    endpoint: str | None = None


class QueueTo(_OnAws):
    """A queue of Amazon SQS."""

    kind: Literal["sqs"]
    url: str

    def courier(self) -> Courier:
        """Return who goes there."""
        return aws.sqs(self.name, self.url, self.region, self.endpoint)


class TopicTo(_OnAws):
    """A topic of Amazon SNS."""

    kind: Literal["sns"]
    arn: str

    def courier(self) -> Courier:
        """Return who goes there."""
        return aws.sns(self.name, self.arn, self.region, self.endpoint)


class BusTo(_OnAws):
    """A bus of Amazon EventBridge."""

    kind: Literal["eventbridge"]
    bus: str = "default"

    def courier(self) -> Courier:
        """Return who goes there."""
        return aws.eventbridge(self.name, self.bus, self.region, self.endpoint)


class LockTo(_OnAws):
    """A bucket with Object Lock, for checkpoints: each stays there for so many years."""

    kind: Literal["s3"]
    bucket: str = Field(min_length=3)
    years: int = Field(ge=1, le=30)

    def courier(self) -> Anchor:
        """Return who goes there."""
        return Anchor(self.name, self.bucket, self.region, self.years, self.endpoint)


Destination = Annotated[WebhookTo | QueueTo | TopicTo | BusTo | LockTo, Field(discriminator="kind")]
_ALL = TypeAdapter(list[Destination])


def couriers(path: Path) -> Sequence[Courier]:
    """Return who carries events to each destination of the file. Nothing is connected yet.

    Raises:
        InputError: `events_unreadable`, `events_malformed`, `secret_malformed`; never repeats a value.
    """
    return [destination.courier() for destination in _read(path)]


def anchors(path: Path) -> Sequence[Anchor]:
    """Return where checkpoints lie under a lock. Raises as `couriers`."""
    return [destination.courier() for destination in _read(path) if isinstance(destination, LockTo)]


def _read(path: Path) -> list[Destination]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        destinations = _ALL.validate_python(found["destinations"])
    except OSError:
        raise InputError("events_unreadable", f"cannot be read: {_HINT}", field=str(path)) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError("events_malformed", f"{where}: {first['msg']}", field=str(path)) from None
    except (yaml.YAMLError, ValueError, KeyError, TypeError):
        hint = f"write a list under `destinations:`; {_HINT}"
        raise InputError("events_malformed", hint, field=str(path)) from None
    if len({one.name for one in destinations}) < len(destinations):
        raise InputError("events_malformed", "give each destination a name of its own", field=str(path))
    return destinations


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
