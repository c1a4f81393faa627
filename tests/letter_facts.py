"""The facts of invented letters: everything that any kind of letter is ever given."""

from datetime import UTC, date, datetime
from typing import Any

from dsar.case import SystemAnswer
from dsar.complaints import offers_appeal
from dsar.law_sets import LawSet, law_set, offers_controller_complaint
from dsar.ports import Withheld
from dsar.vocabulary import Channel, Found, Proof, Right

CASE_ID = "case_0123456789abcdef0123"
REGIMES = ("UK-ENG", "EU-DE-BY", "US-CA", "BR", "US-CO")

_REMEDIES = {
    "controller": ("Complain to us", "You can complain to us under section 164A."),
    "authority": ("The authority", "You can complain to the authority."),
    "appeal": ("Appeal", "You can appeal to us."),
    "court": ("A court", "You can go to court."),
}


def remedies(regime: str, received_on: date) -> list[dict[str, str]]:
    """Return remedies as the company would state them."""
    codes = ["controller"] if offers_controller_complaint(regime, received_on) else []
    codes += ["appeal"] if offers_appeal(regime, received_on) else []
    codes += ["authority"] + (["court"] if law_set(regime) in {LawSet.UK, LawSet.EU} else [])
    return [
        {"code": c, "name": _REMEDIES[c][0], "text": _REMEDIES[c][1], "url": f"https://{c}.example/"}
        for c in codes
    ]


def facts(
    regime: str = "UK-ENG",
    right: Right = Right.ACCESS,
    received_on: date = date(2026, 11, 2),
    **changes: Any,
) -> dict[str, Any]:
    """Return facts that satisfy every kind of letter."""
    return {
        "case_id": CASE_ID,
        "right": right,
        "regime": regime,
        "received_on": received_on,
        "remedies": remedies(regime, received_on),
        "zone": "Europe/London",
        **_COMPANY,
        **_DAYS,
        **_WORDS,
        **_LISTS,
        **changes,
    }


_COMPANY: dict[str, Any] = {
    "controller": {
        "name": "Larkfield Software Ltd",
        "address": "1 Canal Street, Nottingham, United Kingdom",
        "email": "privacy@larkfield.example",
    },
    "dpo": {
        "name": "Robin Achterberg",
        "email": "dpo@larkfield.example",
        "address": "1 Canal Street, Nottingham, United Kingdom",
    },
}

_DAYS: dict[str, Any] = {
    "due_on": date(2026, 12, 2),
    "first_due_on": date(2026, 12, 1),
    "answer_by": date(2026, 11, 16),
    "close_on": date(2027, 1, 4),
    "asked_on": date(2026, 11, 5),
    "erased_on": date(2026, 11, 20),
    "backups_until": date(2026, 12, 20),
    "from_on": date(2026, 11, 6),
    "review_on": date(2027, 2, 6),
    "lift_on": date(2027, 2, 13),
    "decided_on": date(2026, 11, 24),
    "stopped_on": date(2026, 11, 3),
    "next_on": date(2026, 12, 4),
    "forwarded_on": date(2026, 11, 4),
    "expires_at": datetime(2026, 11, 25, 14, 5, tzinfo=UTC),
}

_WORDS: dict[str, Any] = {
    "channel": Channel.EMAIL,
    "code": "7F3K-92QP",
    "link": "https://answers.larkfield.example/get/abc123",
    "ground": "12_5_excessive",
    "verdict": "upheld",
    "doubt": "unknown_address",
    "proof": Proof.DOCUMENT,
    "points": 3,
    "declared": True,
    "amount": "£18.40",
    "payment": "Please pay by bank transfer to the account in the attached note.",
    "case": "a",
    "recipient": "Post Mill Mailing Ltd",
    "verb": "find",
    "reference": "crm-4711",
    "lifted": False,
    "suppressed": True,
    "sells": False,
    "moves": True,
    "awaited": "fee",
    "upheld": True,
    "third_party": {"name": "Meadow Apps Ltd", "state": "sent", "sha256": "0f" * 32},
    "client": {"name": "Harbour Training Co.", "contact": "privacy@harbour.example"},
}

_LISTS: dict[str, Any] = {
    "tried": [Proof.CONTACT_POINT],
    "answers": [
        SystemAnswer(system="crm", found=Found.FOUND, records=3, collections=2),
        SystemAnswer(system="analytics", found=Found.NOTHING_HELD),
        SystemAnswer(system="archive", found=Found.FAILED_ACCEPTED, reason="unreachable"),
    ],
    "withheld": [
        Withheld(
            system="crm", collection="notes", ground="15_4_others", explanation="Two notes name a colleague."
        )
    ],
    "reasons": ["The same data was given in full three weeks ago and has not changed."],
    "examples": ["orders of one year", "messages to our support desk"],
    "doing": ["Reading 4,200 messages that mention other people."],
    "computation": ["Two hours of work at £9.20"],
    "eligible": ["newsletter choices"],
    "not_eligible": [{"what": "support messages", "reason": "You did not provide them."}],
    "erased": [
        {"what": "contact details", "system": "crm", "how": "remove", "ending": "erased"},
        {"what": "newsletter choices", "system": "mailing", "how": "null", "ending": "unverifiable"},
    ],
    "not_erased": [{"what": "archive", "reason": "The tape cannot be read any more."}],
    "kept": [
        {
            "what": "invoices",
            "ground": "17_3_b",
            "reason": "Tax law asks for it.",
            "until": date(2032, 12, 31),
            "review_on": "",
            "restricted": "yes",
        }
    ],
    "basis": [{"name": "tried", "value": "clarify"}, {"name": "tried", "value": "extend"}],
    "recipients": ["Post Mill Mailing Ltd"],
    "corrected": [{"what": "town", "old": "Nottinham", "new": "Nottingham", "how": "verified"}],
    "corrections": ["town: Nottingham"],
    "not_done": [{"what": "archive", "reason": "The tape cannot be written any more."}],
    "not_corrected": [
        {"what": "note of a call", "ground": "16_record", "reason": "It records what was said."}
    ],
    "systems": ["crm"],
    "data": ["contact details"],
    "staying": ["invoices"],
    "identifiers": [{"kind": "email", "value": "someone@subject.example"}],
    "resumes": ["answering your support messages"],
    "processing": ["studying how our pages are used"],
    "services": ["the newsletter"],
    "stops": ["suggesting products"],
    "remaining": ["invoices: a legal obligation"],
    "enquiries": ["We read the case file."],
    "findings": ["The answer was complete but two days late."],
    "changes": ["Reminders now go out a week earlier."],
}
