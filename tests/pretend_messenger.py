"""A pretend messenger that keeps what recipients were asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dsar.opendsr import Endpoint, Progress


@dataclass
class PretendMessenger:
    """Takes everything. `stands` says how far each recipient has come; one that is not there has begun.
    `trouble` is raised, in order, by the next calls.
    """

    taken: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    stands: dict[str, Progress] = field(default_factory=dict)
    trouble: list[Exception] = field(default_factory=list)
    looks: int = 0

    async def post(self, code: str, endpoint: Endpoint, body: Mapping[str, Any]) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.taken.append((code, body))

    async def progress(self, code: str, endpoint: Endpoint, request_id: str) -> Progress:
        self.looks += 1
        assert request_id in {body["subject_request_id"] for _, body in self.taken}
        return self.stands.get(code, Progress.IN_PROGRESS)
