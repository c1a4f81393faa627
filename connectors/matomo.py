"""Matomo: the visits of a person, by its own tools for data subjects.

Sources: the source of Matomo's PrivacyManager (behaviour only): `findDataSubjects`, `exportDataSubjects` and
`deleteDataSubjects` work on visits. A search gives at most 401 of them, so the sites are asked one by one,
and a person with more in one site goes to a person. The token travels in the body, where no log keeps it.
Not confirmed against a live server: that a segment's value is encoded once more than its transport does; that
an error comes with status 200. Reports that were counted before keep their sums. A site whose visitor log is
switched off answers with an empty list, as if nobody had been there: switch it on before you rely on it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _escape, _http
from connectors._erasure import Done, Eraser, Way, done_by
from connectors._paging import Batches
from connectors._reader import People, Question, Reader, Stream
from dsar.deeds import Method
from dsar.errors import ContractError, OperatorError
from dsar.holdings import Ability, Card, Collection, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

_MOST_VISITS = 401  # of one search, by Matomo's own limit
_VISITS = Collection(name="visits", category=Category.TECHNICAL_USAGE, title="Your visits to our pages")
_LOG_VISIT = "log_visit"


class Settings(BaseModel):
    """`token` is a token_auth with admin access to the `sites` (their numbers) of that server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    token: SecretStr
    sites: tuple[int, ...] = Field(min_length=1)
    self_hosted: bool = False
    page_rows: int = Field(default=100, ge=1, le=400)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "Matomo":
    """Return the connector. Raises `InputError` for an address that cannot be taken."""
    api = _http.Api(name, settings.base_url, transport=transport, self_hosted=settings.self_hosted)
    return Matomo(name, api, settings)


class Matomo:
    """A connected Matomo. A person is whatever visits show one user id; their key is that id."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._token = settings.token.get_secret_value()
        self._sites = sorted(settings.sites)
        self._rows = settings.page_rows
        self.card = _card(name)
        kinds = (IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID)
        reader = Reader(
            card=self.card,
            questions=tuple(Question(kind=kind, ask=self._by_id, shown=_shown) for kind in kinds),
            person=self._person,
            key_of=lambda row: api.text(row, "userId"),
            streams=(Stream(collection=_VISITS, read=self._export, count=self._count),),
            teaches=lambda row: [(IdentifierKind.ACCOUNT_ID, row.get("userId"))],
        )
        eraser = Eraser(reader=reader, ways={"visits": Way(method=Method.REMOVE, act=self._forget)})
        self.find, self.export, self.close = reader.find, reader.export, api.close
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify

    def __repr__(self) -> str:
        return f"Matomo({self.card.name})"

    async def check(self) -> None:
        """Search every site for nobody. Raises as `_http.Api.get`."""
        await self._visits("dsar-check")

    async def _by_id(self, value: str) -> Batches:
        row = await self._person(value)
        yield [row] if row else [], ""

    async def _person(self, key: str) -> Row | None:
        visits = await self._visits(key)
        return {"userId": key, "visits": visits} if visits else None

    async def _visits(self, key: str) -> list[tuple[int, int]]:
        """Return the visits of one id, as site and number. Whatever comes back is compared.

        Raises:
            OperatorError: `too_many_visits`; more than one search of a site can show.
        """
        found: list[tuple[int, int]] = []
        for site in self._sites:
            asked = {"idSite": f"{site}", "segment": f"userId=={_escape.matomo(key)}"}
            rows = self._api.records({"rows": (await self._call("findDataSubjects", asked)).body}, "rows")
            if len(rows) >= _MOST_VISITS:
                raise OperatorError(self.card.name, "too_many_visits")
            self._api.demand(all(str(row.get("userId")) == key for row in rows), "filter_ignored")
            numbers = [(self._api.text(r, "idSite"), self._api.text(r, "idVisit")) for r in rows]
            self._api.demand(all(a.isdecimal() and b.isdecimal() for a, b in numbers), "reply_unexpected")
            found += [(int(a), int(b)) for a, b in numbers]
        return sorted(set(found))

    async def _count(self, _key: str, row: Row) -> int:
        return len(row.get("visits", ()))

    async def _export(self, _key: str, row: Row, mark: str) -> Batches:
        """Read visit after visit, so many at a time: the mark is how many were read."""
        visits, start = row.get("visits", ()), int(mark or 0)
        while part := visits[start : start + self._rows]:
            start += len(part)
            tables = self._api.record((await self._call("exportDataSubjects", _asked(part))).body)
            yield self._rows_of(part, tables), str(start) if start < len(visits) else ""

    def _rows_of(self, part: Sequence[tuple[int, int]], tables: Row) -> list[Row]:
        """Return one row per visit, with what each other table of the log says of it."""
        found: dict[str, dict[str, Any]] = {}
        for visit in self._api.records(tables, _LOG_VISIT):
            found[self._api.text(visit, "idvisit")] = {**visit}
        self._api.demand({*found} == {str(number) for _, number in part}, "row_of_another")
        for table in sorted({*tables} - {_LOG_VISIT}):
            for row in self._api.records(tables, table):
                if str(row.get("idvisit")) in found:
                    found[str(row["idvisit"])].setdefault(table, []).append(row)
        return [found[str(number)] for _, number in part]

    async def _forget(self, people: People) -> Done:
        replies = []
        for row in people.values():
            visits = row.get("visits", ())
            for start in range(0, len(visits), self._rows):
                asked = _asked(visits[start : start + self._rows])
                replies.append(await self._call("deleteDataSubjects", asked))
        return done_by(replies)

    async def _call(self, method: str, asked: Mapping[str, str]) -> _http.Reply:
        """Call one method. An error comes with status 200 and its own field.

        Raises:
            OperatorError: `credentials_refused`; Matomo says so in a sentence only.
        """
        form = {"module": "API", "method": f"PrivacyManager.{method}", "format": "JSON", **asked}
        reply = await self._api.ask("POST", "/index.php", data={**form, "token_auth": self._token})
        said = reply.body
        if isinstance(said, dict) and said.get("result") == "error":
            refused = "token_auth" in str(said.get("message")) or "access" in str(said.get("message"))
            kind = OperatorError if refused else ContractError
            raise kind(self.card.name, "credentials_refused" if refused else "request_refused")
        return reply


def _card(name: str) -> Card:
    return Card(
        name=name,
        vendor="Matomo",
        collections=(_VISITS,),
        can=frozenset({Verb.FIND, Verb.EXPORT, Verb.ERASE, Verb.VERIFY}),
        finds_by=frozenset({IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID}),
        teaches=frozenset({IdentifierKind.ACCOUNT_ID, IdentifierKind.RECORD_KEY}),
        notes="Only visits that were recorded under a user id are found.",
        abilities={Verb.ERASE: Ability(note="Sums in reports that were counted before stay.")},
    )


def _asked(visits: Sequence[tuple[int, int]]) -> dict[str, str]:
    asked: dict[str, str] = {}
    for place, (site, number) in enumerate(visits):
        asked |= {f"visits[{place}][idsite]": f"{site}", f"visits[{place}][idvisit]": f"{number}"}
    return asked


def _shown(row: Row) -> list[object]:
    return [row.get("userId")]
