"""The twelve weeks in a browser, in both languages, by hand and at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from browser.conftest import rehearsing, visiting
from playwright.async_api import Browser, Page, expect

pytestmark = pytest.mark.browser

WORDS = {
    "nl": {
        "consent": "Ja, ik doe mee",
        "first": "Je bent niet de enige",
        "yes": "Ja, vraag maar",
        "last": "Dat waren de twaalf weken",
        "nobody": "Niemand leest",
        "menu": "instellingen",
    },
    "en": {
        "consent": "Yes, I'll take part",
        "first": "not the only one",
        "yes": "Yes, go ahead",
        "last": "Those were the twelve weeks",
        "nobody": "Nobody reads",
        "menu": "settings",
    },
}
Note = Callable[[str, object], None]
SIZES = ({"width": 1280, "height": 800}, {"width": 390, "height": 844})
PATIENCE = 20_000


async def begin(page: Page, language: str) -> None:
    """Two taps: Start and the consent."""
    await page.get_by_test_id("start").click()
    await page.get_by_role("button", name=WORDS[language]["consent"]).click()
    chat = page.get_by_test_id("messages")
    await expect(chat).to_contain_text(WORDS[language]["first"], timeout=PATIENCE)


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("text").fill(text)
    await page.get_by_test_id("send").click()


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_all_twelve_weeks_at_once(
    browser: Browser, tmp_path: Path, language: str, record_property: Note
) -> None:
    async with rehearsing(tmp_path, language) as url, visiting(browser, url) as page:
        await begin(page, language)
        await page.get_by_test_id("answer").check()
        began = time.monotonic()
        await page.get_by_test_id("all").click()
        chat = page.get_by_test_id("messages")
        await expect(chat).to_contain_text(WORDS[language]["last"], timeout=PATIENCE)
        record_property("all twelve weeks, seconds", round(time.monotonic() - began, 2))
        await expect(page.get_by_test_id("next")).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_by_hand_to_the_end_of_week_twelve(
    browser: Browser, tmp_path: Path, language: str, record_property: Note
) -> None:
    async with rehearsing(tmp_path, language) as url, visiting(browser, url) as page:
        began = time.monotonic()
        await begin(page, language)
        chat = page.get_by_test_id("messages")
        agreed = False
        for _ in range(24):
            if await page.get_by_test_id("next").get_attribute("aria-disabled") == "true":
                break
            before = await chat.locator("article").count()
            await page.get_by_test_id("next").click()
            await expect(chat.locator("article").nth(before)).to_be_visible(timeout=PATIENCE)
            if not agreed:
                agreed = True
                await page.get_by_role("button", name=WORDS[language]["yes"]).click()
                await expect(chat.get_by_role("radio").first).to_be_visible(timeout=PATIENCE)
            await _vote(page)
            await expect(page.get_by_test_id("next")).not_to_have_attribute("aria-busy", "true")
        await expect(chat).to_contain_text(WORDS[language]["last"], timeout=PATIENCE)
        record_property("by hand, seconds", round(time.monotonic() - began, 1))


async def _vote(page: Page) -> None:
    """Vote in every open poll of the newest check-in, one question after another."""
    chat = page.get_by_test_id("messages")
    while True:
        last = chat.locator("article").last
        options = last.locator("[role=radio]:not([aria-disabled=true])")
        if not await options.count() or await last.locator("[aria-checked=true]").count():
            return
        before = await chat.locator("article").count()
        await options.nth(3).click()
        await expect(chat.locator("article").nth(before)).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_whatever_one_writes_is_answered(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    words = WORDS[language]
    async with rehearsing(tmp_path, language) as url, visiting(browser, url) as page:
        await begin(page, language)
        chat = page.get_by_test_id("messages")
        await say(page, "hoi")
        await expect(chat).to_contain_text(words["nobody"], timeout=PATIENCE)
        await say(page, "ik kan niet meer plassen")
        await expect(chat).to_contain_text("112", timeout=PATIENCE)
        await say(page, "/export")
        await expect(chat).to_contain_text(".json", timeout=PATIENCE)
        await page.get_by_test_id("commands").click()
        await expect(page.locator("body")).to_contain_text(f"/{words['menu']}")
        await page.keyboard.press("Escape")
        await page.get_by_test_id("restart").click()
        await expect(page.get_by_test_id("start")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
async def test_axe_finds_nothing(
    browser: Browser, tmp_path: Path, size: dict[str, int], scheme: str
) -> None:
    # Half-faded bubbles have no contrast yet; axe must not meet one.
    options = {
        "viewport": size,
        "color_scheme": scheme,
        "reduced_motion": "reduce",
        "bypass_csp": True,
    }
    async with rehearsing(tmp_path, "nl") as url, visiting(browser, url, **options) as page:
        await _inspect(page)
        await begin(page, "nl")
        await say(page, "/instellingen")
        await expect(page.get_by_test_id("messages")).to_contain_text("Jouw instellingen")
        await _inspect(page)


async def _inspect(page: Page) -> None:
    await expect(page.locator(".bar-time")).not_to_be_empty()
    results = await Axe().run(page)
    found = [(each["id"], each["nodes"][0]["html"]) for each in results.response["violations"]]
    assert found == [], json.dumps(found, indent=1)


async def test_nothing_but_its_own_files_may_run_in_the_page(
    browser: Browser, tmp_path: Path
) -> None:
    async with rehearsing(tmp_path, "nl") as url:
        page = await browser.new_page()
        response = await page.goto(url)
        assert response is not None
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        await page.close()
