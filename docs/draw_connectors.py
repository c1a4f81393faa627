"""Draws the page of connectors from the shelf: what each kind is told, and what its card then says."""

import inspect
import json
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from connectors import kinds, load
from docs.draw_settings import cell
from dsar.holdings import Ability, Card, Enforcer
from dsar.vocabulary import Verb

HOUSE = Path(__file__).parent.parent
INTRO = """A connector is one file in `connectors/`.
Which systems are connected, and with which of these settings, stands in `systems.yaml`:
see [how to connect a system](../how-to/connect-a-system.md).
Another kind is [one file away](../how-to/add-a-connector.md)."""


# Google's key file, as far as a card needs it: made on the spot, and thrown away.
def sample_key() -> str:
    """Return a service account's key file that opens nothing."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    file = {"token_uri": "https://sample.example", "client_email": "sample", "private_key": pem}
    return json.dumps(file)


UPLOADS = {"prefix": "uploads/{account_id}/", "category": "support", "title": "Your files"}
# How each kind is told of a sample system, so that its card can be shown.
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "amplitude": {**dict.fromkeys(("api_key", "secret", "org_key", "org_secret"), "none"), "requester": "x"},
    "auth0": {"domain": "company.eu.auth0.com", "client_id": "none", "secret": "none"},
    "ga4": {"property_id": 1, "key": sample_key(), "known_by": ["account_id", "distinct_id"]},
    "hubspot": {"token": "none"},
    "intercom": {"token": "none"},
    "mail": {
        "vendor": "Post Mill Mailing Ltd",
        "address": "privacy@mill.example",
        "collections": {"mailings": {"category": "marketing_comms"}},
    },
    "mailchimp": {"api_key": "none-us21"},
    "manual": {"vendor": "The attic", "collections": {"contracts": {"category": "transaction"}}},
    "matomo": {"base_url": "https://stats.example", "token": "none", "sites": [1]},
    "mixpanel": {
        **dict.fromkeys(("project_token", "login", "secret", "gdpr_token"), "none"),
        "project_id": 1,
    },
    "mongodb": {
        **dict.fromkeys(("url", "write_url"), "mongodb://sample.example/shop"),
        "map": str(HOUSE / "docs" / "examples" / "documents.map.yaml"),
    },
    "odoo": {"base_url": "https://erp.example", "api_key": "none"},
    "posthog": {"base_url": "https://analytics.example", "project_id": 1, "api_key": "none"},
    "s3": {"bucket": "files", "collections": {"uploads": UPLOADS}},
    "salesforce": {"domain": "company.my.salesforce.com", "client_id": "none", "secret": "none"},
    "segment": {"public_token": "none", "profile_token": "none", "space_id": "spa"},
    "sql": {"url": "sqlite:///crm.db", "map": str(HOUSE / "rehearsal" / "crm.map.yaml")},
    "stripe": {"api_key": "none"},
    "zendesk": {"subdomain": "company", "login": "admin", "token": "none"},
}


def connectors_page(note: str) -> str:
    """Every kind on the shelf."""
    return "\n\n".join([note, "# Connectors", INTRO, overview(), *(section(kind) for kind in own())]) + "\n"


def own() -> list[str]:
    """Return the kinds whose file stands here, and not in somebody's package."""
    return [kind for kind in kinds() if find_spec(f"connectors.{kind}")]


def section(kind: str) -> str:
    """One kind: its file's own words, its settings, and the card of the sample system."""
    module = import_module(f"connectors.{kind}")
    parts = [f"## {kind}", inspect.getdoc(module) or "", settings_of(module)]
    if kind in SAMPLES:
        parts.append(card_of(load(kind, "sample", SAMPLES[kind]).card))
    return "\n\n".join(parts)


def settings_of(module: ModuleType) -> str:
    """The settings of a kind as a table."""
    model: type[BaseModel] = module.Settings
    rows = [
        f"| `{name}` | {'must be given' if field.default is PydanticUndefined else cell(field.default)} |"
        for name, field in model.model_fields.items()
    ]
    return "\n".join([inspect.getdoc(model) or "", "", "| setting | default |", "|---|---|", *rows])


def card_of(card: Card) -> str:
    """A card as a person reads it."""
    held = [
        f"| `{c.name}` | `{c.category}` | {c.title} | {'yes' if c.third_party else ''} |"
        for c in card.collections
    ]
    facts = [
        f"- vendor: {card.vendor}",
        f"- can: {listed(card.can)}",
        f"- found by: {listed(card.finds_by)}",
        f"- teaches other systems: {listed(card.teaches)}",
        *([f"- note in the answer: {card.notes}"] if card.notes else []),
        *(f"- {verb}: {told}" for verb in sorted(card.abilities) if (told := ability(card.abilities[verb]))),
    ]
    table = "\n".join(
        ["| collection | category | called in the answer | reviewed first |", "|---|---|---|---|", *held]
    )
    return "\n\n".join(["The card of a sample system:", "\n".join(facts), table])


def ability(said: Ability) -> str:
    """What a verb comes to, in words."""
    words = [
        f"within {said.finishes_in.days} days" if said.finishes_in and said.finishes_in.days else "",
        "can be taken back" if said.reversible else "",
        {
            Enforcer.US: "a flag that our programs must heed",
            Enforcer.NOBODY: "a flag that nothing enforces",
        }.get(said.enforced_by, ""),
        said.note,
    ]
    return "; ".join(word for word in words if word)


def overview() -> str:
    """Every kind in one table: what it can do, by its card."""
    verbs = [verb for verb in Verb if verb not in {Verb.FIND, Verb.EXPORT}]
    rows = []
    for kind in own():
        card = load(kind, "sample", SAMPLES[kind]).card if kind in SAMPLES else None
        can = [("yes" if card and verb in card.can else "by hand") for verb in verbs]
        rows.append(f"| [{kind}](#{kind}) | {listed(card.finds_by) if card else ''} | {' | '.join(can)} |")
    head = f"| kind | found by | {' | '.join(verbs)} |"
    return "\n".join([head, "|---|---|" + "---|" * len(verbs), *rows])


def listed(words: frozenset[Any]) -> str:
    """Words in alphabetical order."""
    return ", ".join(f"`{word}`" for word in sorted(words))
