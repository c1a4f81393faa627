"""The pretend Amplitude: a search that finds neighbours, requests with files elsewhere, erasure by day."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import Pretend, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor, absent

API = "/api/2"
STORE = "dsar.s3.amazonaws.com"
LOOKS = 3  # after so many looks a request is done
MOST = 100  # ids on one list
TODAY = datetime.now(UTC).date()
DAY = f"{TODAY + timedelta(days=14)}"


class PretendAmplitude(PretendVendor):
    kind = "amplitude"
    settings: Mapping[str, Any] = {
        "api_key": "key",
        "secret": TOKEN,
        "org_key": "org",
        "org_secret": TOKEN,
        "requester": "dpo@company.example",
    }
    held: Mapping[str, int] = {"users": 1, "events": 23}
    keys: Mapping[str, tuple[str, ...]] = {"users": ("amplitude_id",), "events": ("uuid",)}
    cannot: Mapping[str, str] = {"pages": "events come in files"}
    reading = (f"POST {API}/dsar/requests",)

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere = {STORE: self._file}
        self.store = {"users": {}, "events": {}}
        self.requests: dict[str, Json] = {}
        self.days: dict[str, Json] = {}
        for m in cast():
            key = 9000 + m.number
            self.store["users"][str(key)] = {
                "amplitude_id": key,
                "user_id": m.email,
                "last_device_id": f"d{key}",
            }
            rows = [{"uuid": f"{key}-{n}", "event_type": "seen", "amplitude_id": key} for n in range(m.rows)]
            self.store["events"][str(key)] = rows

    def refusing(self) -> Any:
        return self.connector(secret="wrong", org_secret="wrong")

    def authorised(self, request: httpx.Request) -> bool:
        who = "org" if "/dsar/" in request.url.path else "key"
        expected = base64.b64encode(f"{who}:{TOKEN}".encode()).decode()
        return bool(request.headers.get("Authorization") == f"Basic {expected}")

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        return {
            f"GET {API}/usersearch": self._search,
            f"GET {API}/useractivity": self._activity,
            f"POST {API}/dsar/requests": self._order,
            f"GET {API}/dsar/requests/{{id}}": self._look,
            f"GET {API}/dsar/requests/{{id}}/outputs/{{n}}": self._output,
            f"POST {API}/deletions/users": self._forget,
            f"GET {API}/deletions/users": self._deletions,
        }

    def _search(self, asked: Asked) -> Json:
        value = asked.query["user"]
        users = self.store["users"].values()
        found = [u for u in users if value in {str(u["amplitude_id"]), u["last_device_id"]}]
        found += [u for u in users if value and u["user_id"].startswith(value[:5])]
        return {"matches": found, "type": "match_user_or_device_id"}

    def _activity(self, asked: Asked) -> Any:
        key = asked.query["user"]
        user = self.store["users"].get(key)
        events = self.store["events"].get(key, [])
        told = {"num_events": self.counted(events), "platform": "Web"}
        shown = events[: int(asked.query["limit"])]
        return {"events": shown, "userData": user | told} if user else absent()

    def counted(self, events: list[Json]) -> int:
        """What it says that it holds."""
        return len(events)

    def _order(self, asked: Asked) -> httpx.Response:
        job = f"{len(self.requests) + 1}"
        self.requests[job] = {"key": str(asked.body["amplitudeId"]), "looks": 0}
        return httpx.Response(202, json={"requestId": int(job)})

    def _look(self, asked: Asked) -> Any:
        job = self.requests.get(asked.path["id"])
        if job is None:
            return absent()
        job["looks"] += 1
        urls = [f"https://amplitude.com{API}/dsar/requests/{asked.path['id']}/outputs/{n}" for n in range(2)]
        done = {"status": "done", "urls": urls, "expires": "2026-12-03"}
        return {
            "requestId": int(asked.path["id"]),
            **(done if job["looks"] >= LOOKS else {"status": "staging"}),
        }

    def _output(self, asked: Asked) -> httpx.Response:
        there = f"https://{STORE}/{asked.path['id']}/{asked.path['n']}?signature=s"
        return httpx.Response(302, headers={"Location": there})

    def _file(self, request: httpx.Request) -> httpx.Response:
        """Two files: ten events, and the rest."""
        assert "Authorization" not in request.headers
        _, job, number = request.url.path.split("/")
        rows = self.store["events"].get(self.requests[job]["key"], [])
        part = rows[10:] if int(number) else rows[:10]
        return httpx.Response(
            200, content=gzip.compress("".join(f"{json.dumps(r)}\n" for r in part).encode())
        )

    def _forget(self, asked: Asked) -> Any:
        """A list that is too long is refused, as is one with an unknown id that is not to be ignored. What is
        asked for again on the same day joins the same job, and once.
        """
        keys = {str(key) for key in asked.body["amplitude_ids"]}
        unknown = sorted(keys - {*self.store["users"]})
        if len(asked.body["amplitude_ids"]) > MOST:
            return httpx.Response(400, json={"error": "too many ids"})
        if unknown and asked.body.get("ignore_invalid_id") != "True":
            return httpx.Response(400, json={"error": "invalid ids"})
        job = self.days.setdefault(DAY, {"keys": set(), "looks": 0})
        job["keys"] |= keys - {*unknown}
        job["looks"] = 0
        told = {"day": DAY, "status": "staging", "app": "1", "active_scrub_done_date": None}
        taken = _listed(keys - {*unknown})
        return [told | {"amplitude_ids": taken, "invalid_ids": [int(key) for key in unknown]}]

    def _deletions(self, asked: Asked) -> list[Json]:
        found = []
        for day, job in self.days.items():
            if asked.query["start_day"] <= day <= asked.query["end_day"]:
                job["looks"] += 1
                status = ("staging", "submitted", "done")[min(job["looks"], LOOKS) - 1]
                found.append({"day": day, "status": status, "amplitude_ids": _listed(job["keys"])})
                for key in job["keys"] if status == "done" else ():
                    self.store["users"].pop(key, None)
                    self.store["events"].pop(key, None)
        return found


def _listed(keys: set[str]) -> list[Json]:
    told = {"requester": "dpo@company.example", "requested_on_day": f"{TODAY}"}
    return [told | {"amplitude_id": int(key)} for key in sorted(keys)]


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendAmplitude()


VARIANTS: Variants = {"pretend": _opened}
