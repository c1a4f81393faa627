"""The pretend Segment: profiles by external id, and regulations that a destination may not support."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import SHARED_EMAIL, Pretend, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor, absent

MOST = 5000  # ids on one list
PAGE = 2  # regulations on one page
USERS = "/v1/spaces/spa/collections/users/profiles/{id}"


class PretendSegment(PretendVendor):
    kind = "segment"
    settings: Mapping[str, Any] = {"public_token": TOKEN, "profile_token": TOKEN, "space_id": "spa"}
    held: Mapping[str, int] = {"profiles": 1, "events": 23}
    keys: Mapping[str, tuple[str, ...]] = {"profiles": ("user_id",), "events": ("message_id",)}
    cannot: Mapping[str, str] = {"shared mailbox": "an address leads to one profile"}

    def __init__(self) -> None:
        super().__init__()
        self.store = {"profiles": {}, "suppressed": []}
        self.jobs: dict[str, Json] = {}
        self.spoils: set[str] = set()  # ids for which it refuses a list
        for m in cast():
            if m.email == SHARED_EMAIL and any(
                p["email"] == m.email for p in self.store["profiles"].values()
            ):
                continue
            rows = [{"message_id": f"{m.number}-{n}", "event": "seen"} for n in range(m.rows)]
            self.store["profiles"][f"u{m.number}"] = {"email": m.email, "name": m.name, "events": rows}

    def refusing(self) -> Any:
        return self.connector(public_token="wrong", profile_token="wrong")

    def authorised(self, request: httpx.Request) -> bool:
        basic = "Basic " + base64.b64encode(f"{TOKEN}:".encode()).decode()
        private = request.url.host == "api.segmentapis.com"
        return bool(request.headers.get("Authorization") == (f"Bearer {TOKEN}" if private else basic))

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        return {
            f"GET {USERS}/external_ids": self._ids,
            f"GET {USERS}/traits": self._traits,
            f"GET {USERS}/events": self._events,
            "GET /suppressions": self._suppressions,
            "POST /regulations": self._regulate,
            "GET /regulations": self._regulations,
            "GET /regulations/{id}": self._regulation,
        }

    def _found(self, asked: Asked) -> tuple[str, Json] | None:
        kind, _, value = asked.path["id"].partition(":")
        for key, profile in self.store["profiles"].items():
            if value == (key if kind == "user_id" else profile["email"].lower()):
                return key, profile
        return None

    def _ids(self, asked: Asked) -> Any:
        found = self._found(asked)
        if not found:
            return absent()
        known = {"user_id": found[0], "email": found[1]["email"]}
        rows = [{"type": kind, "id": value, "encoding": "none"} for kind, value in known.items()]
        return {"data": rows, "cursor": {"has_more": False, "next": ""}}

    def _traits(self, asked: Asked) -> Any:
        found = self._found(asked)
        traits = {name: value for name, value in found[1].items() if name != "events"} if found else {}
        return {"traits": traits, "cursor": {"has_more": False}} if found else absent()

    def _events(self, asked: Asked) -> Any:
        found = self._found(asked)
        if not found:
            return absent()
        rows, start, size = found[1]["events"], int(asked.query.get("next", "0")), int(asked.query["limit"])
        more = {"has_more": start + size < len(rows), "next": f"{start + size}"}
        return {"data": rows[start : start + size], "cursor": more}

    def _suppressions(self, _asked: Asked) -> Json:
        rows = [{"userId": key} for key in self.store["suppressed"]]
        return {"data": {"suppressed": rows, "pagination": {"current": "MA==", "totalEntries": 99}}}

    def _regulate(self, asked: Asked) -> Any:
        """It takes a list as a whole, or refuses it as a whole."""
        job = f"reg{len(self.jobs)}"
        kind, keys = asked.body["regulationType"], asked.body["subjectIds"]
        if len(keys) > MOST or not keys or self.spoils.intersection(keys):
            return httpx.Response(400, json={"errors": [{"type": "bad-request"}]})
        made = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
        self.jobs[job] = {"kind": kind, "keys": keys, "left": ["INITIALIZED", "RUNNING"], "made": made}
        return {"data": {"regulateId": job}}

    def _regulations(self, asked: Asked) -> Json:
        jobs, start = list(self.jobs.items()), int(asked.query.get("pagination[cursor]", "0"))
        rows = [
            {
                "id": job,
                "subjectType": "USER_ID",
                "subjects": said["keys"],
                "regulationType": said["kind"],
                "status": said["left"][0] if said["left"] else "FAILED",
                "createdAt": said["made"],
            }
            for job, said in jobs[start : start + PAGE]
        ]
        more = {"next": f"{start + PAGE}"} if start + PAGE < len(jobs) else {}
        return {"data": {"regulations": rows, "pagination": {"current": f"{start}", **more}}}

    def _regulation(self, asked: Asked) -> Json:
        """One destination takes no erasures, so that the whole "fails" although all others did it."""
        job = self.jobs[asked.path["id"]]
        status = job["left"].pop(0) if job["left"] else "FAILED"
        if status == "FAILED" and job["kind"] == "DELETE_ONLY":
            for key in job["keys"]:
                self.store["profiles"].pop(key, None)
        if status == "FAILED" and job["kind"] == "SUPPRESS_ONLY":
            self.store["suppressed"] = sorted({*self.store["suppressed"], *job["keys"]})
        told = [{"name": "Warehouse", "status": "FINISHED"}, {"name": "Webhook", "status": "NOT_SUPPORTED"}]
        streams = [{"id": "src", "destinationStatus": told if status == "FAILED" else []}]
        return {"data": {"regulation": {"id": "r", "overallStatus": status, "streamStatus": streams}}}


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendSegment()


VARIANTS: Variants = {"pretend": _opened}
