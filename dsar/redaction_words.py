"""What the person is told of a redaction: how much was cut out, and why, without saying whom it concerns."""

from collections.abc import Mapping

_WHY: Mapping[str, Mapping[str, str]] = {
    "en": {
        "15_4_others": "it concerns other people, whose rights and freedoms it would affect (Article 15(4))",
        "15_4_secrets": "it would reveal trade secrets or intellectual property (Article 15(4), Recital 63)",
        "sch2_16_others": (
            "it would tell you about another person who can be identified (DPA 2018, Schedule 2, para. 16)"
        ),
        "sch2_19_privilege": "it is confidential advice of a lawyer (DPA 2018, Schedule 2, para. 19)",
        "ccpa_others": "it would affect the rights of other people (Cal. Civ. Code 1798.145(k))",
        "local_others": "it concerns other people, whom the law that applies to your request protects",
        "access_secrets": "whoever reads it could use your account: it is a password or stands for one",
        "ccpa_secrets": "it is a number or secret that no answer may hold (11 CCR 7024(d))",
    },
    "de": {
        "15_4_others": "weil es andere Menschen betrifft, deren Rechte berührt wären (Artikel 15 Absatz 4)",
        "15_4_secrets": "weil es Geschäftsgeheimnisse oder geistiges Eigentum zeigte (Artikel 15 Absatz 4)",
        "sch2_16_others": "weil es eine andere, erkennbare Person betrifft (DPA 2018, Anhang 2, Absatz 16)",
        "sch2_19_privilege": "weil es vertraulicher Rat eines Anwalts ist (DPA 2018, Anhang 2, Absatz 19)",
        "ccpa_others": "weil es die Rechte anderer Menschen berührte (Cal. Civ. Code 1798.145(k))",
        "local_others": "weil es andere Menschen betrifft, die das anwendbare Recht schützt",
        "access_secrets": "weil es ein Passwort ist oder ersetzt und Ihr Konto öffnen würde",
        "ccpa_secrets": "weil keine Antwort eine solche Nummer enthalten darf (11 CCR 7024(d))",
    },
}
_HEAD = {
    "en": "Cut out in {places} place(s) of {records} record(s), marked there as [redacted: {code}]: {why}.",
    "de": "Stellen: {places}, in Datensätzen: {records}; unkenntlich, dort als [redacted: {code}]: {why}.",
}


def explained(code: str, locale: str, places: int, records: int) -> str:
    """Say it in the language of the answer; English where we have no other."""
    tongue = locale.replace("_", "-").partition("-")[0].lower()
    words = _WHY.get(tongue, _WHY["en"])
    head = _HEAD.get(tongue, _HEAD["en"])
    return head.format(places=places, records=records, code=code, why=words[code])
