"""Names as a scan reads them, in any spelling; and what a table is about, by its own."""

import re

from dsar.vocabulary import Category


def words(text: str) -> re.Pattern[str]:
    """Return a pattern that finds one of these words, whole, in a name as `snake` spells it."""
    return re.compile(rf"(?:^|_)(?:{text})(?:_|\d|$)")


def snake(name: str) -> str:
    """Return a name in lower case, its words joined by `_`: `OrderId`, `Order ID` and `order-id` alike."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^0-9a-zäöüßéèà]+", "_", split.lower()).strip("_")


# What a table is about, by its name, where its columns do not say.
_TABLES = (
    (
        Category.MARKETING_COMMS,
        words("newsletters?|subscriptions?|consents?|campaigns?|mailings?|mailinglists?"),
    ),
    (Category.FINANCIAL, words("payments?|invoices?|refunds?|bank.*|rechnung(?:en)?|zahlung(?:en)?")),
    (Category.TRANSACTION, words("orders?|lines?|items?|carts?|purchases?|bookings?|bestellung(?:en)?")),
    (
        Category.SUPPORT,
        words("tickets?|messages?|comments?|notes?|memos?|replies|conversations?|chats?|e?mails?"),
    ),
    (
        Category.TECHNICAL_USAGE,
        words(
            "events?|logs?|log_?entr(?:y|ies)|histor(?:y|ies)(?:_?lines?)?|visits?|sessions?|devices?|logins?|clicks?"
        ),
    ),
    (Category.CONTACT, words("address(?:es)?|contacts?|adressen")),
)
_PEOPLE = re.compile(
    r"(?:^|_)(?:[a-z]*users?|customers?|people|persons?|members?|clients?|contacts?|accounts?|subscribers?|"
    r"patients?|employees?|kunden?|personen|mitglieder|benutzer)(?:_?\d+)?$"
)


def table_category(name: str) -> Category | None:
    """Return what a table is about by its name, its last word first; None if the name does not say."""
    plain = snake(name)
    asked = (plain.rpartition("_")[2], plain)
    return next((category for text in asked for category, known in _TABLES if known.search(text)), None)


def sounds_like_people(name: str) -> bool:
    """Whether a row of a table with that name is likely a person: its last word says what a row is."""
    return _PEOPLE.search(snake(name)) is not None
