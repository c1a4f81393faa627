"""Files that nobody but their owner may read: what leaves the engine at the front desk."""

import os
from collections.abc import Iterable
from pathlib import Path

from dsar.errors import InputError


def not_there(out: Path) -> None:
    """Refuse to write over a file, before anything is put on record.

    Raises:
        InputError: `file_exists`, `file_unwritable`.
    """
    if out.exists():
        raise InputError("file_exists", "name a file that does not exist yet", field=str(out))
    if not os.access(out.parent, os.W_OK):
        raise InputError("file_unwritable", "name a file in a directory that exists", field=str(out))


def kept(chunks: Iterable[bytes], out: Path) -> int:
    """Write a new file with mode 0600, whole or not at all. Returns its size.

    Raises:
        InputError: `file_exists`; `file_unwritable`: no such place, or no room in it.
    """
    whole = False
    try:
        with open(out, "xb", opener=_private) as file:  # Path.open takes no opener
            try:
                size = sum(file.write(chunk) for chunk in chunks)
                file.flush()
                whole = True
            finally:
                if not whole:
                    out.unlink()
    except FileExistsError:
        raise InputError("file_exists", "name a file that does not exist yet", field=str(out)) from None
    except OSError:
        hint = "nothing was kept: name a file in a directory that can be written and has room"
        raise InputError("file_unwritable", hint, field=str(out)) from None
    return size


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
