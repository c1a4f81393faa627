"""What a case refuses to hear now, and the next move."""

from temporalio.exceptions import ApplicationError

NOT_NOW = {
    "proof_not_wanted": "identity is proved already, or the case is over; see `show`",
    "code_locked": "codes are locked after five wrong ones; prove with --document instead",
    "ending": "the case has come to its end and is being closed; see `show`",
    "review_over": "no review is open: the case is not waiting for one; see `show`",
    "too_late": "the answer is being written or was sent; it cannot be withdrawn any more",
}


def refuse_unless(allowed: bool, reason: str) -> None:  # noqa: FBT001  # reads as a sentence
    """Refuse an update, in the words that the desk shows.

    Raises:
        ApplicationError: of the type `InputError`, with the reason's code.
    """
    if not allowed:
        raise ApplicationError(NOT_NOW[reason], reason, "case", type="InputError")
