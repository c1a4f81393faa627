"""House equipment: a value put into another language stays a value. Each function returns the whole literal,
quotes included; where a language takes values beside its text, that is used instead.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

_BACKSLASHED = {"\\": "\\\\", '"': '\\"'}
_SOQL = {
    **_BACKSLASHED,
    "'": "\\'",
    **{chr(code): f"\\{letter}" for code, letter in zip((8, 9, 10, 12, 13), "btnfr", strict=True)},
}


def url(*parts: object) -> str:
    """Return a path of these parts. What would climb or vanish in a path becomes a name that cannot exist."""
    return "".join(f"/{_part(str(part))}" for part in parts)


def soql(value: str) -> str:
    """Return a string literal of SOQL (Salesforce)."""
    return f"'{_mapped(value, _SOQL)}'"


def odata(value: str) -> str:
    """Return a string literal of OData: a quote is written twice."""
    return "'" + value.replace("'", "''") + "'"


def stripe_search(value: str) -> str:
    """Return a string literal of Stripe's search query language."""
    return f'"{_mapped(value, _BACKSLASHED)}"'


def mixpanel(value: str) -> str:
    """Return a string literal of a Mixpanel expression (`where=`)."""
    return f'"{_mapped(value, _BACKSLASHED)}"'


def zendesk(value: str) -> str:
    """Return a phrase of Zendesk's search. It knows no escape, so a quote or a backslash becomes a space."""
    return '"' + value.replace('"', " ").replace("\\", " ") + '"'


def matomo(value: str) -> str:
    """Return a value of a Matomo segment: encoded once more than its transport does."""
    return quote(quote(value, safe=""), safe="")


def graphql(query: str, **variables: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    """Return a request's body: the query is ours alone, values travel beside it."""
    return {"query": query, "variables": variables}


def _part(text: str) -> str:
    return quote(text, safe="") if text.strip(".") else "%00"


def _mapped(value: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(character, character) for character in value)
