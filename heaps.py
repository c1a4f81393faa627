"""The heaps that the threads of a process share: its memory is what it holds, not what it once held."""

import ctypes
from contextlib import suppress

HEAPS = 2  # glibc's own eight for each processor keep what 32 threads have long let go
_M_ARENA_MAX = -8  # mallopt(3)


def few_heaps() -> None:
    """Let all threads share a few heaps: Python lets one allocate at a time, so nobody waits for them.

    Call it before there are threads.
    """
    with suppress(AttributeError, TypeError):  # a C library without `mallopt`, which needs no such word
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)
