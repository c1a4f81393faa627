"""Every activity of the engine, on the pretend tools of a `House`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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
from letters.notice import StaffNotices
from letters.writer import LetterWriter
from tests.pretend_notary import PretendNotary, PretendSigner
from tests.pretend_relays import PretendArrivals

if TYPE_CHECKING:
    from tests.workflow.conftest import House


def activities_of(house: "House") -> list[Callable[..., Any]]:
    letters = Correspondence(
        house.register, house.vault, LetterWriter(), house.post, house.company, "engine.example"
    )
    rooms = (*_story(house, letters), *_answers(house, letters), *_deeds(house, letters))
    found = [getattr(room, name) for room in rooms for name in dir(room) if not name.startswith("_")]
    return [act for act in found if hasattr(act, "__temporal_activity_definition")]


def _story(house: "House", letters: Correspondence) -> tuple[object, ...]:
    tools, staff = (house.register, house.vault), (house.company, StaffNotices())
    return (
        Intake(*tools, house.calendars, letters),
        Identifying(*tools, letters),
        Matching(*tools, house.systems),
        Discovery(*tools, house.systems),
        Asking(*tools, house.calendars, letters),
        Closing(*tools, letters),
        Timekeeping(house.register, house.calendars, *staff, house.post, "engine.example"),
        Shredding(*tools),
        _expiring(house),
        watching(house),
    )


def _answers(house: "House", letters: Correspondence) -> tuple[object, ...]:
    tools, bundles = (house.register, house.vault), ArchiveWriter(Ed25519PrivateKey.generate())
    cut = Cutting(*tools, house.systems, house.company)
    return (
        Disclosure(*tools, house.systems, bundles, house.company, letters, "https://dsar.example"),
        Reviewing(*tools, house.systems, cut),
        Exempting(house.register),
        Transferring(*tools, house.company, house.carrier, cut),
        Removing(*tools),
        Recipients(*tools, house.company, letters),
        Calling(*tools, house.company, house.messenger),
        Processors(*tools, house.systems, house.company, letters),
        Forwarding(*tools, house.company, StaffNotices(), letters),
        Instructing(*tools, house.systems, house.company, house.policy, StaffNotices(), letters),
        Complaining(*tools, house.company, letters),
    )


def _deeds(house: "House", letters: Correspondence) -> tuple[object, ...]:
    tools = (house.register, house.vault)
    return (
        Planning(*tools, house.systems, house.policy),
        Restricting(*tools, house.systems),
        Marked(house.register, house.company, StaffNotices(), house.post, "engine.example"),
        Erasing(*tools, house.systems),
        Correcting(*tools, house.systems),
        Disputing(*tools, letters),
        Placing(*tools, house.systems, house.company, letters),
        Stopping(*tools, house.systems, house.company, letters),
        Scanning(*tools, house.systems),
        Retaining(*tools, house.systems, house.policy),
        Telling(*tools, house.systems, house.policy, letters),
        Returning(*tools, house.systems),
    )


def _expiring(house: "House") -> Expiring:
    notary, arrivals = PretendNotary(house.register), PretendArrivals()
    return Expiring(house.register, house.vault, house.periods, notary, PretendSigner(), house.book, arrivals)


def watching(house: "House") -> Watching:
    staff = (house.company, StaffNotices(), house.post)
    return Watching(house.register, house.systems, house.canaries, *staff, "engine.example")
