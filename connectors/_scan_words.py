"""What a column holds, judged by its name and by a sample of its values: offline, with a confidence.

A confidence is a guess between 0 and 1 about a guess: a person confirms each map that is made of them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from ipaddress import ip_address

from connectors._scan_names import snake, sounds_like_people, words
from dsar.vocabulary import Category

AGREED, SHAPE, NAME, DOUBTED = 0.95, 0.8, 0.6, 0.3  # name and values; values; name; name against values
_MOST = 0.8  # so many of the values must have a shape before a column is called by it
_FEW = 0.2
_SHORT_CARD, _LONG_CARD = 13, 19  # digits of a payment card's number (ISO/IEC 7812)
_LUHN_MOST = 9

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
_PHONE = re.compile(r"(?=(?:\D*\d){7,15}\D*$)\+?[\d\s()./-]+")
_MENTION = re.compile(r"[^@\s\"'<>()\[\]:,;]{1,64}@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_AGENT = re.compile(r"(?:Mozilla|Opera|curl|Dalvik)/\d.*")
_KEYS = re.compile(r'"([^"\\]{1,60})"\s*:')  # of a JSON object, also where its text was cut short
_ABOUT = re.compile(r"_(?:id|type|key|count|at|on)$")  # what a column says of another, not what it holds
_LOOSE = frozenset({"text", "address", "label"})


# What a row has that is about a person, and not about a thing.
ONLY_PEOPLES = frozenset({"email", "phone", "birth", "name", "address", "iban", "card", "special"})


class Family(Enum):
    """What a column can hold by its type: a truth value and a reference hold nothing that is guessed."""

    TEXT = auto()
    NUMBER = auto()
    DAY = auto()
    JSON = auto()
    OTHER = auto()


_FITS = {
    Family.NUMBER: frozenset(
        {"secret", "birth", "money", "special", "phone", "card", "account_id", "distinct_id"}
    ),
    Family.DAY: frozenset({"birth"}),
    Family.OTHER: frozenset({"secret"}),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to hold: one of the traits below, why, and how sure we are."""

    trait: str
    category: Category | None
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class _Trait:
    name: str
    category: Category | None
    words: re.Pattern[str]
    shape: Callable[[str], bool] | None = None


# The last word says what it is: a `mail_template` is no address.
_MAIL = re.compile(r"(?:^|_)(?:e?_?mail|courriel)(?:_?addr(?:ess)?)?(?:_?\d+)?$")


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "." in text or ":" in text


def _is_card(text: str) -> bool:
    """Luhn's check, as ISO/IEC 7812 has it for payment cards."""
    digits = [int(c) for c in re.sub(r"[ -]", "", text) if c.isascii() and c.isdigit()]
    plain = re.fullmatch(r"[\d -]+", text, re.ASCII)
    if not plain or not _SHORT_CARD <= len(digits) <= _LONG_CARD:
        return False
    doubled = [d * 2 - (_LUHN_MOST if d * 2 > _LUHN_MOST else 0) for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """The remainder that ISO 13616 asks for."""
    plain = text.replace(" ", "").upper()
    if not _IBAN.fullmatch(plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _like(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text.strip()) is not None


# In this order: `email_token` is a secret, `ip_address` no postal one. English, German and French names.
_TRAITS = (
    _Trait(
        "secret",
        None,
        words(
            "pass(?:word|wd|wort|phrase)?|pwd|hash|digest|salt|secret|token|api_?key|private_?key|otp|totp|cvv|cvc|"
            "kennwort|mot_de_passe"
        ),
    ),
    _Trait("email", Category.CONTACT, _MAIL, _like(_EMAIL)),
    _Trait("ip", Category.TECHNICAL_USAGE, words("ip|ip_?addr(?:ess)?|remote_addr"), _is_ip),
    _Trait("iban", Category.FINANCIAL, words("iban|bank_?account|kontonummer"), _is_iban),
    _Trait("card", Category.FINANCIAL, words("card_?(?:no|number|num)|pan|kartennummer"), _is_card),
    _Trait(
        "phone",
        Category.CONTACT,
        words("phone|tel|telephone|mobile|cell_?(?:phone|number|no)|skype|fax|telefon|handy|msisdn"),
        _like(_PHONE),
    ),
    _Trait("agent", Category.TECHNICAL_USAGE, words("user_?agent|browser|device"), _like(_AGENT)),
    _Trait(
        "special",
        Category.SPECIAL,
        words("health|diagnosis|disease|religion|ethnicity|race|union|sexual|biometric|krankheit|konfession"),
    ),
    _Trait("distinct_id", Category.TECHNICAL_USAGE, words("distinct|analytics|anonymous|visitor|client_?id")),
    _Trait(
        "account_id",
        Category.IDENTITY,
        words("account|user_?name|login|customer_?(?:no|number)|kundennummer"),
    ),
    _Trait("birth", Category.IDENTITY, words("dob|birth(?:day|date)?|born|date_of_birth|geburtstag|geboren")),
    _Trait(
        "name",
        Category.IDENTITY,
        words(
            "(?:first|last|full|family|given|sur|middle|display|nick|maiden|attendee|author|contact|customer|guest|"
            "holder|owner|patient|person|recipient|sender)_?names?|vorname|nachname|prenom|gender"
        ),
    ),
    _Trait(
        "address",
        Category.CONTACT,
        words("address|street|city|town|zip(?:_?code)?|post_?code|postal|strasse|ort|plz|rue|ville"),
    ),
    _Trait(
        "money", Category.FINANCIAL, words("amount|total|price|salary|balance|invoice|betrag|tax_?id|vat")
    ),
    _Trait(
        "text",
        Category.SUPPORT,
        words("answers?|messages?|comments?|notes?|content|body|subject|remarks?|bemerkung"),
    ),
    # Products, roles and colours have names, too: it is a person's only in company (`in_company`).
    _Trait("label", None, words("names?|title")),
)


def guess(name: str, values: Sequence[str], family: Family = Family.TEXT) -> Guess | None:
    """Judge a column by its name and some of its values; None if neither says anything of a person."""
    named = next((t for t in _TRAITS if t.words.search(snake(name))), None)
    if named and named.name in _LOOSE and _ABOUT.search(snake(name)):
        named = None
    if family is Family.JSON:
        return _within(values)
    if family is not Family.TEXT:
        fits = named and named.name in _FITS[family]
        return Guess(named.name, named.category, NAME, "its name") if named and fits else None
    judged = _judged(named, values)
    if judged and judged.trait != "label":
        return judged
    return _within(values) or judged


def _judged(named: _Trait | None, values: Sequence[str]) -> Guess | None:
    shaped = next((t for t in _TRAITS if t.shape and _share(t.shape, values) >= _MOST), None)
    if named and named.shape is None and (named.name == "secret" or not shaped):
        return Guess(named.name, named.category, NAME, "its name")
    if named and named.shape and values and named is not shaped:
        if _share(named.shape, values) < _FEW:
            return Guess(named.name, named.category, DOUBTED, "its name, but not its values")
        return Guess(named.name, named.category, NAME, "its name, and some of its values")
    if named and named is shaped:
        return Guess(named.name, named.category, AGREED, "its name and its values")
    if shaped:  # also an `address` that is one of e-mail
        return Guess(shaped.name, shaped.category, SHAPE, "its values")
    return Guess(named.name, named.category, NAME, "its name; it is empty") if named else None


def _within(values: Sequence[str]) -> Guess | None:
    """Look inside: at the keys of JSON, which name things as columns do, and for addresses within text."""
    keys = {snake(key) for value in values if value[:1] in {"{", "["} for key in _KEYS.findall(value)}
    inner = next((t for t in _TRAITS if t.category and any(t.words.search(key) for key in keys)), None)
    if inner:
        return Guess("text", inner.category, NAME, "a key within it")
    if any(_MENTION.search(value) for value in values):
        return Guess("text", None, NAME, "an e-mail address within it")
    return None


def in_company(guesses: Mapping[str, Guess], table: str) -> Mapping[str, Guess]:
    """A plain `name` is a person's where the table is of people, or holds more that only people have."""
    traits = {found.trait for found in guesses.values()}
    if not (traits & ONLY_PEOPLES or sounds_like_people(table)):
        return guesses
    return {
        column: replace(found, trait="name", category=Category.IDENTITY) if found.trait == "label" else found
        for column, found in guesses.items()
    }


def _share(shape: Callable[[str], bool], values: Sequence[str]) -> float:
    return sum(map(shape, values)) / len(values) if values else 0.0
