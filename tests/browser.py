"""A real browser for tests, and axe-core in it: what a person with a screen reader would stumble over."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.async_api import Browser, async_playwright

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
# Everything axe-core knows of WCAG 2.2 at levels A and AA, and its best practices on top.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Start a Chromium of this machine; skip by name where there is none."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not found:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    async with async_playwright() as play:
        opened = await play.chromium.launch(executable_path=found, args=["--disable-dev-shm-usage"])
        try:
            yield opened
        finally:
            await opened.close()


async def violations(opened: Browser, url: str, **context: Any) -> list[str]:
    """Open a page and return what axe-core finds wrong in it: rule, help and the first places."""
    page = await opened.new_page(bypass_csp=True, **context)
    try:
        await page.goto(url)
        await page.add_script_tag(path=AXE)
        found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    finally:
        await page.close()
    assert len(found["passes"]) > 15
    return [
        f"{v['id']}: {v['help']}: {[n['html'][:200] for n in v['nodes'][:3]]}" for v in found["violations"]
    ]
