"""Drives a real Creme CRM, in its own interpreter: `drive.py plant`, or `drive.py erase LAST_NAME`.

Creme is AGPL and stays a program apart: nothing of ours imports it, and this file runs only under its own
Python (see `tests/creme/office.py`), with `DJANGO_SETTINGS_MODULE` naming the office's settings.
"""

import sys
from datetime import date
from typing import Any

PEOPLE = (
    ("Ada", "Osei-Quartermaine", "ada.osei@old.example", "ada.osei@subject.example", "+442079460101"),
    ("Eve", "Other", "eve.other@old.example", "eve.other@stranger.example", "+442079460909"),
)


def started() -> None:
    """Start Django with Creme's applications."""
    import django  # type: ignore[import-not-found]  # noqa: PLC0415  # only in its own interpreter

    django.setup()


def plant() -> None:
    """Enter the people as staff would, with what staff do to them later; each is related to the other."""
    from creme.creme_core.models import (  # type: ignore[import-not-found]  # noqa: PLC0415
        CremeUser,
        Relation,
        RelationType,
    )
    from django.db.transaction import atomic  # type: ignore[import-not-found]  # noqa: PLC0415

    owner = CremeUser.objects.filter(is_superuser=True).first()
    with atomic():
        people = [entered(owner, *person) for person in PEOPLE]
        kind = RelationType.objects.get(id="persons-subject_customer_supplier")
        Relation.objects.create(user=owner, subject_entity=people[0], type=kind, object_entity=people[1])


def entered(owner: Any, first: str, last: str, old: str, new: str, phone: str) -> Any:  # Creme has no types
    """Enter one contact: an address, a memo, a to-do; then a change of e-mail, and of name."""
    from creme.assistants.models import Memo, ToDo  # type: ignore[import-not-found]  # noqa: PLC0415
    from creme.creme_core.global_info import (  # type: ignore[import-not-found]  # noqa: PLC0415
        clear_global_info,
    )
    from creme.persons import get_address_model, get_contact_model  # type: ignore[import-not-found]  # noqa: PLC0415

    about = {
        "email": old,
        "phone": phone,
        "birthday": date(1987, 5, 4),
        "description": f"Met {first} at a fair.",
    }
    contact = get_contact_model().objects.create(user=owner, first_name=first, last_name=last, **about)
    place = {"name": "Home", "address": "1 High Street", "zipcode": "N1 1AA", "city": "London"}
    contact.billing_address = get_address_model().objects.create(owner=contact, **place)
    contact.save()
    Memo.objects.create(user=owner, real_entity=contact, content=f"{first} prefers {new} from May on.")
    ToDo.objects.create(user=owner, real_entity=contact, title=f"Call {first} on {phone}")
    clear_global_info()  # as between two requests: the change is told as a change
    changed = get_contact_model().objects.get(pk=contact.pk)
    changed.email = new
    changed.save()
    return changed


def erase(last_name: str) -> None:
    """Erase a contact as Creme does: into the trash, out of what points to it, gone."""
    from creme.creme_core.models import Relation  # noqa: PLC0415
    from creme.persons import get_contact_model  # noqa: PLC0415

    contact = get_contact_model().objects.get(last_name=last_name)
    contact.trash()
    Relation.objects.filter(subject_entity=contact.pk).delete()
    contact.delete()


if __name__ == "__main__":
    started()
    plant() if sys.argv[1] == "plant" else erase(sys.argv[2])
