"""The laws of California, the other states of the USA, Brazil and Canada, as rows (LAW.md §3.4, §5)."""

from datetime import date

from dsar.regimes.shapes import Cite, Extension, Law, Rule, Span, Target, Unit
from dsar.vocabulary import Right

UNCONFIRMED = "From general knowledge; no source that was read confirms it:"


def days(count: int) -> Span:
    """Return `count` calendar days."""
    return Span(count, Unit.DAY)


_CA_OPT_OUT = Rule(
    cite=Cite("CLK-44", "11 CCR 7026(f)"),
    first=Span(15, Unit.WORKING_DAY),
    target=Target(weekends_only=True),
)
_CA_LIMIT = Rule(
    cite=Cite("CLK-44", "11 CCR 7027(g)"),
    first=Span(15, Unit.WORKING_DAY),
    target=Target(weekends_only=True),
)

CCPA = Law(
    id="us.ca.ccpa",
    title="California Consumer Privacy Act as amended by the CPRA; 11 CCR 7000 ff.",
    valid_from=date(2020, 1, 1),
    request=Rule(
        cite=Cite("CLK-41", "11 CCR 7021(b); Civ. Code 1798.130(a)(2)(A)"),
        first=days(45),
        extension=Extension(cite=Cite("CLK-42", "11 CCR 7021(b)"), total=days(90)),
        target=Target(days_earlier=1),
    ),
    rights={Right.OPT_OUT: _CA_OPT_OUT, Right.LIMIT: _CA_LIMIT},
    ack=Rule(
        cite=Cite("CLK-40", "11 CCR 7021(a)"),
        first=Span(10, Unit.WORKING_DAY),
        target=Target(weekends_only=True),
    ),
    to_confirm=(
        '"Business day" is undefined in the text read: Monday to Friday less federal holidays (CLK-46).',
        "The 15 business days of 7026(f) and 7027(g) were not read verbatim.",
        f"{UNCONFIRMED} that opt-out and limit cannot be extended (CLK-44).",
    ),
    notes=("Time spent verifying never moves the 45 days; opt-out and limit allow no verification.",),
)


def state(  # noqa: PLR0913  # the columns of LAW.md's table of states
    code: str,
    title: str,
    article: str,
    *,
    since: date,
    first: int = 45,
    appeal: int | None = 60,
    more_appeal: int = 0,
    rights: dict[Right, Rule] | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Law:
    """Return the row of a state whose act gives `first` days, 45 more by notice, and `appeal` days.

    `confirmed` names which of `first`, `extension` and `appeal` a source confirms.
    """
    cite = Cite(f"§5 US-{code}", article)
    extension = days(appeal + more_appeal) if appeal and more_appeal else None
    doubts = sorted({"first", "extension", *(["appeal"] if appeal else [])} - confirmed)
    return Law(
        id=f"us.{code.lower()}",
        title=title,
        valid_from=since,
        request=Rule(cite=cite, first=days(first), extension=Extension(cite=cite, total=days(first + 45))),
        rights=rights or {},
        appeal=Rule(
            cite=cite,
            first=days(appeal),
            extension=Extension(cite=cite, total=extension) if extension else None,
        )
        if appeal
        else None,
        to_confirm=(
            f"{UNCONFIRMED} {', '.join(doubts)}." if doubts else "",
            f"{UNCONFIRMED} the day the act came into force.",
        )[0 if doubts else 1 :],
    )


_BOTH = frozenset({"first", "extension"})
_FIRST = frozenset({"first"})
_RI = "R.I. Gen. Laws 6-48.1"

STATES = {
    "VA": state("VA", "Virginia CDPA", "Va. Code 59.1-577(B)", since=date(2023, 1, 1), confirmed=_BOTH),
    "CO": state(
        "CO",
        "Colorado Privacy Act",
        "C.R.S. 6-1-1306",
        since=date(2023, 7, 1),
        appeal=45,
        more_appeal=60,
        confirmed=_FIRST,
    ),
    "CT": state(
        "CT",
        "Connecticut Data Privacy Act",
        "Conn. Gen. Stat. 42-518(c)",
        since=date(2023, 7, 1),
        confirmed=_BOTH | {"appeal"},
    ),
    "UT": state(
        "UT", "Utah CPA", "Utah Code 13-61-203", since=date(2023, 12, 31), appeal=None, confirmed=_FIRST
    ),
    "TX": state("TX", "Texas DPSA", "Tex. Bus. & Com. Code 541", since=date(2024, 7, 1), confirmed=_FIRST),
    "OR": state("OR", "Oregon CPA", "ORS 646A.576", since=date(2024, 7, 1), appeal=45, confirmed=_FIRST),
    "MT": state("MT", "Montana CDPA", "Mont. Code 30-14-28", since=date(2024, 10, 1), confirmed=_FIRST),
    "NE": state("NE", "Nebraska DPA", "Neb. Rev. Stat. 87-11", since=date(2025, 1, 1), confirmed=_FIRST),
    "DE": state("DE", "Delaware PDPA", "6 Del. C. 12D", since=date(2025, 1, 1), confirmed=_FIRST),
    "NH": state(
        "NH", "New Hampshire Privacy Act", "N.H. RSA 507-H", since=date(2025, 1, 1), confirmed=_FIRST
    ),
    "NJ": state("NJ", "New Jersey DPA", "N.J.S.A. 56:8-166", since=date(2025, 1, 15), confirmed=_FIRST),
    "TN": state("TN", "Tennessee IPA", "Tenn. Code 47-18-33", since=date(2025, 7, 1), confirmed=_FIRST),
    "MN": state("MN", "Minnesota CDPA", "Minn. Stat. 325M", since=date(2025, 7, 31), confirmed=_FIRST),
    "MD": state("MD", "Maryland ODPA", "Md. Com. Law 14-47", since=date(2025, 10, 1), confirmed=_FIRST),
    "IN": state("IN", "Indiana CDPA", "Ind. Code 24-15", since=date(2026, 1, 1), confirmed=_FIRST),
    "KY": state("KY", "Kentucky CDPA", "KRS 367.36", since=date(2026, 1, 1), confirmed=_FIRST),
    "RI": state(
        "RI",
        "Rhode Island DTPPA",
        _RI,
        since=date(2026, 1, 1),
        rights={Right.WITHDRAW_CONSENT: Rule(cite=Cite("§5 US-RI", _RI), first=days(15))},
        confirmed=_FIRST,
    ),
    "IA": state("IA", "Iowa CDPA", "Iowa Code 715D", since=date(2025, 1, 1), first=90, confirmed=_FIRST),
}

BR_LGPD = Law(
    id="br.lgpd",
    title="Lei Geral de Proteção de Dados (Law 13.709/2018) Art. 19",
    valid_from=date(2020, 9, 18),
    request=Rule(cite=Cite("§5 BR", "LGPD Art. 19 II"), first=days(15)),
    to_confirm=(
        "The 15 days are for a full statement of access; for other rights the law refers to a regulation.",
    ),
    notes=("A simplified statement is due immediately (Art. 19 I).",),
)

CA_PIPEDA = Law(
    id="ca.pipeda",
    title="Personal Information Protection and Electronic Documents Act s.8",
    valid_from=date(2001, 1, 1),
    request=Rule(
        cite=Cite("§5 CA", "PIPEDA s.8(3)"),
        first=days(30),
        extension=Extension(cite=Cite("§5 CA", "PIPEDA s.8(4)"), total=days(60)),
    ),
    notes=(
        "The notice goes out in the first 30 days with the new limit, reasons and the right to complain.",
        "Silence is a deemed refusal (s.8(5)); data asked for are kept until recourse ends (s.8(8)).",
    ),
)

QC_P391 = Law(
    id="ca.qc.p391",
    title="Quebec Act P-39.1 s.32",
    valid_from=date(1994, 1, 1),
    request=Rule(cite=Cite("§5 CA-QC", "P-39.1 s.32"), first=days(30)),
    to_confirm=("One commentary of 2026 speaks of 30 more days; s.32 names none, so none is given.",),
    notes=("Silence is a refusal, from general knowledge.",),
)
