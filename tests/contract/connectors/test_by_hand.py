"""What a system in a person's hands promises: all becomes a task of its owner, nothing is attempted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import load
from dsar.errors import InputError, UnsupportedError
from dsar.hands import named_owner
from dsar.ports import Connector
from dsar.vocabulary import IdentifierKind, Verb
from tests.contract.connectors.conftest import by_hand, pretend_of
from tests.contract.connectors.reading import pages
from tests.contract.connectors.systems import mail, manual
from tests.people import ADA, ADA_EMAIL

SETTINGS = {"manual": manual.SETTINGS, "mail": mail.SETTINGS}


@pytest.fixture(params=by_hand())
def connector(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connector]:
    module = pretend_of(request.param)
    assert module is not None
    [opened] = module.BY_HAND.values()
    with opened(tmp_path) as system:
        yield system.connector() if hasattr(system, "connector") else system


async def test_every_search_and_every_copy_is_a_persons(connector: Connector) -> None:
    with pytest.raises(UnsupportedError) as searched:
        await connector.find(ADA)
    with pytest.raises(UnsupportedError) as copied:
        await pages(connector, ADA, connector.card.collections[0].name)

    assert ADA_EMAIL not in repr((searched.value, copied.value, connector))


@pytest.mark.parametrize(("kind", "owner"), [("manual", "attic_desk"), ("mail", "mill_desk")])
async def test_a_task_names_its_owner(kind: str, owner: str) -> None:
    system = load(kind, "attic", SETTINGS[kind])
    with pytest.raises(UnsupportedError) as searched:
        await system.find(ADA)
    with pytest.raises(UnsupportedError) as copied:
        await pages(system, ADA, system.card.collections[0].name)

    assert {owner} == {named_owner(searched.value.reason), named_owner(copied.value.reason)}
    assert searched.value.reason != copied.value.reason


async def test_its_card_offers_no_more_than_it_can_and_tells_staff_what_to_do(connector: Connector) -> None:
    await connector.check()

    assert not connector.card.can & {Verb.FIND, Verb.EXPORT}
    assert connector.card.collections
    assert connector.card.by_hand
    able = {verb for verb in {*Verb} - {Verb.FIND, Verb.EXPORT} if hasattr(connector, verb)}
    assert able == connector.card.can
    await connector.close()
    await connector.close()


NOT_TAKEN: list[tuple[str, dict[str, object]]] = [
    ("manual", {"collections": {}}),
    ("manual", {"owner": "Ada Osei"}),
    ("manual", {"vendor": ""}),
    ("manual", {"login": "x"}),
    ("mail", {"address": "Ada Osei"}),
    ("mail", {"address": "a@mill.example, Ada Osei <b@mill.example>"}),
    ("mail", {"known_by": ["record_key"]}),
    ("mail", {"known_by": []}),
    ("mail", {"answer_within_days": 0}),
    ("mail", {"locale": "fr"}),
    ("mail", {"seal_to": "AGE-SECRET-KEY-1Ada Osei"}),
]


@pytest.mark.parametrize(("kind", "wrong"), NOT_TAKEN)
def test_settings_that_cannot_be_taken_name_the_field(kind: str, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        load(kind, "attic", SETTINGS[kind] | wrong)

    assert caught.value.reason == "settings_invalid"
    assert next(iter(wrong)) in caught.value.hint
    assert "Ada Osei" not in str(caught.value)


async def test_a_processor_is_told_no_more_than_it_looks_by() -> None:
    settings = mail.SETTINGS | {"known_by": ["account_id"], "answer_within_days": 7}
    card = load("mail", "mill", settings).card

    assert card.finds_by == {IdentifierKind.ACCOUNT_ID}
    assert card.mail is not None
    assert (timedelta(days=7), "en", "") == (card.mail.term, card.mail.locale, card.mail.seal_to)
    assert "mill.example" not in repr(card)
