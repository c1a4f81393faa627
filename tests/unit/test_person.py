"""The person: sealed and opened unchanged, compared in one spelling, never printed."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dsar.dossier import DOOR, address_of, open_identity, seal_identity
from dsar.errors import OperatorError
from dsar.person import Identifier, Identity, askable, comparable
from dsar.vocabulary import IdentifierKind
from settings import System
from tests.people import ADA, ADA_EMAIL, ADA_NAME, ADA_PHONE
from tests.pretend_vault import MemoryVault

CASE = f"case_{'0' * 20}"
kinds = st.sampled_from(IdentifierKind)
texts = st.text(st.characters(), max_size=20) | st.lists(
    st.sampled_from(["\ud83d", "\ude00", "\n", "a"])
).map("".join)
identifiers = st.builds(Identifier, kind=kinds, value=texts, system=st.sampled_from(["", "crm", "analytics"]))
identities = st.builds(Identity, identifiers=st.lists(identifiers, max_size=6).map(tuple))
SYSTEMS = ("analytics", "crm", "door", "zendesk")


def vault() -> MemoryVault:
    found = MemoryVault()
    found.open_case(CASE)
    return found


@given(identities)
def test_an_identity_is_opened_as_it_was_sealed(identity: Identity) -> None:
    assert identity == Identity.from_bytes(identity.to_bytes())


@given(identities, identities)
def test_learning_adds_each_identifier_once_and_forgets_none(known: Identity, new: Identity) -> None:
    merged = known.merged(new.identifiers)

    assert set(known.identifiers) | set(new.identifiers) == set(merged.identifiers)
    assert len(set(merged.identifiers)) == len(merged.identifiers)
    assert merged == merged.merged(new.identifiers)
    assert known.kinds() | new.kinds() == merged.kinds()


@given(identities, kinds)
def test_values_come_once_by_kind_and_by_teacher(identity: Identity, kind: IdentifierKind) -> None:
    every = identity.of(kind)
    taught = [identity.of(kind, system=system) for system in ("", "crm", "analytics")]

    assert {i.value for i in identity.identifiers if i.kind is kind} == set(every)
    assert len(set(every)) == len(every)
    assert set(every) == {value for values in taught for value in values}


@given(kinds, texts)
def test_no_value_is_in_a_repr(kind: IdentifierKind, value: str) -> None:
    one = Identifier(kind=kind, value=f"Quartermaine{value}")

    assert "Quartermaine" not in repr(one) + repr(Identity(identifiers=(one,)))


@given(kinds, texts)
def test_an_identifier_has_one_spelling(kind: IdentifierKind, value: str) -> None:
    plain = comparable(kind, value)

    assert plain == comparable(kind, plain)
    assert plain == comparable(kind, f" {value}\t")
    assert plain == comparable(kind, unicodedata.normalize("NFD", value))
    assert plain == comparable(kind, unicodedata.normalize("NFC", value))


@given(st.text(st.characters(codec="ascii")))
def test_the_case_of_an_address_does_not_matter_and_that_of_an_account_does(value: str) -> None:
    assume(value.upper() != value.lower())

    assert comparable(IdentifierKind.EMAIL, value.upper()) == comparable(IdentifierKind.EMAIL, value.lower())
    assert comparable(IdentifierKind.ACCOUNT_ID, value.upper()) != comparable(
        IdentifierKind.ACCOUNT_ID, value.lower()
    )


@pytest.mark.parametrize(
    ("hers", "theirs"),
    [
        ("max@strasse.example", "max@straße.example"),
        ("ada.osei@subject.example", "ada.o\N{LATIN SMALL LETTER LONG S}ei@subject.example"),
        ("ﬁona@subject.example", "fiona@subject.example"),
        ("νίκος@subject.example", "νίκοσ@subject.example"),
    ],
)
def test_a_letter_is_not_taken_for_another_one(hers: str, theirs: str) -> None:
    """Whoever owns the second mailbox reads a code that is sent there: it proves nothing about the first."""
    assert comparable(IdentifierKind.EMAIL, hers) != comparable(IdentifierKind.EMAIL, theirs)


@given(st.text(st.characters()))
def test_a_phone_is_its_digits(value: str) -> None:
    assert not set(comparable(IdentifierKind.PHONE, value)) - set("+0123456789")


@given(texts)
def test_what_no_system_can_store_is_not_asked_for(value: str) -> None:
    if askable(value):
        assert value.encode()
        assert value.strip()
        assert "\0" not in value
    assert not askable(value + "\0")
    assert not askable(value + "\udcff")
    assert askable(f"{value.encode('utf-8', 'ignore').decode()}x".replace("\0", ""))


@pytest.mark.parametrize("value", ["", "  ", "\0", "a\0b", "\ud800", "a\udfff"])
def test_nothing_and_half_a_character_are_not_asked_for(value: str) -> None:
    assert not askable(value)


@given(st.dictionaries(st.sampled_from([DOOR, *SYSTEMS]), identities))
def test_each_source_keeps_its_own_part_and_the_door_speaks_first(parts: dict[str, Identity]) -> None:
    found = vault()
    for part, identity in parts.items():
        seal_identity(found, CASE, part, Identity(identifiers=()))
        seal_identity(found, CASE, part, identity)
    door = parts.get(DOOR, Identity())
    told = [part.identifiers for name, part in sorted(parts.items()) if name != DOOR]

    assert (
        door.merged([i for part in told for i in part]).identifiers == open_identity(found, CASE).identifiers
    )


def test_no_system_can_be_named_like_the_door() -> None:
    with pytest.raises(ValueError, match="pattern"):
        System(name=DOOR, connector="sql")


def test_a_letter_goes_to_the_doors_address_before_any_that_was_learned() -> None:
    found = vault()
    taught = Identifier(kind=IdentifierKind.EMAIL, value="learned@subject.example", system="analytics")
    seal_identity(found, CASE, "analytics", Identity(identifiers=(taught,)))

    with pytest.raises(OperatorError, match="object_missing"):
        address_of(found, CASE)
    seal_identity(found, CASE, DOOR, Identity())
    assert "learned@subject.example" == address_of(found, CASE)
    seal_identity(found, CASE, DOOR, ADA)
    assert ADA_EMAIL == address_of(found, CASE)


def test_without_an_address_nothing_is_guessed() -> None:
    found = vault()
    seal_identity(
        found, CASE, DOOR, Identity(identifiers=(Identifier(kind=IdentifierKind.PHONE, value=ADA_PHONE),))
    )

    assert "" == address_of(found, CASE)


def test_the_vault_holds_nothing_readable_of_the_person() -> None:
    found = vault()
    seal_identity(found, CASE, DOOR, ADA)
    bytes_held = b"".join(found.objects.values()) + "".join(found.objects).encode()

    assert not [secret for secret in (ADA_EMAIL, ADA_PHONE, ADA_NAME) if secret.encode() in bytes_held]
