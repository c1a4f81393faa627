"""GDPR, UK GDPR and the Swiss act, as rows (LAW.md §3.1, §3.2, §2.15, §5)."""

from datetime import date

from dsar.clock_events import EventKind, Flag, PauseCount
from dsar.regimes.shapes import Cite, Extension, Gate, Law, Pause, Rule, Span, Unit
from dsar.vocabulary import Right

ONE_MONTH, THREE_MONTHS = Span(1, Unit.MONTH), Span(3, Unit.MONTH)
AT_ONCE = Span(0, Unit.DAY)
THIRTY_DAYS = Span(30, Unit.DAY)

_EU_ROLL = Cite("CLK-04", "Reg. (EEC, Euratom) 1182/71 Art. 3(4)")
_UK_ROLL = Cite("CLK-14", "ICO guidance; Reg. 1182/71 Art. 3(4)")
_UK_ROLL_4A = Cite("CLK-14", "UK GDPR Art. 4A; Reg. 1182/71 Art. 3(4)")

# The month of Art. 12(3) is only for telling; the marketing stops on receipt, and nothing may delay it.
_EU_MARKETING = Rule(cite=Cite("OBJ-03", "GDPR Arts 12(3), 21(2)-(3)"), first=ONE_MONTH, rolls=_EU_ROLL)
_UK_MARKETING = Rule(cite=Cite("OBJ-03", "UK GDPR Arts 12(3), 21(2)-(3)"), first=ONE_MONTH, rolls=_UK_ROLL)
_EU_CONSENT = Rule(cite=Cite("CON-04", "GDPR Art. 7(3)"), first=AT_ONCE)
_UK_CONSENT = Rule(cite=Cite("CON-04", "UK GDPR Art. 7(3)"), first=AT_ONCE)

_EU_SUSPENSION = Cite("CLK-07", "EDPB Guidelines 01/2022 para. 159; Rec. 63")

EU_GDPR = Law(
    id="eu.gdpr",
    title="Regulation (EU) 2016/679 (GDPR)",
    valid_from=date(2018, 5, 25),
    request=Rule(
        cite=Cite("CLK-01", "GDPR Art. 12(3); Reg. 1182/71 Art. 3(2)(c)"),
        first=ONE_MONTH,
        extension=Extension(cite=Cite("CLK-08", "GDPR Art. 12(3)"), total=THREE_MONTHS),
        pauses=(
            Pause(
                title="Proof of identity",
                asked=EventKind.ID_REQUESTED,
                answered=EventKind.ID_RECEIVED,
                on_doubt=True,
                count=PauseCount.CONSERVATIVE,
                cite=_EU_SUSPENSION,
                flag=Flag.EU_SUSPENSION,
            ),
            Pause(
                title="Clarification",
                asked=EventKind.CLARIFICATION_REQUESTED,
                answered=EventKind.CLARIFICATION_RECEIVED,
                rights=frozenset({Right.ACCESS}),
                count=PauseCount.CONSERVATIVE,
                cite=_EU_SUSPENSION,
                flag=Flag.EU_SUSPENSION,
            ),
        ),
        rolls=_EU_ROLL,
    ),
    rights={Right.MARKETING_OBJECTION: _EU_MARKETING, Right.WITHDRAW_CONSENT: _EU_CONSENT},
    notes=(
        "The holidays are those of the controller's establishment (CLK-05, company policy).",
        "Identity and clarification suspend nothing unless the DPO approved eu_suspension (CLK-07).",
        "A complaint has no statutory period of its own here.",
    ),
)

_UK_BEFORE_DUAA = Rule(
    cite=Cite("CLK-26", "UK GDPR Art. 12(3) before DUAA s.76"),
    first=ONE_MONTH,
    extension=Extension(cite=Cite("CLK-08", "UK GDPR Art. 12(3)"), total=THREE_MONTHS),
    rolls=_UK_ROLL,
)

UK_2018 = Law(
    id="uk.gdpr.2018",
    title="UK GDPR and Data Protection Act 2018, before the Data (Use and Access) Act 2025",
    valid_from=date(2018, 5, 25),
    valid_to=date(2026, 2, 4),
    request=_UK_BEFORE_DUAA,
    rights={Right.MARKETING_OBJECTION: _UK_MARKETING, Right.WITHDRAW_CONSENT: _UK_CONSENT},
    to_confirm=("SI 2026/82 reg. 4, which keeps the old rule for these requests, was not read (LAW-05).",),
    notes=("Effects of identity, fee and clarification on the date were guidance, not law (CLK-26).",),
)

_UK_12A = Rule(
    cite=Cite("CLK-10", "UK GDPR Art. 12A(1), 4A"),
    first=ONE_MONTH,
    extension=Extension(cite=Cite("CLK-18", "UK GDPR Art. 12A(3)-(4)"), total=THREE_MONTHS),
    gates=(
        Gate(
            title="Proof of identity",
            asked=EventKind.ID_REQUESTED,
            answered=EventKind.ID_RECEIVED,
            on_doubt=True,
            cite=Cite("CLK-11", "UK GDPR Arts 12(6), 12A(2)(b)"),
        ),
        Gate(
            title="The fee",
            asked=EventKind.FEE_REQUESTED,
            answered=EventKind.FEE_PAID,
            cite=Cite("CLK-11", "UK GDPR Arts 12(5), 12A(2)(c)"),
        ),
        Gate(
            title="Proof of the agent's authority",
            asked=EventKind.AUTHORITY_REQUESTED,
            answered=EventKind.AUTHORITY_RECEIVED,
            cite=Cite("CLK-13", "ICO guidance of 8 Dec 2025"),
            flag=Flag.AUTHORITY_MOVES_START,
        ),
    ),
    pauses=(
        Pause(
            title="Clarification",
            asked=EventKind.CLARIFICATION_REQUESTED,
            answered=EventKind.CLARIFICATION_RECEIVED,
            rights=frozenset({Right.ACCESS}),
            count=PauseCount.INCLUSIVE,
            cite=Cite("CLK-20", "UK GDPR Art. 12A(5)-(6)"),
        ),
    ),
    rolls=_UK_ROLL_4A,
)

_UK_2026_TO_CONFIRM = (
    "The ICO's text of December 2025 on clarification was not seen: the target counts cautiously (CLK-21).",
    "That proof of authority moves the start is ICO guidance only; the target ignores it (CLK-13).",
)

UK_2026 = Law(
    id="uk.gdpr.2026",
    title="UK GDPR as amended by the Data (Use and Access) Act 2025 s.76",
    valid_from=date(2026, 2, 5),
    valid_to=date(2026, 6, 18),
    request=_UK_12A,
    rights={Right.MARKETING_OBJECTION: _UK_MARKETING, Right.WITHDRAW_CONSENT: _UK_CONSENT},
    to_confirm=_UK_2026_TO_CONFIRM,
)

UK_2026_COMPLAINTS = Law(
    id="uk.gdpr.2026-06",
    title="UK GDPR as amended by the Data (Use and Access) Act 2025 ss.76 and 103",
    valid_from=date(2026, 6, 19),
    request=_UK_12A,
    rights={Right.MARKETING_OBJECTION: _UK_MARKETING, Right.WITHDRAW_CONSENT: _UK_CONSENT},
    complaint_ack=Rule(
        cite=Cite("CMP-03", "DPA 2018 s.164A(3)"),
        first=THIRTY_DAYS,
        rolls=Cite("CMP-03", "ICO guidance on complaints"),
    ),
    to_confirm=(
        *_UK_2026_TO_CONFIRM,
        "SI 2026/82 reg. 7, transitional for complaints, was not read (LAW-08).",
    ),
    notes=(
        "The 30 days are for acknowledging a complaint; its outcome is due without undue delay (CMP-04).",
    ),
)

CH_FADP = Law(
    id="ch.fadp",
    title="Federal Act on Data Protection Art. 25, Data Protection Ordinance Arts 18-19",
    valid_from=date(2023, 9, 1),
    request=Rule(
        cite=Cite("§5 CH", "DPO Art. 18"),
        first=THIRTY_DAYS,
        extension=Extension(cite=Cite("§5 CH", "DPO Art. 18"), total=None),
        gates=(
            Gate(
                title="The cost share",
                asked=EventKind.COST_SHARE_NOTIFIED,
                waits=10,
                cite=Cite("§5 CH", "DPO Art. 19(3)"),
            ),
        ),
    ),
    to_confirm=("That a notice with a new date extends the period is known from the rule of 1993 only.",),
    notes=("A cost share of at most CHF 300 is told first; 10 days to reflect, then the 30 days begin.",),
)
