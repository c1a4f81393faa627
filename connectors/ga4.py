"""Google Analytics 4: erasing what a property holds under a person's ids. It can do nothing else for them.

Sources: Google's own discovery document of the Admin API (`properties.submitUserDeletion`, v1alpha only,
scope `analytics.edit`); its help page on user deletion. There is no way to look a person up, none to export
one person's data, and none to see whether a deletion was carried out: so this system is searched and copied
by hand, and an erasure is "accepted", never "verified". Sums that were counted before stay. It takes up to 63
days: Google's servers erase every two months (its guide to user deletion, as of 2024-11).
Not confirmed against a live property: that asking again does no harm but to move the day up to which data
goes.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import _auth, _http
from connectors._erasure import done_by
from dsar.deeds import Method, Receipt, Result, Step
from dsar.errors import ContractError, OperatorError, UnsupportedError
from dsar.holdings import Ability, Card, Collection, Findings, Page
from dsar.person import Identity, askable, comparable
from dsar.vocabulary import Category, IdentifierKind, Verb

FINISHES = timedelta(days=63)
_HOST = "https://analyticsadmin.googleapis.com"
_SCOPE = "https://www.googleapis.com/auth/analytics.edit"
_ACTIVITY = Collection(
    name="activity", category=Category.TECHNICAL_USAGE, title="What Google Analytics noted of your visits"
)
_GOOGLE_MAIL = frozenset({"gmail.com", "googlemail.com"})


def _as_given(value: str) -> str:
    return value.strip()


def _address(value: str) -> str:
    """As Google wants an address: lower case, no blanks, no dots before the @ of its own mail service."""
    local, _, domain = "".join(value.lower().split()).rpartition("@")
    return f"{local.replace('.', '')}@{domain}" if domain in _GOOGLE_MAIL else f"{local}@{domain}"


def _number(value: str) -> str:
    return "+" + comparable(IdentifierKind.PHONE, value).lstrip("+")


# By which field a property may know a person, and how Google wants it spelt.
_FIELDS: Mapping[IdentifierKind, tuple[str, Callable[[str], str]]] = {
    IdentifierKind.ACCOUNT_ID: ("userId", _as_given),
    IdentifierKind.DISTINCT_ID: ("clientId", _as_given),
    IdentifierKind.EMAIL: ("userProvidedData", _address),
    IdentifierKind.PHONE: ("userProvidedData", _number),
}


class Settings(BaseModel):
    """`key` is the JSON key of a service account that is an Editor of the property.

    `known_by` are the ids that your pages send to Google: `account_id` as its user id, `distinct_id` as its
    client id (the `_ga` cookie), `email` and `phone` only if you collect user-provided data.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    property_id: int = Field(ge=1)
    key: SecretStr
    known_by: tuple[Literal["account_id", "distinct_id", "email", "phone"], ...] = Field(min_length=1)


def connect(name: str, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> "Ga4":
    """Return the connector. Raises `InputError` for a key that cannot be taken."""
    auth = _auth.service_account(name, settings.key.get_secret_value(), _SCOPE)
    kinds = tuple(IdentifierKind(kind) for kind in settings.known_by)
    api = _http.Api(name, _HOST, auth=auth, transport=transport)
    return Ga4(name, api, f"/v1alpha/properties/{settings.property_id}", kinds)


class Ga4:
    """A connected property."""

    def __init__(self, name: str, api: _http.Api, path: str, kinds: Sequence[IdentifierKind]) -> None:
        self._api, self._path, self._kinds = api, path, kinds
        self.close = api.close
        self.card = Card(
            name=name,
            vendor="Google Analytics",
            collections=(_ACTIVITY,),
            can=frozenset({Verb.ERASE}),
            finds_by=frozenset(kinds),
            notes="Google offers no way to search or copy what it holds of one person.",
            by_hand="Google cannot be asked for one person: see the user explorer, or your BigQuery export.",
            abilities={
                Verb.ERASE: Ability(
                    finishes_in=FINISHES,
                    note="Google confirms that it was asked, and nothing shows that it is done; sums stay.",
                )
            },
        )

    def __repr__(self) -> str:
        return f"Ga4({self.card.name})"

    async def check(self) -> None:
        """Read the property's own record. Raises as `_http.Api.get`."""
        said = self._api.record(await self._api.get(self._path))
        self._api.demand(said.get("name") == self._path.removeprefix("/v1alpha/"), "reply_unexpected")

    async def find(self, _identity: Identity) -> Findings:
        """Hand the question to a person.

        Raises:
            UnsupportedError: `cannot_find`.
        """
        raise UnsupportedError(self.card.name, "cannot_find")

    async def export(self, _identity: Identity, _collection: str, _cursor: str = "") -> AsyncIterator[Page]:
        """Hand the copying to a person.

        Raises:
            UnsupportedError: `cannot_export`.
        """
        raise UnsupportedError(self.card.name, "cannot_export")
        yield  # it is a stream like any other, and never begins

    async def plan_erasure(self, identity: Identity) -> Sequence[Step]:
        """Return under how many ids Google would be asked: what it holds under them, it does not say."""
        count = len(self._asked(identity))
        step = Step(
            system=self.card.name,
            collection=_ACTIVITY.name,
            category=_ACTIVITY.category,
            count=count,
            method=Method.REMOVE,
        )
        return (step,) if count else ()

    async def erase(self, identity: Identity, steps: Sequence[Step]) -> Sequence[Receipt]:
        """Ask Google to remove what it holds under each id.

        Raises:
            OperatorError: `plan_outgrown`; more ids are known now than were approved.
            ContractError: `step_unknown`.
        """
        if any(step.collection != _ACTIVITY.name for step in steps):
            raise ContractError(self.card.name, "step_unknown")
        return [await self._submitted(identity, step) for step in steps]

    async def _submitted(self, identity: Identity, step: Step) -> Receipt:
        asked = self._asked(identity)
        if len(asked) > step.count:
            raise OperatorError(self.card.name, "plan_outgrown")
        replies = [await self._submit(field, value) for field, value in asked]
        done = done_by(replies, ready_after=FINISHES if replies else None)
        return Receipt(
            system=self.card.name,
            collection=step.collection,
            verb=Verb.ERASE,
            result=Result.ACCEPTED if replies else Result.ALREADY,
            count=len(replies),
            method=step.method,
            ready_after=done.ready_after,
            requests=done.requests,
        )

    async def _submit(self, field: str, value: str) -> _http.Reply:
        reply = await self._api.ask("POST", f"{self._path}:submitUserDeletion", json={field: value})
        self._api.demand(self._api.record(reply.body).get("deletionRequestTime"), "reply_unexpected")
        return reply

    def _asked(self, identity: Identity) -> list[tuple[str, str]]:
        """Return each id as Google takes it, once: the field and the value."""
        found = set()
        for kind in self._kinds:
            field, spelt = _FIELDS[kind]
            found |= {(field, spelt(value)) for value in identity.of(kind) if askable(value)}
        return sorted(found)
