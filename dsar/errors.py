"""Errors named by their remedy (DESIGN §9). A reason is a code, never a sentence about a person.

    DsarError(system, reason)
    ├── TemporaryError(after=…)    wait and try again
    ├── OperatorError              a person must mend it; the other systems go on
    ├── UnsupportedError           no machine can do it; a task by hand
    ├── ContractError              a connector broke its word; evidence is kept, an alarm rises
    └── InputError                 what was typed cannot be taken; it says the next move

Expected outcomes (nothing held, already gone, not identified, refused) are values, never exceptions.
"""

import re
from datetime import timedelta

_CODE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,79}")


class DsarError(Exception):
    """Something went wrong in `system`, for a `reason` that is a code.

    Raises:
        ValueError: the reason is a sentence. A sentence may quote a person; a code cannot.
    """

    def __init__(self, system: str, reason: str) -> None:
        if not _CODE.fullmatch(reason):
            msg = "a reason is a code such as 'table_missing', never a sentence"
            raise ValueError(msg)
        super().__init__(f"{system}: {reason}")
        self.system = system
        self.reason = reason


class TemporaryError(DsarError):
    """Wait and try again. `after` is how long the system asked us to wait, if it said so."""

    def __init__(self, system: str, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(system, reason)
        self.after = after


class OperatorError(DsarError):
    """A person must mend something (a refused token, a missing table). It becomes a task by hand."""


class UnsupportedError(DsarError):
    """No machine can do this here. It becomes a task by hand."""


class ContractError(DsarError):
    """A connector broke its word (pages that repeat, an answer that contradicts its card)."""


class InputError(DsarError):
    """What somebody typed cannot be taken. `hint` says the next move and never repeats what was typed."""

    def __init__(self, reason: str, hint: str, *, field: str = "") -> None:
        super().__init__("input", reason)
        self.hint = hint
        self.field = field

    def __str__(self) -> str:
        """Return the sentence to show: it names the field and the next move, never the value."""
        return f"{self.field}: {self.hint}" if self.field else self.hint
