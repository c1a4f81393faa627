"""The kinds of decisions, one row each: who may take it, when, about what, for which rights, and what the law
wants said. A new kind is a new row here and its deed in the story; `decisions.py` needs no change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dsar.identity import UNPROVED
from dsar.vocabulary import Right, Role, Status

RELEASE, REFUSE = "release", "refuse"
RETRY, ACCEPT_GAP, MANUAL_DONE, CONFIRM = "retry", "accept-gap", "manual-done", "confirm"
ACCEPT_COUNT = "accept-count"  # an export is all there is, whatever its system counts
RESTRICT, UPHOLD, OVERRIDE = "restrict", "uphold", "override"
DISMISS = "dismiss"  # a complaint or an appeal
NOT_FOUND = "not-found"  # a person searched by hand, and nothing is held there
FOUND = "found"  # a person searched by hand, and this is held there
# What became of a recipient's notice (Art. 19; LAW NOT-03).
CONFIRMED, IMPOSSIBLE = "recipient-confirmed", "recipient-impossible"
DISPROPORTIONATE, WAIVED = "recipient-disproportionate", "waive-recipient"
CONFIRM_REQUEST, APPROVE_PLAN, PLAN_AGAIN = "confirm-request", "approve-plan", "plan-again"
EXTEND = "extend"
FEE, FEE_PAID, WAIVE_FEE = "charge-fee", "fee-paid", "waive-fee"
CLARIFY, CLARIFIED = "clarify", "clarified"
EXEMPT, INCLUDE = "exempt", "include"  # the second takes the first back
SECOND, TAKE_BACK = "second", "take-back"  # what one person proposed, where the company wants two
NOT_TAKEN = "decision_not_taken"  # why a person is called: what was decided could not be written down
POSTED = "posted"  # a letter that the mail server refused was handed over by a person
ACCEPT_CORRECTION, REFUSE_CORRECTION = "accept-correction", "refuse-correction"

OPEN = frozenset({Status.BY_HAND, Status.DECIDING})
ALIVE = frozenset(Status) - {Status.RECEIVED, Status.CLOSED}
BEGUN = OPEN | {Status.CONFIRMING, Status.DISCOVERING}  # proved, and nothing of the answer is made yet
DPO = frozenset({Role.DPO})
ANYBODY = frozenset(Role)
ABSOLUTE = UNPROVED  # what nobody may refuse, charge or delay (LAW OBJ-03, CON-04, CLK-44, FEE-14)


class About(StrEnum):
    """What a decision is about."""

    CASE = "case"  # the whole answer
    GAP = "gap"  # one system that could not answer
    RECIPIENT = "recipient"  # one of those that were told
    HOLDING = "holding"  # a part of what one system holds (`dsar.exemptions`)
    CORRECTION = "correction"  # one value that is to be right
    DOUBT = "doubt"  # one system that found a person, by what several people share
    COUNT = "count"  # one system whose export is shorter than its count


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of decision.

    `offered`: taken only where the story waits for it (`DsarCase.concluded`). `complete`: only with no gap
    left. `never`: rights for which the law forbids it. `ground`: its ground is one of `dsar.grounds`.
    `reasons`: specific reasons are given. `plan`: bound to the plan that was read. `held`: says what is held.
    `beside`: carried out beside the story, which goes on meanwhile (`workflows.beside`).
    `reviewed`: only when everything that may concern others is cleared. `copies`: a person may hand in what
    they copied there.
    """

    name: str
    roles: frozenset[Role] = DPO
    statuses: frozenset[Status] = OPEN
    about: About = About.CASE
    never: frozenset[Right] = frozenset()
    offered: bool = False
    complete: bool = False
    ground: bool = False
    reasons: bool = False
    plan: bool = False
    held: bool = False
    beside: bool = False
    reviewed: bool = False
    copies: bool = False


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(name=RELEASE, offered=True, complete=True, reviewed=True),
        # The second step of a request that is made in two (11 CCR 7020(d); LAW CAL-05).
        Kind(name=CONFIRM_REQUEST, roles=ANYBODY, statuses=frozenset({Status.CONFIRMING}), offered=True),
        Kind(name=APPROVE_PLAN, offered=True, complete=True, plan=True),
        Kind(name=PLAN_AGAIN, offered=True),
        Kind(
            name=RESTRICT, offered=True, complete=True, ground=True
        ),  # which of the four cases of Art. 18(1)
        # Art. 21(1): the burden is ours; against marketing nothing overrides (P-39, LAW OBJ-01, OBJ-03).
        Kind(name=UPHOLD, offered=True, complete=True, reasons=True),
        Kind(name=DISMISS, offered=True, complete=True, ground=True, reasons=True),  # LAW CMP-04, §5
        Kind(name=OVERRIDE, offered=True, complete=True, never=ABSOLUTE, ground=True, reasons=True),
        # Art. 12(5)(b), 12(4): a named human, a ground, specific reasons (LAW FEE-01, ADM-03, P-37).
        Kind(name=REFUSE, offered=True, never=ABSOLUTE, ground=True, reasons=True),
        Kind(name=RETRY, roles=ANYBODY, about=About.GAP),
        Kind(name=ACCEPT_GAP, about=About.GAP, reasons=True, copies=True),
        Kind(name=MANUAL_DONE, roles=ANYBODY, about=About.GAP, reasons=True, copies=True),
        Kind(name=NOT_FOUND, roles=ANYBODY, about=About.GAP, reasons=True),
        Kind(name=FOUND, roles=ANYBODY, about=About.GAP, reasons=True, held=True),
        Kind(name=CONFIRMED, roles=ANYBODY, about=About.RECIPIENT, offered=True),
        Kind(name=IMPOSSIBLE, about=About.RECIPIENT, offered=True, reasons=True),
        Kind(name=DISPROPORTIONATE, about=About.RECIPIENT, offered=True, reasons=True),
        Kind(name=WAIVED, about=About.RECIPIENT, offered=True, reasons=True),
        Kind(name=CONFIRM, about=About.DOUBT, reasons=True),
        Kind(name=ACCEPT_COUNT, about=About.COUNT, reasons=True),
        # Art. 12(3), 12A(3)-(4): once, with reasons, told within the first period (LAW CLK-08, CLK-19).
        Kind(name=EXTEND, statuses=ALIVE, never=ABSOLUTE, ground=True, reasons=True, beside=True),
        # Art. 12(5)(a), 15(3); nobody pays for what is absolute (LAW FEE-01, FEE-14).
        Kind(name=FEE, statuses=BEGUN, never=ABSOLUTE, ground=True, reasons=True, beside=True),
        Kind(name=FEE_PAID, roles=ANYBODY, statuses=ALIVE, beside=True),
        Kind(name=WAIVE_FEE, statuses=ALIVE, reasons=True, beside=True),
        # Recital 63, Art. 12A(5)-(6): what is reasonably required to find it (LAW CLK-20, CLK-23).
        Kind(
            name=CLARIFY,
            statuses=BEGUN | {Status.IDENTIFYING},
            never=ABSOLUTE,
            ground=True,
            reasons=True,
            beside=True,
        ),
        Kind(name=CLARIFIED, roles=ANYBODY, statuses=ALIVE, beside=True),
        # Art. 15(4), Art. 23; DPA 2018 Sch. 2: item by item, with ground and reasons (LAW EXM-20..23).
        Kind(name=EXEMPT, about=About.HOLDING, ground=True, reasons=True, beside=True),
        Kind(name=INCLUDE, about=About.HOLDING, beside=True),
        Kind(name=SECOND, roles=ANYBODY, statuses=ALIVE),
        Kind(name=TAKE_BACK, roles=ANYBODY, statuses=ALIVE, beside=True),
        Kind(name=POSTED, roles=ANYBODY, statuses=ALIVE, beside=True),
        # Art. 16: what shows that it is right is noted; a refusal has a ground (LAW REC-02, REC-03, CAL-40).
        Kind(name=ACCEPT_CORRECTION, roles=ANYBODY, about=About.CORRECTION, offered=True, reasons=True),
        Kind(name=REFUSE_CORRECTION, about=About.CORRECTION, offered=True, ground=True, reasons=True),
    )
}
# What a company may want two people for: everything that only the DPO decides.
FOR_TWO = frozenset(kind.name for kind in KINDS.values() if kind.roles == DPO)
ABOUT_A_GAP = frozenset(k.name for k in KINDS.values() if k.about in {About.GAP, About.DOUBT, About.COUNT})
OF_RECIPIENTS = (CONFIRMED, IMPOSSIBLE, DISPROPORTIONATE, WAIVED)
ANSWER = (RELEASE, REFUSE)  # what a story waits for, unless it says otherwise
RESTRICTION = (RESTRICT, REFUSE)
OBJECTION = (UPHOLD, OVERRIDE, REFUSE)
COMPLAINT = (UPHOLD, DISMISS)
RECTIFICATION = (ACCEPT_CORRECTION, REFUSE_CORRECTION, REFUSE)
ERASURE = (APPROVE_PLAN, PLAN_AGAIN, REFUSE)
