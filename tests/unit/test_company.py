"""The company's facts: what a file may not say, and what is said about one person."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dsar.errors import InputError
from dsar.law_sets import LawSet
from dsar.vocabulary import Category, LetterKind, Right, Role
from letters.wording import locales
from letters.writer import LetterWriter
from policy.company import Company, load
from policy.law import LAW_FILE, LawTexts
from policy.model import CompanyFacts
from policy.source import read
from tests.letter_facts import REGIMES, facts

FILE = Path(__file__).parents[2] / "policy" / "company.yaml"
COMPANY = load(FILE)
DAY = date(2026, 11, 2)
FOUND = st.sets(st.sampled_from([*Category]))


def information(
    regime: str, found: set[Category], received_on: date = DAY, locale: str = "en"
) -> dict[str, Any]:
    return COMPANY.information(regime, found, received_on, locale)


@pytest.mark.parametrize("regime", REGIMES)
@given(found=FOUND, locale=st.sampled_from(["en", "de", "de-AT", "fr"]))
def test_the_information_has_the_shape_that_the_bundle_reads(
    regime: str, found: set[Category], locale: str
) -> None:
    told = information(regime, found, locale=locale)

    assert {name: set(told[name]) for name in ("controller", "dpo")} == {
        "controller": {"name", "address", "email"},
        "dpo": {"name", "address", "email"},
    }
    keys = {
        "purposes": {"title", "grounds", "interests", "categories"},
        "categories": {"code", "title", "items"},
        "recipients": {"name", "role", "country", "purpose"},
        "retention": {"category", "period", "criteria"},
        "sources": {"title", "categories"},
        "transfers": {"recipient", "country", "safeguard", "copy"},
        "rights": {"title", "text"},
        "complaints": {"name", "text", "url"},
    }
    for part, expected in keys.items():
        assert all(set(row) == expected for row in told[part]), part
    tables = {"california"} if regime == "US-CA" else set()
    assert set(told) == {*keys, *tables, "controller", "dpo", "automated_decisions"}
    assert told["automated_decisions"]
    assert told["rights"]
    assert told["complaints"]


@given(found=FOUND)
def test_every_category_found_is_told_with_its_retention_and_no_other_is(found: set[Category]) -> None:
    told = information("EU-DE-BY", found)

    titles = [row["title"] for row in told["categories"]]
    assert {row["code"] for row in told["categories"]} == set(found)
    assert [row["category"] for row in told["retention"]] == titles
    assert all(row["period"] or row["criteria"] for row in told["retention"])
    for part in ("purposes", "sources"):
        for row in told[part]:
            assert row["categories"]
            assert set(row["categories"]) <= set(titles)


@given(found=FOUND, more=FOUND)
def test_a_further_category_never_hides_a_recipient_or_a_purpose(
    found: set[Category], more: set[Category]
) -> None:
    fewer, all_of_it = information("UK-ENG", found), information("UK-ENG", found | more)

    for part, name in (("recipients", "name"), ("purposes", "title"), ("transfers", "recipient")):
        assert {row[name] for row in fewer[part]} <= {row[name] for row in all_of_it[part]}


def test_a_person_of_whom_only_usage_is_held_is_not_told_of_the_mailing_house() -> None:
    names = {row["name"] for row in information("UK-ENG", {Category.TECHNICAL_USAGE})["recipients"]}

    assert names == {"Millrace Hosting Ltd", "Tallowlane Analytics GmbH"}


def test_a_category_that_the_file_does_not_know_is_told_all_the_same() -> None:
    (row,) = information("UK-ENG", {Category.SPECIAL})["categories"]

    assert (row["code"], row["title"]) == ("special", "special")


@given(received_on=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_the_complaint_to_the_company_is_told_in_the_uk_exactly_from_its_first_day(received_on: date) -> None:
    names = [way["name"] for way in information("UK-NIR", set(), received_on)["complaints"]]

    assert ("Complaint to us" in names) is (received_on >= date(2026, 6, 19))
    assert "Information Commissioner" in names


@pytest.mark.parametrize(
    ("regime", "controller", "authority"),
    [
        ("UK-ENG", "Larkfield Software Ltd", "Information Commissioner"),
        ("EU-FR", "Larkfield Deutschland GmbH", "Bayerisches Landesamt für Datenschutzaufsicht"),
        ("US-CA", "Larkfield Software Ltd", "California Privacy Protection Agency"),
        ("BR", "Larkfield Software Ltd", "the data protection authority of your country"),
    ],
)
def test_each_law_set_names_its_company_and_its_authority(
    regime: str, controller: str, authority: str
) -> None:
    told = information(regime, set())

    assert told["controller"]["name"] == controller
    assert authority in [way["name"] for way in told["complaints"]]


def test_privacy_shield_is_never_told_as_a_safeguard(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8").replace("standard_clauses", "privacy_shield")
    (tmp_path / "company.yaml").write_text(text, encoding="utf-8")

    told = load(tmp_path / "company.yaml").information("EU-IE", {Category.CONTACT}, DAY, "en")

    (transfer,) = [row for row in told["transfers"] if row["recipient"] == "Fernbridge CRM Inc."]
    assert transfer["safeguard"].startswith("No valid safeguard is on record")
    assert "shield" not in str(told).lower()


@pytest.mark.parametrize("received_on", [date(2026, 1, 15), DAY])
@pytest.mark.parametrize("regime", [*REGIMES, "UK-SCT"])
@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("kind", list(LetterKind))
def test_with_the_company_s_facts_every_letter_can_be_written(
    kind: LetterKind, locale: str, regime: str, received_on: date
) -> None:
    given_facts = facts(regime, received_on=received_on, right=Right.ACCESS)
    given_facts |= COMPANY.letter_facts(regime, received_on, locale)

    letter = LetterWriter().render(kind, locale, given_facts)

    assert given_facts["controller"]["name"] in letter.text
    assert "{" not in letter.text


def test_roles_are_known_by_handle_and_a_stranger_has_none() -> None:
    assert COMPANY.role_of("dpo_robin") == {Role.DPO}
    assert COMPANY.role_of("lead_carla") == {Role.SUPPORT, Role.TEAM_LEAD}
    assert COMPANY.role_of("mallory") == frozenset()


def test_the_words_of_the_law_cover_every_law_set_and_language() -> None:
    law = read(LAW_FILE, LawTexts)

    assert set(law.remedies) == set(LawSet)
    for rights in COMPANY.facts.rights.values():
        assert set(rights) <= set(law.rights)
    texts = [*law.withheld.values(), *law.grounds.values(), *law.safeguards.values(), *law.countries.values()]
    texts += [words for right in law.rights.values() for words in (right.title, right.text)]
    texts += [words for ways in law.remedies.values() for way in ways for words in (way.name, way.text)]
    assert all(set(words) == set(locales()) for words in texts)


@pytest.mark.parametrize(
    ("find", "put", "field", "move"),
    [
        ("name: Larkfield Software Group", "nmae: Larkfield", "nmae", "no such field is known"),
        ("role: controller", "role: friend", "recipients.4.role", "'processor' or 'controller'"),
        ("article: 6_1_b", "article: 6_1_z", "purposes.0.grounds.0.article", "Input should be"),
        ("country: US", "country: Usa", "recipients.1.country", "match pattern"),
        ("policy_version_on: 2026-09-01", "policy_version_on: soon", "policy_version_on", "date"),
        ('{en: "13 months", de: "13 Monate"}', '{de: "13 Monate"}', "retention.2.period", "in English"),
        ("zone: Europe/London", "zone: Europe/Nottingham", "zone", "IANA time zone"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line_and_the_next_move(
    tmp_path: Path, find: str, put: str, field: str, move: str
) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert find in text
    path = tmp_path / "company.yaml"
    path.write_text(text.replace(find, put, 1), encoding="utf-8")

    with pytest.raises(InputError) as refused:
        load(path)

    assert field in str(refused.value)
    assert move in str(refused.value)
    if field != "zone":
        line = text[: text.index(find)].count("\n") + 1
        assert f"company.yaml, line {line}:" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "policy_malformed"),
        (b"- a\n- b\n", "policy_malformed"),
        (b"name: [open", "policy_malformed"),
        (b"name: a\nname: b\n", "policy_malformed"),
        (b"name: !!python/object/apply:os.system ['true']\n", "policy_malformed"),
        (b"name: \xff\xfe\n", "policy_unreadable"),
        (b"policy_version_on: 2026-13-45\n", "policy_unreadable"),
        (b"name: a\n", "policy_invalid"),
        (b"a: " + b"[" * 500 + b"]" * 500, "policy_unreadable"),
        (b"a: &a [*a]\n", "policy_malformed"),
        (b"a: &a [1]\nb: *a\n", "policy_malformed"),
    ],
)
def test_a_file_that_is_no_set_of_facts_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "company.yaml"
    path.write_bytes(content)

    with pytest.raises(InputError) as refused:
        load(path)

    assert refused.value.reason == reason
    assert "company.yaml" in str(refused.value)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.yaml: cannot be read"):
        load(tmp_path / "nowhere.yaml")


def test_a_law_set_that_nobody_answers_for_is_answered_by_the_first_company() -> None:
    plain = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    plain["entities"][0]["answers_for"] = []
    alone = Company(CompanyFacts.model_validate(plain, strict=False), COMPANY.law)

    assert alone.letter_facts("UK-ENG", DAY, "en")["controller"]["name"] == "Larkfield Software Ltd"
