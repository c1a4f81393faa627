"""Courses: which way each right takes from its proof to its end. One file per right does the deed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dsar.complaints import LOOKED_INTO
    from dsar.stopping import STOPS
    from dsar.vocabulary import Outcome, Right
from workflows import access, complaining, erasure, portability, rectification, restriction, stopping

if TYPE_CHECKING:
    from workflows.case import DsarCase


@dataclass(frozen=True, slots=True)
class Course:
    """What one right needs between proof and end: a search of every system first, or not, and its deed.

    `again` says how a system is tried again that could not do its part; by searching it, if nothing is said.
    """

    deed: Callable[["DsarCase"], Awaitable[Outcome]]
    searches: bool = True
    again: Callable[["DsarCase", str], Awaitable[None]] | None = None


# A right that is not here yet is refused at the desk, never faked.
COURSES: Mapping[Right, Course] = {
    Right.ACCESS: Course(access.disclose),
    Right.KNOW: Course(access.disclose),
    Right.KNOW_CATEGORIES: Course(access.tell_categories),
    Right.PORTABILITY: Course(portability.take_along),
    Right.ERASURE: Course(erasure.erase),
    Right.DELETE: Course(erasure.erase),
    Right.RECTIFICATION: Course(rectification.rectify),
    Right.CORRECT: Course(rectification.rectify),
    Right.RESTRICTION: Course(restriction.restrict),
    Right.OBJECTION: Course(restriction.object_),
    **dict.fromkeys(LOOKED_INTO, Course(complaining.look_into, searches=False, again=complaining.again)),
    **dict.fromkeys(STOPS, Course(stopping.stop, searches=False, again=stopping.again)),
}
