"""What every connector promises, on every pretend system (DESIGN §5)."""

import logging
import traceback
from collections.abc import Awaitable, Callable

import pytest

from dsar.errors import DsarError, OperatorError, TemporaryError
from dsar.holdings import Row
from dsar.person import Identity
from dsar.ports import Connector
from dsar.vocabulary import IdentifierKind, Verb
from tests.contract.connectors.pretend import MAYBE_FILTERS, PAGE_ROWS, PROMISED, SHARED_EMAIL, Pretend, cast
from tests.contract.connectors.reading import known, pages, text_of
from tests.people import ADA, ADA_EMAIL, ADA_NAME, ADA_PHONE, HOSTILE, STRANGER, identity

Fresh = Callable[[], Connector]
PERSONAL = (ADA_EMAIL, ADA_EMAIL.replace("@", "%40"), ADA_PHONE, ADA_PHONE[1:], ADA_NAME, ADA_NAME.split()[0])


async def everything(connector: Connector, who: Identity) -> dict[str, list[Row]]:
    held = {c.name: await pages(connector, who, c.name) for c in connector.card.collections}
    return {name: [row for page in found for row in page.rows] for name, found in held.items()}


async def test_a_healthy_system_passes_its_check(connector: Connector) -> None:
    await connector.check()


async def test_it_finds_what_is_held_and_counts_it(system: Pretend, connector: Connector) -> None:
    findings = await connector.find(ADA)

    assert {h.collection: h.count for h in findings.holdings} == system.held
    assert findings.people == 1


@pytest.mark.parametrize("spelling", [str.upper, str.title, lambda email: f"  {email}\n"])
async def test_the_case_of_an_address_makes_no_difference(
    system: Pretend, connector: Connector, spelling: Callable[[str], str]
) -> None:
    findings = await connector.find(identity(spelling(ADA_EMAIL)))

    assert {h.collection: h.count for h in findings.holdings} == system.held


async def test_what_it_learned_leads_to_the_same_holdings_alone(
    system: Pretend, connector: Connector
) -> None:
    first = await connector.find(ADA)
    keys = tuple(i for i in first.learned if i.kind is IdentifierKind.RECORD_KEY)

    again = await connector.find(Identity(identifiers=keys))

    assert keys
    assert all(key.system == connector.card.name for key in keys)
    assert again.holdings == first.holdings


async def test_a_key_of_another_system_means_nothing_here(system: Pretend, connector: Connector) -> None:
    first = await connector.find(ADA)
    foreign = [i for i in first.learned if i.kind is IdentifierKind.RECORD_KEY]
    elsewhere = Identity(
        identifiers=tuple(type(i)(kind=i.kind, value=i.value, system="elsewhere") for i in foreign)
    )

    findings = await connector.find(elsewhere)

    assert findings.holdings == ()


async def test_nothing_is_held_of_a_stranger(connector: Connector) -> None:
    findings = await connector.find(STRANGER)

    assert (findings.holdings, findings.learned) == ((), ())
    assert not any((await everything(connector, STRANGER)).values())


async def test_a_name_alone_identifies_nobody(connector: Connector) -> None:
    named = Identity(identifiers=tuple(i for i in ADA.identifiers if i.kind is IdentifierKind.NAME))

    assert (await connector.find(named)).holdings == ()


@pytest.mark.parametrize("address", MAYBE_FILTERS)
async def test_what_looks_like_a_filter_matches_nobody(connector: Connector, address: str) -> None:
    findings = await connector.find(identity(address, phone=address, account_id=address, distinct_id=address))

    assert (findings.holdings, findings.people) == ((), 1)
    assert not any((await everything(connector, identity(address))).values())


@pytest.mark.parametrize("person", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_address_is_only_an_address(
    system: Pretend, connector: Connector, person: Identity
) -> None:
    [address] = person.of(IdentifierKind.EMAIL)

    findings = await connector.find(person)
    rows = await everything(connector, person.merged(findings.learned))

    assert findings.people == 1
    assert {h.collection: h.count for h in findings.holdings} == dict.fromkeys(system.held, 1)
    assert address.casefold() in text_of(rows, ensure_ascii=False).casefold().replace("\\\\", "\\").replace(
        '\\"', '"'
    )
    assert not any(m.email in text_of(rows, ensure_ascii=False) for m in cast() if m.number < 10)


async def test_every_page_comes_and_no_row_twice(system: Pretend, connector: Connector) -> None:
    who = await known(connector)

    for collection, count in system.held.items():
        found = await pages(connector, who, collection)
        rows = [row for page in found for row in page.rows]
        keys = {tuple(row[column] for column in system.keys[collection]) for row in rows}

        assert len(rows) == len(keys) == count
        assert all(0 < len(page.rows) <= PAGE_ROWS for page in found)
        assert len(found) == -(-count // PAGE_ROWS)


async def test_a_row_is_json_and_only_the_persons_own(connector: Connector) -> None:
    text = text_of(await everything(connector, await known(connector)), allow_nan=False)

    others = [m for m in cast() if m.number != 1]
    assert not any(value in text for m in others for value in (m.email, m.phone))


async def test_an_export_resumes_from_any_cursor_byte_for_byte(
    system: Pretend, connector: Connector, fresh: Fresh
) -> None:
    who = await known(connector)

    for collection in system.held:
        whole = await pages(connector, who, collection)
        for place, page in enumerate(whole, start=1):
            rest = await pages(fresh(), who, collection, page.cursor)
            assert text_of([[*p.rows] for p in rest]) == text_of([[*p.rows] for p in whole[place:]])
            assert [p.cursor for p in rest] == [p.cursor for p in whole[place:]]


async def test_an_abandoned_export_leaves_the_connector_usable(system: Pretend, connector: Connector) -> None:
    who = await known(connector)

    for _ in range(20):  # more often than there are connections
        export = connector.export(who, [*system.held][-1])
        assert await anext(export)
        await export.aclose()  # type: ignore[attr-defined]

    assert (await connector.find(who)).holdings


async def test_looking_changes_nothing(system: Pretend, connector: Connector) -> None:
    before = system.state()
    await connector.check()
    await everything(connector, await known(connector))
    await connector.find(STRANGER)

    assert system.state() == before
    assert system.changing_calls() == []


async def test_a_shared_mailbox_is_ambiguous_and_discloses_nothing(
    system: Pretend, connector: Connector
) -> None:
    shared = identity(SHARED_EMAIL)

    findings = await connector.find(shared)

    if "shared mailbox" in system.cannot:  # there an address belongs to one person, and they said so
        assert findings.people == 1
        return
    assert findings.people == 2
    assert (findings.holdings, findings.learned) == ((), ())
    for collection in system.held:
        with pytest.raises(OperatorError, match="several_people"):
            await pages(connector, shared, collection)


async def test_every_trouble_comes_as_its_remedy_and_names_nobody(
    system: Pretend, connector: Connector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen = set()
    for name, opened in system.troubles():
        seen.add(name)
        with opened as trouble:
            for verb in _verbs(trouble.connector):
                error = await _raised(verb)
                assert (type(error), error.reason) == (trouble.error, trouble.reason), name
                if isinstance(error, TemporaryError):
                    assert error.after == trouble.after, name
                _names_nobody("".join(traceback.format_exception(error)) + repr(error))
            await trouble.connector.close()
    assert seen | {*system.cannot} >= PROMISED
    _names_nobody(caplog.text)


async def test_no_log_and_no_repr_names_the_person(
    system: Pretend, connector: Connector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    findings = await connector.find(ADA)
    found = [await pages(connector, await known(connector), name) for name in system.held]

    _names_nobody(caplog.text)
    _names_nobody(repr((connector, findings, found, connector.card)))


async def test_the_card_tells_the_truth(system: Pretend, connector: Connector) -> None:
    card, findings = connector.card, await connector.find(ADA)

    shown = {(c.name, c.category) for c in card.collections}
    assert {(h.collection, h.category) for h in findings.holdings} <= shown
    assert {h.system for h in findings.holdings} == {card.name}
    assert {i.kind for i in findings.learned} <= card.teaches
    assert {Verb.FIND, Verb.EXPORT} <= card.can
    assert {verb for verb in Verb if not hasattr(connector, verb)} == {*Verb} - card.can


async def test_a_closed_connector_may_be_closed_again(connector: Connector) -> None:
    await connector.check()

    await connector.close()
    await connector.close()


def _verbs(connector: Connector) -> list[Callable[[], Awaitable[object]]]:
    name = connector.card.collections[-1].name
    return [connector.check, lambda: connector.find(ADA), lambda: pages(connector, ADA, name)]


async def _raised(verb: Callable[[], Awaitable[object]]) -> DsarError:
    with pytest.raises(DsarError) as caught:
        await verb()
    return caught.value


def _names_nobody(text: str) -> None:
    assert [personal for personal in PERSONAL if personal.casefold() in text.casefold()] == []
