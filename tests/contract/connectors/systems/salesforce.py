"""The pretend Salesforce: a little SOQL, a token, and removal by a job that is opened, fed and closed."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.contract.connectors.pretend import Pretend, Variants, cast
from tests.contract.connectors.vendor import TOKEN, Asked, Json, PretendVendor, absent, nothing

API = "/services/data/v62.0"
_LITERAL = r"'((?:[^'\\]|\\.)*)'"
_SOQL = re.compile(
    r"SELECT FIELDS\(ALL\) FROM (\w+) WHERE (\w+) = "  # noqa: S608 - read, not run
    rf"{_LITERAL}(?: AND Id > {_LITERAL})? ORDER BY Id LIMIT (\d+)",
    re.DOTALL,
)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class PretendSalesforce(PretendVendor):
    kind = "salesforce"
    settings: Mapping[str, Any] = {"domain": "company.my.salesforce.com", "client_id": "app", "secret": TOKEN}
    held: Mapping[str, int] = {"cases": 23, "contacts": 1}
    keys: Mapping[str, tuple[str, ...]] = {"contacts": ("Id",), "cases": ("Id",)}
    reading = ("POST /services/oauth2/token",)

    def __init__(self) -> None:
        super().__init__()
        self.store = {"Contact": {}, "Case": {}, "Lead": {}, "Task": {}, "Event": {}, "CampaignMember": {}}
        self.jobs: dict[str, Json] = {}
        for m in cast():
            key = f"003{m.number:012d}AAA"
            names = {"FirstName": "A", "LastName": m.name, "Phone": m.phone, "Email": m.email}
            self.store["Contact"][key] = {"attributes": {"type": "Contact"}, "Id": key, **names}
            for n in range(m.rows):
                case = f"500{m.number * 1000 + n:012d}AAA"
                self.store["Case"][case] = {"Id": case, "ContactId": key, "Subject": f"case {n}"}

    def refusing(self) -> Any:
        return self.connector(secret="wrong")

    def authorised(self, request: httpx.Request) -> bool:
        return request.url.path == "/services/oauth2/token" or super().authorised(request)

    def routes(self) -> Mapping[str, Callable[[Asked], Any]]:
        record, job = f"{API}/sobjects/{{kind}}/{{id}}", f"{API}/jobs/ingest"
        return {
            "POST /services/oauth2/token": self._token,
            f"GET {API}/query": self._query,
            f"GET {record}": lambda asked: self._record(asked) or absent(),
            f"PATCH {record}": self._change,
            f"POST {job}": self._open,
            f"PUT {job}/{{id}}/batches": self._feed,
            f"PATCH {job}/{{id}}": self._close,
            f"GET {job}/{{id}}": self._job,
        }

    def _token(self, asked: Asked) -> httpx.Response:
        right = asked.body["client_secret"] == TOKEN
        said = {"access_token": TOKEN, "instance_url": "https://company.my.salesforce.com"}
        return httpx.Response(200 if right else 400, json=said if right else {"error": "invalid_client"})

    def _query(self, asked: Asked) -> Any:
        found = _SOQL.fullmatch(asked.query["q"])
        if not found:
            return httpx.Response(400, json=[{"errorCode": "MALFORMED_QUERY", "message": "no"}])
        kind, field, value, after, limit = found.groups()
        rows = [
            r for r in self.store[kind].values() if str(r.get(field)).casefold() == _read(value).casefold()
        ]
        left = sorted((r for r in rows if r["Id"] > _read(after or "")), key=lambda row: row["Id"])
        return {"totalSize": len(left), "done": True, "records": left[: int(limit)]}

    def _record(self, asked: Asked) -> Any:
        return self.store[asked.path["kind"]].get(asked.path["id"])

    def _change(self, asked: Asked) -> httpx.Response:
        record = self._record(asked)
        if record is None:
            return absent()
        record.update(asked.body)
        return nothing()

    def _open(self, asked: Asked) -> Json:
        job = {"id": f"750{len(self.jobs):015d}", "state": "Open", **asked.body}
        self.jobs[job["id"]] = {**job, "ids": []}
        return job

    def _feed(self, asked: Asked) -> httpx.Response:
        head, *ids = asked.request.content.decode().split()
        assert head == "Id"
        self.jobs[asked.path["id"]]["ids"] = ids
        return nothing(201)

    def _close(self, asked: Asked) -> Json:
        self.jobs[asked.path["id"]]["state"] = asked.body["state"]
        return self._job(asked)

    def _job(self, asked: Asked) -> Json:
        """A job moves on whenever somebody looks."""
        job = self.jobs[asked.path["id"]]
        said = {key: value for key, value in job.items() if key != "ids"} | {"numberRecordsFailed": 0}
        if job["state"] == "InProgress":
            for key in job["ids"]:
                self.store[job["object"]].pop(key, None)
        job["state"] = {"UploadComplete": "InProgress", "InProgress": "JobComplete"}.get(
            job["state"], job["state"]
        )
        return said


def _read(literal: str) -> str:
    return re.sub(r"\\(.)", lambda found: _NAMED.get(found[1], found[1]), literal, flags=re.DOTALL)


@contextmanager
def _opened(_folder: Path) -> Iterator[Pretend]:
    yield PretendSalesforce()


VARIANTS: Variants = {"pretend": _opened}
