"""What lets an instruction of a client pass: who notes it and when, and what may be instructed (PRC-03)."""

from collections.abc import Iterable
from datetime import date

from dsar.clients import Client, theirs
from dsar.corrections import Wish, refused
from dsar.errors import InputError
from dsar.holdings import Card
from dsar.instructions import To, Trail
from dsar.transfers import read_target
from dsar.vocabulary import Role


def check_instruction(role: Role, on: date, today: date, passed_on: Iterable[date]) -> None:
    """Let an instruction pass: the DPO notes it, after the request was passed on, and on a day that has come.

    Raises:
        InputError: `role_refused`, `not_passed_on`, `day_unlikely`.
    """
    if role is not Role.DPO:
        raise InputError("role_refused", "only the DPO may note what a client instructs", field="by")
    told = min(passed_on, default=None)
    if told is None:
        hint = "pass the request on to this client first: see `forward`"
        raise InputError("not_passed_on", hint, field="client")
    if not told <= on <= today:
        hint = "give the day on which they instructed: not before they were told, and not to come"
        raise InputError("day_unlikely", hint, field="on")


def check_turn(before: Trail, to: To) -> None:
    """Let no other instruction begin before the last one has ended. What waits for a hand can be given up.

    Raises:
        InputError: `instruction_runs`, `instruction_left`.
    """
    if to is before.to:
        return
    if not before.left:
        hint = "what they instructed before is still carried out; let it end, then note this one"
        raise InputError("instruction_runs", hint, field="to")
    if to is not To.LEAVE:
        hint = (
            "what they instructed before waits for a hand, see `tasks`: settle it, or note `--to leave` first"
        )
        raise InputError("instruction_left", hint, field="to")


def check_target(client: Client, to: To, typed: str, *, by_hand: bool) -> None:
    """Let a client's data go to that client's own host and nowhere else.

    Raises:
        InputError: `target_missing`, `target_unwanted`, `transfer_malformed`, `transfer_host_unknown`,
            `transfer_insecure`. It never repeats the address.
    """
    if to is not To.HAND_OVER and typed:
        raise InputError("target_unwanted", "nothing is sent: leave --send-to out", field="send_to")
    if to is not To.HAND_OVER or (by_hand and not typed):
        return
    if not typed:
        hint = (
            f"give the address at which {client.name} takes it in, or hand it over yourself: see `--by-hand`"
        )
        raise InputError("target_missing", hint, field="send_to")
    target = read_target(typed)
    if target.host != client.host:
        known = client.host or "none"
        hint = f"it goes to their own host alone, `host` under `clients` in policy/company.yaml: {known}"
        raise InputError("transfer_host_unknown", hint, field="send_to")
    if not client.inside and not target.url.startswith("https://"):
        raise InputError("transfer_insecure", "give an address that begins with https://", field="send_to")


def check_by_hand(systems: Iterable[str], scope: Iterable[str]) -> None:
    """Let only systems be named in which this client's data is.

    Raises:
        InputError: `not_a_clients`.
    """
    known = sorted(scope)
    if not set(systems) <= set(known):
        hint = f"name a system that waits for a hand: {', '.join(known) or 'none'}"
        raise InputError("not_a_clients", hint, field="by_hand")


def check_corrections(to: To, sealed: str, before: Trail | None, sealed_before: str) -> None:
    """Let an instruction to correct say what is right. `sealed`: where that would lie, empty if nothing was
    typed; then what waits, or is under way, is meant. While it is under way no other words take its place.

    Raises:
        InputError: `corrections_missing`, `corrections_not_asked`, `instruction_runs`.
    """
    if to is not To.CORRECT:
        if sealed:
            hint = "only `--to correct` takes them: leave --corrections out"
            raise InputError("corrections_not_asked", hint, field="corrections")
        return
    waits = before is not None and not before.done
    if not sealed and not (waits and sealed_before):
        raise refused("corrections_missing", "say what is to be right: field = value, one a line")
    if before and waits and not before.left and sealed not in {"", sealed_before}:
        hint = "what they instructed before is still carried out; let it end, then note these"
        raise InputError("instruction_runs", hint, field="corrections")


def check_theirs(wishes: Iterable[Wish], cards: Iterable[Card], client: str) -> None:
    """Let corrections name nothing but collections of this client: ours, and those of others, are not theirs
    to correct.

    Raises:
        InputError: `correction_not_theirs`.
    """
    places = [(card.name, name) for card in cards for name in sorted(theirs(card, client))]
    for number, wish in enumerate(wishes, start=1):
        narrowed = wish.system or wish.collection
        if narrowed and not any(wish.looks_at(*place) for place in places):
            known = ", ".join(f"{system}:{name}" for system, name in places) or "none"
            hint = f"name only what this client decides about: {known}"
            raise refused("correction_not_theirs", hint, number)
