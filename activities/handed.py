"""What a person copied out of a system by hand, on its way into the bundle: as a machine's export goes."""

from collections.abc import Mapping
from dataclasses import replace

from dsar.copies import copied, unreviewed
from dsar.errors import OperatorError
from dsar.holdings import Card, Collection
from dsar.ports import Connector, Register
from dsar.redaction import EVERYTHING


class Handed:
    """The cards of systems as an answer reads them. What was copied by hand is marked, all of it."""

    def __init__(self, register: Register, connectors: Mapping[str, Connector], case_id: str) -> None:
        answers, entries = register.answers(case_id), register.evidence(case_id)
        self._connectors, self._unreviewed = connectors, unreviewed(answers, entries)
        self._copied = copied(answers, entries)

    def check_reviewed(self) -> None:
        """Let no copies through that were taken in before copies were reviewed.

        Raises:
            OperatorError: `review_missing`, of the system: they have to be handed in again.
        """
        for system in self._unreviewed:
            raise OperatorError(system, "review_missing")

    def card(self, system: str) -> Card:
        """Return the card of a system.

        Raises:
            OperatorError: `not_registered`: it was taken out meanwhile.
        """
        if system not in self._connectors:
            raise OperatorError(system, "not_registered")
        card = self._connectors[system].card
        if system not in self._copied:
            return card
        marked = tuple(replace(c, third_party=(EVERYTHING,)) for c in card.collections)
        return replace(card, collections=marked)

    def collection(self, system: str, name: str) -> Collection:
        """Return a collection of which records go to the person.

        Raises:
            OperatorError: `of_a_client`: what was copied there is theirs to hand over, not ours (LAW PRC-01);
                or as `card`.
        """
        card = self.card(system)
        found = card.collection(name)
        if system in self._copied and (found.client or not card.controller):
            raise OperatorError(system, "of_a_client")
        return found
