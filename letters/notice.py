"""Notices to staff and clients: short, plain, in English. What staff get holds nothing about a person."""

from collections.abc import Sequence
from datetime import date

from dsar.canaries import CanaryLook
from dsar.case import RightsRequest
from dsar.clients import Client
from dsar.clock_milestones import MilestoneKind
from dsar.erasure import Ending, Line
from dsar.notices import Done, HandedOver, MarkNotice, Reminder, Righted
from dsar.ports import Notice
from dsar.tasks import OF_TASKS
from dsar.vocabulary import Status

_WAITS_FOR = {
    Status.RECEIVED: "the engine to begin",
    Status.IDENTIFYING: "proof of identity from the person",
    Status.CONFIRMING: "the person to confirm it once more",
    Status.DISCOVERING: "the connected systems",
    Status.BY_HAND: "somebody to settle what no machine could do",
    Status.DECIDING: "a decision of the DPO",
    Status.GRACE: "the person to reconsider, until the deed begins",
    Status.ANSWERING: "the answer to be written and sent",
    Status.CLOSED: "nothing",
}
_SILENCE = (
    "Whoever asks meanwhile may be told that such a system holds nothing. Mend it, or have it searched by",
    "hand; look again with: starter.py canary",
    "",
)
_TASKS = {
    MilestoneKind.TASK: "A task waits",
    MilestoneKind.TASK_LATE: "A task is LATE",
    MilestoneKind.TASK_STUCK: "A task is STUCK",
}


class StaffNotices:
    """Fills the port `Notices`."""

    def write(self, reminder: Reminder) -> Notice:
        """Say what is due, when, and what the case waits for."""
        head = f"{_headline(reminder)}: {reminder.case_id}"
        facts = {
            "Case": reminder.case_id,
            "Right": reminder.right,
            "Regime": reminder.regime,
            "Status": reminder.status,
            "Due": str(reminder.due_on or "no date now"),
            "Days left": "-" if reminder.days_left is None else str(reminder.days_left),
            "Waits for": _waits_for(reminder),
        }
        lines = [f"{name + ':':<11}{value}" for name, value in facts.items()]
        hint = f"See it with: starter.py show {reminder.case_id}"
        return Notice(subject=head, text="\n".join((head, "", *lines, "", hint, "")))

    def canaries(self, news: Sequence[CanaryLook]) -> Notice:
        """Say which systems no longer find their canary and may be dead, and which find it again."""
        silent = [look for look in news if look.reason]
        again = [look for look in news if not look.reason]
        lost = [f"{look.system} does not find canary {look.canary}: {look.reason}" for look in silent]
        back = [f"{look.system} finds canary {look.canary} again" for look in again]
        names = ", ".join(dict.fromkeys(look.system for look in silent or again))
        head = f"SILENT: {names}" if silent else f"Found again: {names}"
        return Notice(subject=head, text="\n".join((*lost, *back, "", *(_SILENCE if silent else ()))))

    def marked(self, mark: MarkNotice) -> Notice:
        """Say of which case and system a mark is not as it should be, why, and what to do."""
        what = "STILL RESTRICTED" if mark.ended else "NOT RESTRICTED"
        head = f"{what}: {mark.system}, {mark.case_id}"
        state, command = _MARKS[mark.ended]
        lines = (
            f"Case:      {mark.case_id}",
            f"System:    {mark.system}",
            f"Why:       {mark.reason}",
            f"Since:     {mark.since_on}",
            "",
            *state,
            f'Then say: starter.py {command} {mark.case_id} {mark.system} --by HANDLE --reason "…"',
            "",
        )
        return Notice(subject=head, text="\n".join((head, "", *lines)))

    def forward(self, request: RightsRequest, client: Client, address: str) -> Notice:
        """Pass a request on to a client. The subject names nobody; the text names who asked, and no data."""
        lines = (
            f"To {client.name}",
            "",
            "a person has made a request to us that seems to concern data which we process for you.",
            "You decide about it (Art. 28(3)(e) GDPR). We searched nothing and confirmed nothing.",
            "",
            f"Right:     {request.right}",
            f"Received:  {request.received_on}",
            f"Person:    {address or 'no address; ask us'}",
            f"Our case:  {request.case_id}",
            "",
            "We told the person to turn to you. Please instruct us if you need our help.",
            "",
        )
        return Notice(subject=f"A request to pass on: {request.case_id}", text="\n".join(lines))

    def instructed(self, request: RightsRequest, client: Client, done: Done) -> Notice:
        """Tell a client what became of their instruction: collections and counts of their own data."""
        erased = [_ended(line, ending) for line, ending in done.lines]
        by_hand = [f"- {system}: carried out by hand" for system in done.by_hand]
        lines = (
            f"on {done.on} you instructed us to erase what we process for you about one person.",
            f"You wrote: {done.words}",
            "",
            *(erased or by_hand or ["- nothing was held any more"]),
            *(by_hand if erased else []),
            "",
            f"Our case:  {request.case_id}",
            "",
            "Each deed has a receipt and was looked up again afterwards. The person is yours to answer.",
        )
        return _to_client(request, client, lines)

    def handed_over(self, request: RightsRequest, client: Client, done: HandedOver) -> Notice:
        """Tell a client what was handed over to them: collections and counts, never an address of a file."""
        sent = [f"- {system}, {name}, {count} records" for system, name, count in done.lines]
        by_hand = [f"- {system}: handed over by hand" for system in done.by_hand]
        file = (
            (f"The file lies at {done.host}. Its SHA-256 is", done.sha256, _CHECK, "") if done.sha256 else ()
        )
        lines = (
            f"on {done.on} you instructed us to hand over to you what we process for you about one person.",
            f"You wrote: {done.words}",
            "",
            *(sent or by_hand or ["- nothing is held"]),
            *(by_hand if sent else []),
            "",
            *file,
            f"Our case:  {request.case_id}",
            "",
            "Nothing of it went to the person, who is yours to answer. We keep no copy of the file.",
        )
        return _to_client(request, client, lines)

    def righted(self, request: RightsRequest, client: Client, done: Righted) -> Notice:
        """Tell a client where their data says what is right: collections, fields and counts, and no value."""
        written = [f"- {_field(*line)}: corrected, and read again" for line in done.lines]
        already = [f"- {_field(*line)}: it said so already" for line in done.already]
        by_hand = [f"- {system}: corrected by hand" for system in done.by_hand]
        lines = (
            f"on {done.on} you instructed us to correct what we process for you about one person.",
            f"You wrote: {done.words}",
            "",
            *([*written, *already, *by_hand] or ["- nothing is held"]),
            "",
            f"Our case:  {request.case_id}",
            "",
            "What is not named here was not changed. We told nobody else: the person is yours to answer,",
            "and whoever was given the old values is yours to tell (Art. 19 GDPR).",
        )
        return _to_client(request, client, lines)


def _to_client(request: RightsRequest, client: Client, lines: Sequence[str]) -> Notice:
    text = "\n".join((f"To {client.name}", "", *lines, ""))
    return Notice(subject=f"Your instruction: {request.case_id}", text=text)


def _field(system: str, collection: str, name: str, count: int) -> str:
    return f"{system}, {collection}, {name}, {count} records"


_MARKS = {
    True: (
        ("The restriction has ended, and this system is still marked. Take the mark off there.",),
        "mark-lifted",
    ),
    False: (
        (
            "The person was told that their data is restricted, and it is not, or nobody can look. Have the",
            "mark set there, and find out what the data was used for meanwhile.",
        ),
        "mark-restricted",
    ),
}


_CHECK = "Check it with `starter.py verify-bundle`, or as README.txt in it says."
_ENDED = {
    Ending.ERASED: "erased; we searched again and found nothing",
    Ending.ANONYMISED: "anonymised: it can no longer be linked to the person",
    Ending.KEPT: "NOT erased: a legal hold on our side binds it; we tell you when it ends",
    Ending.BY_HAND: "erased by hand",
    Ending.UNVERIFIABLE: "erased, says the system; it cannot be asked again",
}


def _ended(line: Line, ending: Ending) -> str:
    return f"- {line.system}, {line.collection}, {line.count} records: {_ENDED[ending]}"


def _headline(reminder: Reminder) -> str:
    if reminder.milestone is MilestoneKind.ACKNOWLEDGE:
        return "Acknowledgement due"
    if reminder.milestone in OF_TASKS:
        return _TASKS[reminder.milestone]
    return _left(reminder.due_on, reminder.days_left)


def _left(due_on: date | None, left: int | None) -> str:
    if due_on is None or left is None:
        return "No date now"
    if left < 0:
        return f"OVERDUE by {_days(-left)}"
    return f"Due in {_days(left)}" if left else "Due today"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _waits_for(reminder: Reminder) -> str:
    waits = _WAITS_FOR[reminder.status]
    return f"{waits} ({', '.join(reminder.gaps)})" if reminder.gaps else waits
