"""Auth0: a person's accounts, their log entries and organisations. Erase it last: others find by it.

Sources: Auth0's own client library (paths, arguments, what cannot be undone). The token comes by client
credentials for the Management API and is renewed as it says. `users-by-email` compares letter by letter, and
what Auth0 itself keeps is in lower case (its API reference): so we ask for an address as given and so.
Not confirmed against a live tenant: that an account that is gone answers 404. Log entries go when the plan
of the tenant says so (1 to 30 days) and cannot be erased. An account that holds a role is never erased here.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _auth, _escape, _http
from connectors._erasure import Done, Eraser, Way, done_by
from connectors._marks import Marker, Rectifier
from connectors._paging import Batches, Listing, Number, Whole
from connectors._reader import People, Question, Reader, Stream, field_is, record_of, shown, value_of
from dsar.deeds import Method
from dsar.errors import OperatorError
from dsar.holdings import Ability, Card, Collection, Row
from dsar.vocabulary import Category, IdentifierKind, Verb

_LOG_LIFE = timedelta(days=30)
_MOST_LOGS = 1000  # what Auth0 gives out of one account's log
_ABSENT = frozenset({404})
_USERS = Collection(name="users", category=Category.IDENTITY, title="Your account")
_LOGS = Collection(name="logs", category=Category.TECHNICAL_USAGE, title="Your log-ins and changes")
_ORGANIZATIONS = Collection(name="organizations", category=Category.PROFILE, title="Where you are a member")


class Settings(BaseModel):
    """A machine-to-machine application's `client_id` and `secret`, for read, update and delete of users and
    read of logs, roles and organizations; `domain` is the tenant's, such as company.eu.auth0.com.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    domain: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*\.[a-z]+$")
    client_id: str
    secret: SecretStr
    page_rows: int = Field(default=50, ge=1, le=50)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "Auth0":
    """Return the connector."""
    base = f"https://{settings.domain}"
    grant = _auth.client_credentials(
        settings.client_id, settings.secret.get_secret_value(), audience=f"{base}/api/v2/"
    )
    auth = _auth.TokenAuth(name, f"{base}/oauth/token", grant)
    return Auth0(name, _http.Api(name, f"{base}/api/v2", auth=auth, transport=transport), settings)


class Auth0:
    """A connected Auth0 tenant."""

    def __init__(self, name: str, api: _http.Api, settings: Settings) -> None:
        self._api = api
        self._rows = settings.page_rows
        self.card = _card(name)
        reader = Reader(
            card=self.card,
            questions=(
                Question(kind=IdentifierKind.EMAIL, ask=self._by_email, shown=shown("email")),
                Question(kind=IdentifierKind.ACCOUNT_ID, ask=self._by_id, shown=shown("user_id")),
            ),
            person=self._user,
            key_of=lambda row: api.text(row, "user_id"),
            streams=(
                Stream(collection=_USERS, read=record_of),
                Stream(collection=_LOGS, read=self._logs, mine=field_is("user_id")),
                Stream(collection=_ORGANIZATIONS, read=self._organizations),
            ),
            teaches=lambda row: [
                (IdentifierKind.EMAIL, row.get("email")),
                (IdentifierKind.PHONE, row.get("phone_number")),
                (IdentifierKind.ACCOUNT_ID, row.get("user_id")),
            ],
        )
        self.find, self.export, self.close = reader.find, reader.export, api.close
        self._offer(reader)

    def _offer(self, reader: Reader) -> None:
        marker = Marker(reader=reader, marked=lambda row: row.get("blocked") is True, write=self._block)
        forget = Way(method=Method.REMOVE, act=self._forget, takes=("users", "organizations"))
        eraser = Eraser(
            reader=reader,
            ways={"organizations": forget, "users": forget},
            markers={Verb.RESTRICT: marker, Verb.LIFT: marker},
        )
        rectifier = Rectifier(
            reader=reader,
            collection="users",
            attributes={f: value_of(f) for f in ("name", "nickname", "given_name", "family_name")},
            write=self._write,
        )
        self.plan_erasure, self.erase, self.verify = eraser.plan, eraser.erase, eraser.verify
        self.restrict, self.lift, self.rectify = marker.restrict, marker.lift, rectifier.rectify

    def __repr__(self) -> str:
        return f"Auth0({self.card.name})"

    async def check(self) -> None:
        """Ask for nobody. Raises as `_http.Api.get`."""
        async for _ in self._by_email("dsar-check@nobody.invalid"):
            break

    def _by_email(self, value: str) -> Batches:
        asks = {"email": value}
        return Listing(api=self._api, path="/users-by-email", rows="", paging=Whole(), asks=asks).read()

    async def _by_id(self, value: str) -> Batches:
        row = await self._user(value)
        yield [row] if row else [], ""

    async def _user(self, key: str) -> Row | None:
        reply = await self._api.ask("GET", _escape.url("users", key), absent={*_ABSENT, 400})
        return None if reply.body is None else self._api.record(reply.body)

    def _logs(self, key: str, _row: Row, mark: str) -> Batches:
        asks = {"per_page": self._rows, "sort": "date:1"}
        return self._below(key, "logs", asks)(mark)

    def _organizations(self, key: str, _row: Row, mark: str) -> Batches:
        return self._below(key, "organizations", {"per_page": self._rows})(mark)

    def _below(self, key: str, path: str, asks: Mapping[str, object]) -> Callable[[str], Batches]:
        paging = Number(self._rows, first=0)
        where = _escape.url("users", key, path)
        return Listing(api=self._api, path=where, rows="", paging=paging, asks=asks, absent=_ABSENT).read

    async def _forget(self, people: People) -> Done:
        """Erase accounts, but nobody who could administer the tenant.

        Raises:
            OperatorError: `account_privileged`, before anything is touched.
        """
        for key in people:
            roles = Listing(api=self._api, path=_escape.url("users", key, "roles"), rows="", absent=_ABSENT)
            if [row async for rows, _ in roles.read() for row in rows]:
                raise OperatorError(self.card.name, "account_privileged")
        paths = [_escape.url("users", key) for key in people]
        return done_by([await self._api.ask("DELETE", path, absent=_ABSENT) for path in paths])

    async def _block(self, key: str, on: bool) -> _http.Reply:  # noqa: FBT001 - the mark itself
        return await self._patch(key, {"blocked": on})

    async def _write(self, key: str, fields: Mapping[str, str]) -> _http.Reply:
        return await self._patch(key, fields)

    async def _patch(self, key: str, fields: Mapping[str, object]) -> _http.Reply:
        return await self._api.ask("PATCH", _escape.url("users", key), json=dict(fields))


def _card(name: str) -> Card:
    kinds = frozenset({IdentifierKind.EMAIL, IdentifierKind.ACCOUNT_ID})
    return Card(
        name=name,
        vendor="Auth0",
        collections=(_USERS, _LOGS, _ORGANIZATIONS),
        can=frozenset(Verb) - {Verb.SUPPRESS},
        finds_by=kinds,
        teaches=kinds | {IdentifierKind.PHONE, IdentifierKind.RECORD_KEY},
        notes=f"Of the log, the newest {_MOST_LOGS} entries can be given out.",
        abilities={
            Verb.ERASE: Ability(note="Log entries go by themselves within 30 days; they cannot be erased."),
            Verb.RESTRICT: Ability(
                reversible=True, note="The account is blocked: nobody can log in with it."
            ),
            Verb.RECTIFY: Ability(reversible=True),
        },
    )
