"""The answer names the law it follows by name, and claims no article of another."""

import pytest

from bundle.words import texts
from dsar.law_sets import LawSet
from tests.bundles import contents, facts, section, written

READ = ("index.html", "information.html")


@pytest.mark.parametrize(
    ("regime", "name"),
    [
        ("UK-ENG", "UK General Data Protection Regulation"),
        ("EU-DE-BY", "General Data Protection Regulation"),
        ("US-CA", "California Consumer Privacy Act"),
        ("BR", "Data protection law"),
    ],
)
def test_an_answer_names_its_own_law(regime: str, name: str) -> None:
    data, _ = written(section([{"n": 1}]), about=facts(regime=regime))
    read = {page: contents(data)[page].decode() for page in READ}

    assert f"<dd>{name} (<bdi>{regime}</bdi>)</dd>" in read["index.html"]
    for page in read.values():
        assert ("Article 15" in page) == regime.startswith(("UK-", "EU-"))
        assert ("UK General" in page) == regime.startswith("UK-")
        assert ("1798.110" in page) == (regime == "US-CA")


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_body_of_law_has_its_words(locale: str) -> None:
    assert set(LawSet) == set(texts(locale)["laws"])
