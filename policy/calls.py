"""Where recipients take requests by machine, as the company's facts name it (OpenDSR; LAW NOT-01)."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, field_validator, model_validator

from dsar.opendsr import TYPES, Asked, Endpoint
from dsar.vocabulary import IdentifierKind
from policy.parts import Strict, Text

_Address = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=500)]
_Secret = Annotated[str, StringConstraints(pattern=r"^(env|file|aws):\S+$")]  # a name: no secret stands here


class OpenDsrFacts(Strict):
    """An OpenDSR endpoint. `url` is that of its requests, and the only place where one is sent to."""

    url: _Address
    credential: _Secret
    login: Text | None = None
    knows_by: Annotated[tuple[IdentifierKind, ...], Field(min_length=1)] = (IdentifierKind.EMAIL,)
    takes: Annotated[tuple[Asked, ...], Field(min_length=1)] = (Asked.ERASURE,)
    self_hosted: bool = False

    @field_validator("knows_by")
    @classmethod
    def _can_be_told(cls, kinds: tuple[IdentifierKind, ...]) -> tuple[IdentifierKind, ...]:
        if not set(kinds) <= set(TYPES):
            raise ValueError(f"choose of {', '.join(sorted(TYPES))}: OpenDSR has no name for the others")
        return kinds

    @model_validator(mode="after")
    def _is_an_address(self) -> Self:
        parts = urlsplit(self.url)
        if parts.username or parts.query or parts.fragment or not parts.hostname:
            raise ValueError("write the address as https://host/path, without a name, password or query")
        if parts.scheme == "http" and not self.self_hosted:
            raise ValueError("use https: the credential and the person would travel in clear")
        return self

    @property
    def endpoint(self) -> Endpoint:
        """Return the endpoint as the engine knows it."""
        return Endpoint(
            url=self.url,
            credential=self.credential,
            login=self.login or "",
            knows_by=self.knows_by,
            takes=self.takes,
            self_hosted=self.self_hosted,
        )
