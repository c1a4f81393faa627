"""What discovery learned, system by system, and which systems still wait for a hand (DESIGN §1.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from dsar.case import Decision, SystemAnswer
from dsar.clients import PROCESSOR
from dsar.hands import was_by_hand
from dsar.orders import Searchable
from dsar.transfers import TRANSFER
from dsar.vocabulary import Found

UNSETTLED = frozenset({Found.UNKNOWN, Found.AMBIGUOUS})
_BY_ITSELF = frozenset({Found.FOUND, Found.NOTHING_HELD})
MAX_ROUNDS = 3
CLIENT = "client:"  # before a client's code, when somebody must pass a request on by hand
POST = "post"  # stands among the systems when a letter must be carried by hand
# Why a system's answer is ambiguous: what was proved fits several people there; it fits several elsewhere;
# what another system taught fits somebody else; a record teaches more than one person can have.
SEVERAL, SHARED = "several_people", "shared_identifier"
ANOTHER, TOO_MANY = "taught_leads_to_another", "too_many_identifiers"
EARLIER = "earlier-case"  # while nobody knows whether the case complained about is theirs
EXEMPTED = "exempted"  # why a system's answer is exempt: a person decided so
CAME_SHORT = "export_short"  # why an export failed: it gave fewer records than the system counts
DOUBTS = frozenset({SEVERAL, ANOTHER, TOO_MANY})
CARRIED = frozenset({POST, TRANSFER})
NO_SYSTEMS = CARRIED | {EARLIER}


def searched(answers: Iterable[SystemAnswer]) -> tuple[SystemAnswer, ...]:
    """Return what the connected systems answered: the others hold no data."""
    return tuple(a for a in answers if a.system not in NO_SYSTEMS and not a.system.startswith(CLIENT))


def gap(system: str, reason: str) -> SystemAnswer:
    """Return the open gap of a system: ambiguous if it may mean somebody else, else unknown."""
    found = Found.AMBIGUOUS if reason in DOUBTS else Found.UNKNOWN
    return SystemAnswer(system=system, found=found, reason=reason)


def found_for_a_machine(answer: SystemAnswer) -> bool:
    """Whether a person said what a system holds whose machine only was away, and never said whom it means."""
    by_machine = answer.reason in {"", SHARED}
    return answer.found is Found.FOUND and not by_machine and not was_by_hand(answer.reason)


def _is_shared(answer: SystemAnswer) -> bool:
    return answer.reason.partition(":")[0] == SHARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """The answer of every registered system."""

    answers: Mapping[str, SystemAnswer] = field(default_factory=dict)

    def heard(self, answers: Iterable[SystemAnswer]) -> "Completeness":
        """Return this with newer answers in place of older ones."""
        return Completeness(answers={**self.answers, **{a.system: a for a in answers}})

    def settled(self, system: str, found: Found, said: Decision | None = None) -> "Completeness":
        """Return this with one system settled by a person, who may have `said` what it holds. What is theirs
        after all is in its hands again.
        """
        answer = self.answers[system]
        reason = answer.reason.removeprefix(f"{SHARED}:") if found is Found.FOUND else answer.reason
        answer = replace(answer, found=found, reason=reason)
        if said and said.holdings:
            answer = replace(
                answer,
                records=sum(holding.count for holding in said.holdings),
                collections=len(said.holdings),
                marked=said.marked,
                copies=said.copies,
            )
        return self.heard([answer])

    def without(self, system: str) -> "Completeness":
        """Return this with one system unasked, so that it is asked again."""
        return Completeness(answers={s: a for s, a in self.answers.items() if s != system})

    def doubting(self, *, in_hands: bool = True) -> "Completeness":
        """Return this with every finding in doubt, if one system knows several people by what we searched:
        whoever asks may be any of them, everywhere (Art. 15(4)). The DPO confirms, system by system.

        In whose hands a system is stays known (`in_hands`): its deed is asked for where its search was.
        """
        if not any(a.found is Found.AMBIGUOUS and a.reason == SEVERAL for a in self.answers.values()):
            return self
        found = [a for a in self.answers.values() if a.found is Found.FOUND]
        why = {a.system: f"{SHARED}:{a.reason}" for a in found if in_hands and was_by_hand(a.reason)}
        return self.heard(replace(a, found=Found.AMBIGUOUS, reason=why.get(a.system, SHARED)) for a in found)

    @property
    def doubted(self) -> tuple[str, ...]:
        """Systems that found one person, by an identifier that several people share elsewhere."""
        return tuple(sorted(s for s, a in self.answers.items() if s in self.gaps and _is_shared(a)))

    @property
    def short(self) -> tuple[str, ...]:
        """Systems whose export gave fewer records than they count."""
        return tuple(sorted(s for s, a in self.answers.items() if s in self.gaps and a.reason == CAME_SHORT))

    @property
    def ambiguous(self) -> tuple[str, ...]:
        """Systems whose answer fits several people, or may be somebody else's."""
        return tuple(sorted(s for s, a in self.answers.items() if a.found is Found.AMBIGUOUS))

    @property
    def gaps(self) -> tuple[str, ...]:
        """Systems whose answer is unknown or fits several people. While there is one, none is fulfilled."""
        return tuple(sorted(s for s, a in self.answers.items() if a.found in UNSETTLED))

    @property
    def unread(self) -> tuple[str, ...]:
        """Connected systems that neither a machine nor a person has searched yet, clients' aside."""
        unknown = (a for a in searched(self.statement) if a.found is Found.UNKNOWN)
        return tuple(a.system for a in unknown if a.reason != PROCESSOR)

    @property
    def of_clients(self) -> tuple[str, ...]:
        """Systems that we only run for a client: staff say whether the request is about them."""
        return tuple(sorted(s for s, a in self.answers.items() if a.reason == PROCESSOR))

    @property
    def holding(self) -> tuple[str, ...]:
        """Systems that hold something of the person, to be exported."""
        return tuple(sorted(s for s, a in self.answers.items() if a.found is Found.FOUND))

    @property
    def handing_over(self) -> tuple[str, ...]:
        """Systems of which records go into an answer: exported, or copied by a person."""
        copied = {s for s, a in self.answers.items() if a.copies and a.found not in UNSETTLED}
        return tuple(sorted(copied | {*self.holding}))

    @property
    def held_by_hand(self) -> tuple[str, ...]:
        """Systems of which a person said what they hold: no machine looks there again."""
        return tuple(s for s in self.holding if was_by_hand(self.answers[s].reason))

    @property
    def done_by_hand(self) -> tuple[str, ...]:
        """Systems that a person read in the machine's place: what they copied goes into the answer."""
        return tuple(a.system for a in searched(self.statement) if a.found is Found.MANUAL_DONE)

    @property
    def held(self) -> Mapping[str, int]:
        """How many collections each system holds, those that were exempted included."""
        exempted = (s for s, a in self.answers.items() if a.reason == EXEMPTED)
        return {s: self.answers[s].collections for s in (*self.handing_over, *exempted)}

    @property
    def statement(self) -> tuple[SystemAnswer, ...]:
        """All answers, in the order of the systems' names."""
        return tuple(self.answers[s] for s in sorted(self.answers))


def next_round(
    systems: Iterable[Searchable], latest: Iterable[SystemAnswer], so_far: Completeness
) -> tuple[Searchable, ...]:
    """Systems worth asking again: another system just taught a kind of identifier they can search by.

    Only a system that answered by itself is asked; one that waits for a person, or that a person settled
    (a reason stays with it), is not taken out of their hands.
    """
    latest = tuple(latest)

    def taught(system: Searchable) -> bool:
        news = {kind for answer in latest if answer.system != system.name for kind in answer.learned}
        return bool(news & set(system.finds_by))

    known = so_far.answers
    by_itself = [a.system for a in known.values() if a.found in _BY_ITSELF and not a.reason]
    return tuple(s for s in systems if taught(s) and s.name in by_itself)
