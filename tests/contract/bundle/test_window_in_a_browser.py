"""The person's window in a real browser: each of its pages, in both languages, with nothing wrong in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from desk.protection import Protection, protect
from dsar.codes import LINK_LIFETIME
from tests.answered import CASE, Answered
from tests.browser import browser, violations


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as opened:
        yield opened


async def pages(locale: str) -> dict[str, str]:
    case, over = Answered(locale=locale), Answered(later=LINK_LIFETIME, locale=locale)
    protect(case.desk, CASE, Protection.PASSPHRASE, by="support-1")
    found = {"ask": await case.get(), "over": await over.get(), "wrong": await case.post("ZZZZ-ZZZZ")}
    for _ in range(4):
        found["locked"] = await case.post("ZZZZ-ZZZZ")
    return {name: reply.text for name, reply in found.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en", "de"])
async def test_axe_finds_nothing_wrong_in_the_window(
    chromium: Browser, tmp_path: Path, locale: str, scheme: str
) -> None:
    for name, text in (await pages(locale)).items():
        path = tmp_path / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        assert await violations(chromium, path.as_uri(), color_scheme=scheme) == [], name
