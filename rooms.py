"""The rooms of the worker: every activity, with the tools that `fitter.py` made in its hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import fitter
from activities.asking import Asking
from activities.calling import Calling
from activities.closing import Closing
from activities.complaining import Complaining
from activities.correcting import Correcting
from activities.correspondence import Correspondence
from activities.cutting import Cutting
from activities.disclosure import Disclosure
from activities.discovery import Discovery
from activities.disputing import Disputing
from activities.erasing import Erasing
from activities.exempting import Exempting
from activities.expiring import Expiring
from activities.forwarding import Forwarding
from activities.identifying import Identifying
from activities.instructing import Instructing
from activities.intake import Intake
from activities.keeping import Keeping
from activities.marked import Marked
from activities.matching import Matching
from activities.placing import Placing
from activities.planning import Planning
from activities.processors import Processors
from activities.recipients import Recipients
from activities.removing import Removing
from activities.restricting import Restricting
from activities.retaining import Retaining
from activities.returning import Returning
from activities.reviewing import Reviewing
from activities.scanning import Scanning
from activities.shredding import Shredding
from activities.stopping import Stopping
from activities.telling import Telling
from activities.timekeeping import Timekeeping
from activities.transferring import Transferring
from activities.watching import Watching
from bundle.archive import ArchiveWriter
from connectors._opendsr import OpenDsr
from connectors._transfer import HttpsCarrier
from dsar.ports import Connector
from fetching import fetched
from fitter import Tools
from letters.notice import StaffNotices
from policy.canaries import load as load_canaries
from policy.erasure import load as load_erasure
from policy.retention import load as load_retention

Connected = Mapping[str, Connector]
Rooms = Iterator[object]


def activities(kit: Tools, systems: Connected) -> Sequence[Callable[..., Any]]:
    """Return every activity with its tools in hand."""
    letters = Correspondence(
        register=kit.register,
        vault=kit.vault,
        letters=fitter.letters(),
        post=fitter.post(kit),
        company=kit.company,
        domain=kit.company.facts.mail.address.partition("@")[2],
    )
    groups = (_story, _answers, _deeds, _others, _afterwards)
    rooms = (room for group in groups for room in group(kit, systems, letters))
    return tuple(act for room in rooms for act in _acts(room))


def _acts(room: object) -> Iterator[Callable[..., Any]]:
    """Yield every activity of a room, so that none can be left out."""
    for name in dir(type(room)):
        found = getattr(room, name)
        if hasattr(found, "__temporal_activity_definition"):
            yield found


def _story(kit: Tools, systems: Connected, letters: Correspondence) -> Rooms:
    """Yield what every case goes through."""
    register, vault = kit.register, kit.vault
    yield Intake(register, vault, kit.calendars, letters)
    yield Identifying(register, vault, letters)
    yield Matching(register, vault, systems)
    yield Discovery(register, vault, systems)
    yield Asking(register, vault, kit.calendars, letters)
    yield Closing(register, vault, letters)
    notices = StaffNotices()
    yield Timekeeping(register, kit.calendars, kit.company, notices, letters.post, letters.domain)


def _answers(kit: Tools, systems: Connected, letters: Correspondence) -> Rooms:
    """Yield what hands data over, and what decides how much."""
    register, vault, company = kit.register, kit.vault, kit.company
    bundles, url = ArchiveWriter(kit.settings.signing_key_file), kit.settings.public_url.rstrip("/")
    yield Disclosure(register, vault, systems, bundles, company, letters, url)
    cut = Cutting(register, vault, systems, company)
    yield Reviewing(register, vault, systems, cut)
    yield Exempting(register)
    yield Transferring(register, vault, company, HttpsCarrier(), cut)
    yield Removing(register, vault)


def _deeds(kit: Tools, systems: Connected, letters: Correspondence) -> Rooms:
    """Yield what changes the connected systems."""
    register, vault, policy = kit.register, kit.vault, load_erasure(kit.settings.erasure_file)
    yield Planning(register, vault, systems, policy)
    yield Restricting(register, vault, systems)
    yield Marked(register, kit.company, StaffNotices(), letters.post, letters.domain)
    yield Erasing(register, vault, systems)
    yield Correcting(register, vault, systems)
    yield Disputing(register, vault, letters)
    yield Placing(register, vault, systems, kit.company, letters)
    yield Stopping(register, vault, systems, kit.company, letters)
    yield Scanning(register, vault, systems)
    yield Telling(register, vault, systems, policy, letters)
    yield Retaining(register, vault, systems, policy)


def _others(kit: Tools, systems: Connected, letters: Correspondence) -> Rooms:
    """Yield what concerns others: recipients, processors, clients, and whoever decided before."""
    register, vault, company = kit.register, kit.vault, kit.company
    yield Recipients(register, vault, company, letters)
    yield Calling(register, vault, company, OpenDsr(fetched))
    yield Processors(register, vault, systems, company, letters)
    yield Forwarding(register, vault, company, StaffNotices(), letters)
    policy = load_erasure(kit.settings.erasure_file)
    yield Instructing(register, vault, systems, company, policy, StaffNotices(), letters)
    yield Complaining(register, vault, company, letters)


def _afterwards(kit: Tools, systems: Connected, letters: Correspondence) -> Rooms:
    """Yield what runs by the calendar, and what ends a case for ever."""
    register, vault, signer = kit.register, kit.vault, fitter.signer(kit)
    yield Returning(register, vault, systems)
    canaries = load_canaries(kit.settings.canaries_file)
    staff = (kit.company, StaffNotices(), letters.post, letters.domain)
    yield Watching(register, systems, canaries, *staff)
    periods = load_retention(kit.settings.retention_file)
    yield Expiring(register, vault, periods, register, signer, register, register)
    yield Keeping(register, signer)
    yield Shredding(register, vault)
