"""The pages of a bundle in a real browser: WCAG 2.2 AA as far as axe-core can tell, and nothing runs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser import browser, violations
from tests.bundles import GAP, HOSTILE_ROWS, contents, facts, section, written
from tests.contract.bundle.test_hostile_content import mails
from tests.hostile import TRAPS

MANY = [{f"field {n}": n for n in range(12)}, {"field 1": "<b>bold</b>", "x" * 3000: 1}]
PAGES = ("index.html", "information.html")


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as opened:
        yield opened


@pytest.fixture(scope="module", params=["en", "de"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    sections = (
        section([{"id": n, "text": f"row {n}"} for n in range(60)]),
        section(HOSTILE_ROWS, collection="odd"),
        section(MANY, collection="wide"),
        section([], collection="none"),
        mails(TRAPS),
    )
    out = tmp_path_factory.mktemp(request.param)
    for name, data in contents(written(*sections, about=facts(locale=request.param, **GAP))[0]).items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)
    return out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
async def test_axe_finds_nothing_wrong(chromium: Browser, folder: Path, name: str, scheme: str) -> None:
    assert await violations(chromium, (folder / name).as_uri(), color_scheme=scheme) == []


@pytest.mark.parametrize("name", PAGES)
async def test_on_a_narrow_screen_nothing_is_cut_off(chromium: Browser, folder: Path, name: str) -> None:
    """WCAG 2.2, 1.4.10: at 320 pixels the page itself does not scroll sideways; only tables may."""
    page = await chromium.new_page(viewport={"width": 320, "height": 640})
    await page.goto((folder / name).as_uri())
    wide = await page.evaluate("document.documentElement.scrollWidth")
    await page.close()

    assert wide <= 320


async def test_nothing_in_the_page_runs_or_asks_for_anything(chromium: Browser, folder: Path) -> None:
    asked: list[str] = []
    page = await chromium.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    await page.goto((folder / "index.html").as_uri())
    await page.wait_for_load_state("networkidle")
    links = await page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    await page.close()

    assert asked == [(folder / "index.html").as_uri()]
    assert not [link for link in links if link.startswith(("javascript:", "data:", "blob:"))]


async def test_a_script_that_came_as_a_file_is_shown_as_text(chromium: Browser, folder: Path) -> None:
    said: list[str] = []
    for path in sorted((folder / "data/crm/mails").glob("*.txt")):
        page = await chromium.new_page()
        page.on("dialog", lambda dialog: said.append(dialog.message))
        await page.goto(path.as_uri())
        kind = await page.evaluate("document.contentType")
        await page.close()

        assert (kind, said) == ("text/plain", [])
